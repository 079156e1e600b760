import { Link } from '@tanstack/react-router'
import type { UnitNeed } from 'luytre/capacity/people/unit-events.api.ts'
import { useTranslation } from 'react-i18next'
import { roleLabel } from '#capacity/frameworks/role-label.ts'
import { useTranslated } from '#platform/i18n/use-translated.ts'

/** Staffing needs of units that end: they go along where one unit succeeds, and are in the way where none or several do. */
export function UnitNeeds({ needs }: { needs: readonly UnitNeed[] }) {
  const { t } = useTranslation('people')
  const translated = useTranslated()
  if (needs.length === 0) return null
  return (
    <section>
      <h2>{t('reorganise.needs', { count: needs.length })}</h2>
      <p>{t('reorganise.needsHelp')}</p>
      <ul>
        {needs.map(({ id, role, level, people }) => (
          <li key={id}>
            <Link to="/needs/$needId" params={{ needId: id }}>
              {t('reorganise.need', { role: roleLabel(translated(role.name), role.code), level, people })}
            </Link>
          </li>
        ))}
      </ul>
    </section>
  )
}
