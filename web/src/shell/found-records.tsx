import { IconHierarchy3, IconListCheck, IconSitemap, IconTargetArrow, IconUser, IconUsersPlus, type TablerIcon } from '@tabler/icons-react'
import { linkOptions, type LinkProps } from '@tanstack/react-router'
import type { Found } from 'luytre/capacity/search/search.api.ts'
import type { Translated } from 'luytre/platform/i18n/translated.ts'
import { useTranslation } from 'react-i18next'
import { useFormat } from '#platform/i18n/use-language.ts'
import { useTranslated } from '#platform/i18n/use-translated.ts'

/** How a record is shown wherever it was found, and where it opens. */
export interface FoundLine {
  icon: TablerIcon
  name: string | Translated
  detail: string
  link: LinkProps
}

export function useFoundLine(): (found: Found) => FoundLine {
  const { t } = useTranslation(['search', 'plans', 'frameworks'])
  const translated = useTranslated()
  const format = useFormat()
  const joined = (parts: readonly (string | null | false)[]): string => parts.filter(Boolean).join(' · ')

  return found => {
    switch (found.kind) {
      case 'person':
        return {
          icon: IconUser,
          name: found.name,
          detail: joined([found.title, found.unitName && translated(found.unitName), found.staffCode]),
          link: linkOptions({ to: '/people/$personId', params: { personId: found.id } }),
        }
      case 'unit':
        return {
          icon: IconSitemap,
          name: found.name,
          detail: found.code,
          link: linkOptions({ to: '/units/$unitId', params: { unitId: found.id } }),
        }
      case 'role':
        return {
          icon: IconHierarchy3,
          name: found.name,
          detail: joined([found.code, translated(found.framework.title)]),
          link: elementLink(found.framework.id, 'role', found.code),
        }
      case 'element':
        return {
          icon: IconListCheck,
          name: found.name,
          detail: joined([t(`frameworks:kind.${found.elementKind}`), found.code, translated(found.framework.title)]),
          link: elementLink(found.framework.id, found.elementKind, found.code),
        }
      case 'plan':
        return {
          icon: IconTargetArrow,
          name: found.person.name,
          detail: joined([found.halfYearCode, translated(found.targetRoleName), t(`plans:status.${found.status}`)]),
          link: linkOptions({ to: '/plans/$planId', params: { planId: found.id } }),
        }
      case 'need':
        return {
          icon: IconUsersPlus,
          name: found.roleName,
          detail: joined([
            t('needFor', { count: found.people, date: format.date(found.dueOn) }),
            found.unitName ? translated(found.unitName) : t('anywhere'),
          ]),
          link: linkOptions({ to: '/needs/$needId', params: { needId: found.id } }),
        }
    }
  }
}

type ElementKind = Extract<Found, { kind: 'element' }>['elementKind']

const elementLink = (frameworkId: string, kind: ElementKind, code: string): LinkProps =>
  linkOptions({ to: '/frameworks/$frameworkId', params: { frameworkId }, search: { kind, element: code } })
