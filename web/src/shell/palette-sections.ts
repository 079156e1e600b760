import { IconArrowRight, IconFile, IconListSearch, type TablerIcon } from '@tabler/icons-react'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useNavigate, type LinkProps } from '@tanstack/react-router'
import { search, type Found, type FoundKind } from 'luytre/capacity/search/search.api.ts'
import type { Translated } from 'luytre/platform/i18n/translated.ts'
import type { Permission } from 'luytre/platform/permissions/permissions.ts'
import { useEffect, useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { queryFor } from '#platform/call/query-for.ts'
import { textOf } from '#platform/i18n/text-key.ts'
import { useMe } from '#platform/session/session.ts'
import { useFoundLine } from '#shell/found-records.tsx'
import { usePages, usePagesOfPerson, type ListedPage } from '#shell/pages.ts'
import { keepRecent, readRecent } from '#shell/recent.ts'
import { withoutAccents } from '#ui/without-accents.ts'

// What the palette shows for what is typed: pages and things to do at once, from the router; records as the server finds them.

export interface Entry {
  key: string
  icon: TablerIcon
  name: string | Translated
  detail: string
  /** Name and detail side by side. */
  isOneLine?: true
  open: () => void
}

export interface Section {
  key: string
  title: string
  entries: Entry[]
}

interface Steps {
  action: ListedPage | undefined
  onAction: (action: ListedPage) => void
  onDone: () => void
}

interface OpenedPage {
  kind: 'page'
  id: string
}
type OpenedOne = OpenedPage | Found

/** What a line of each kind is drawn from: what an older version of the product kept may lack it. */
const drawnFrom: Record<FoundKind | 'page', readonly string[]> = {
  page: ['id'],
  person: ['id', 'name', 'staffCode', 'title', 'unitName'],
  unit: ['id', 'code', 'name'],
  role: ['id', 'code', 'name', 'framework'],
  element: ['id', 'elementKind', 'code', 'name', 'framework'],
  plan: ['id', 'person', 'halfYearCode', 'targetRoleName', 'status'],
  need: ['id', 'roleName', 'unitName', 'people', 'dueOn'],
}

function openedBefore(userId: string): OpenedOne[] {
  const kept = readRecent(userId)
  if (!Array.isArray(kept)) return []
  return (kept as Partial<OpenedOne>[]).filter((one): one is OpenedOne =>
    Boolean(one?.kind && drawnFrom[one.kind]?.every(name => name in one)),
  )
}

/** Of one kind, beside pages when nothing is typed yet. */
const maxOfKind = 5
const pauseMs = 120

/** The router knows the address, the compiler does not. */
const linkTo = ({ to }: ListedPage): LinkProps => ({ to }) as LinkProps

/** The text once typing pauses. */
function useSettled(text: string): string {
  const [settled, setSettled] = useState(text)
  useEffect(() => {
    const timer = setTimeout(() => setSettled(text), pauseMs)
    return () => clearTimeout(timer)
  }, [text])
  return settled
}

export function usePaletteSections(typed: string, { action, onAction, onDone }: Steps) {
  const { t } = useTranslation(['search', 'common'])
  const { userId, permissions } = useMe()
  const maySearch = permissions[search.needs as Permission] !== undefined
  const navigate = useNavigate()
  const lineOf = useFoundLine()
  const pages = usePages()
  const pagesOfPerson = usePagesOfPerson()
  const [recent] = useState(() => openedBefore(userId))
  const text = typed.trim()
  const settled = useSettled(text)
  const results = useQuery({
    ...queryFor(search, { query: { text: settled, limit: maxOfKind, ...(action && { only: 'person' as const }) } }),
    enabled: settled !== '' && maySearch,
    placeholderData: keepPreviousData,
  })

  const go = (link: LinkProps, one?: OpenedOne): void => {
    if (one) keepRecent(userId, one, recent)
    onDone()
    void navigate(link)
  }

  const entryOfFound = (found: Found): Entry => {
    const line = lineOf(found)
    const link = action && found.kind === 'person' ? ({ to: action.to, params: { personId: found.id } } as LinkProps) : line.link
    return { key: `${found.kind} ${found.id}`, ...line, open: () => go(link, found) }
  }
  const entryOfPage = (page: ListedPage): Entry => {
    const area = page.navigation?.area
    return {
      key: `page ${page.to}`,
      icon: page.navigation?.icon ?? IconFile,
      name: textOf(page.title),
      detail: area && area !== 'top' ? t(`common:areas.${area}`) : '',
      isOneLine: true,
      open: () => go(linkTo(page), { kind: 'page', id: page.to }),
    }
  }
  const entryOfAction = (page: ListedPage): Entry => {
    const isOfPerson = page.to.includes('$personId')
    return {
      key: `action ${page.to}`,
      icon: IconArrowRight,
      name: textOf(page.action!),
      detail: isOfPerson ? t('chooses') : '',
      isOneLine: true,
      open: () => (isOfPerson ? onAction(page) : go(linkTo(page))),
    }
  }

  // A page that something is done on is offered as that.
  const local = useMemo(
    () => ({
      pages: pages.filter(page => !page.action && page.to !== '/search'),
      actions: [...pages, ...pagesOfPerson].filter(page => page.action),
    }),
    [pages, pagesOfPerson],
  )
  const named = (list: readonly ListedPage[], nameOf: (page: ListedPage) => string): ListedPage[] => {
    const wanted = withoutAccents(text)
    if (!wanted) return [...list]
    const placed = list.map(page => ({ page, place: ` ${withoutAccents(nameOf(page))}`.indexOf(wanted) }))
    const beside = (page: ListedPage): boolean => wanted.length > 1 && page.to.slice(1).startsWith(wanted)
    return placed
      .filter(({ page, place }) => place >= 0 || beside(page))
      .sort((a, b) => a.place - b.place)
      .map(({ page }) => page)
  }
  const recentEntries = recent.flatMap(one => {
    if (one.kind !== 'page') return [entryOfFound(one)]
    const page = pages.find(({ to }) => to === one.id)
    return page ? [entryOfPage(page)] : []
  })

  const isSearching = text !== '' && (settled !== text || results.isFetching)
  const groups = text ? (results.data?.groups ?? []) : []
  const sections: Section[] = []
  const add = (key: string, title: string, entries: Entry[]): void => {
    if (entries.length > 0) sections.push({ key, title, entries })
  }
  if (action) {
    const people = recent.filter(one => one.kind === 'person')
    if (!text) add('recent', t('recent'), people.map(entryOfFound))
  } else {
    if (!text) add('recent', t('recent'), recentEntries)
    const found = named(local.pages, page => textOf(page.title)).map(entryOfPage)
    add('pages', t('pages'), text ? found.slice(0, maxOfKind) : found)
    add('actions', t('actions'), named(local.actions, page => textOf(page.action!)).map(entryOfAction))
  }
  for (const group of groups) add(group.kind, t(`kinds.${group.kind}`), group.found.map(entryOfFound))
  // Also before anything is found: Enter then leads to where it will be.
  if (text && !action && maySearch && (isSearching || groups.length > 0)) {
    const open = (): void => go({ to: '/search', search: { text } })
    add('all', t('title'), [{ key: 'all', icon: IconListSearch, name: t('all', { text }), detail: '', open }])
  }
  return {
    sections,
    isSearching,
    error: text === '' ? null : results.error,
    retry: () => void results.refetch(),
  }
}
