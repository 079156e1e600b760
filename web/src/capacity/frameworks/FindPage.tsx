import { Select } from '@mantine/core'
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { getRouteApi, type LinkProps } from '@tanstack/react-router'
import { searchElements, type FoundElement } from 'luytre/capacity/frameworks/element-search.api.ts'
import { getFramework, listFrameworks, type ElementKind } from 'luytre/capacity/frameworks/frameworks.api.ts'
import { useCallback, useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { ElementPanel } from '#capacity/frameworks/ElementPanel.tsx'
import { FoundText, Marked } from '#capacity/frameworks/FoundText.tsx'
import classes from '#capacity/frameworks/frameworks.module.css'
import { searchWords } from '#capacity/frameworks/highlight.ts'
import { kindOrder } from '#capacity/frameworks/kinds.ts'
import { RolePicker } from '#capacity/frameworks/RolePicker.tsx'
import { call } from '#platform/call/call.ts'
import { queryFor } from '#platform/call/query-for.ts'
import { useFormat } from '#platform/i18n/use-language.ts'
import { useTranslated } from '#platform/i18n/use-translated.ts'
import { ButtonLink } from '#ui/ButtonLink.tsx'
import { DataList, type Column } from '#ui/DataList.tsx'
import { DetailPanel } from '#ui/DetailPanel.tsx'
import { EmptyState } from '#ui/EmptyState.tsx'
import { ErrorState } from '#ui/ErrorState.tsx'
import { Page } from '#ui/Page.tsx'
import { PanelSkeleton } from '#ui/PanelSkeleton.tsx'
import { SearchField } from '#ui/SearchField.tsx'
import { TranslatedText } from '#ui/TranslatedText.tsx'

const route = getRouteApi('/shell/frameworks/search')
const pageSize = 50

/** Everything that has a code, in all frameworks at once; the address holds the search. */
export function FindPage() {
  const { t } = useTranslation(['frameworks', 'common'])
  const translated = useTranslated()
  const format = useFormat()
  const navigate = route.useNavigate()
  const at = route.useSearch()
  const { search, kind, framework, role, of, element } = at
  const query = {
    limit: pageSize,
    ...(search && { search }),
    ...(kind && { kind }),
    ...(framework && { frameworkId: framework }),
    ...(role && { roleId: role }),
  }
  const found = useInfiniteQuery({
    queryKey: [searchElements.name, query],
    queryFn: ({ pageParam, signal }) => call(searchElements, { query: { ...query, ...(pageParam && { after: pageParam }) }, signal }),
    initialPageParam: null as string | null,
    getNextPageParam: page => page.next,
    placeholderData: previous => previous,
  })
  const frameworks = useQuery(queryFor(listFrameworks))
  const rows = useMemo(() => found.data?.pages.flatMap(page => page.elements), [found.data])
  const counts = found.data?.pages[0]?.counts
  const all = counts && kindOrder.reduce((sum, one) => sum + counts[one], 0)
  const words = useMemo(() => searchWords(search ?? ''), [search])

  const columns = useMemo<Column<FoundElement>[]>(
    () => [
      { id: 'text', header: t('find.text'), cell: row => <FoundText element={row} words={words} /> },
      {
        id: 'code',
        header: t('fields.code'),
        cell: row => (
          <span className={classes.code}>
            <Marked text={row.code} words={words} />
          </span>
        ),
      },
      { id: 'kind', header: t('find.kinds'), cell: row => t(`kind.${row.kind}`) },
      { id: 'framework', header: t('find.framework'), cell: row => <TranslatedText text={row.framework.title} /> },
      { id: 'version', header: t('fields.version'), cell: row => row.framework.version, isExtra: true },
    ],
    [t, words],
  )
  const change = useCallback(
    (next: Partial<typeof at>) =>
      void navigate({ search: before => ({ ...before, of: undefined, element: undefined, ...next }), replace: true, resetScroll: false }),
    [navigate],
  )
  const onSearch = useCallback((typed: string) => change({ search: typed || undefined }), [change])
  const closeTo = { to: '/frameworks/search', search: { ...at, of: undefined, element: undefined } } as const

  return (
    <Page
      title={t('find.title')}
      state={all === undefined ? ' ' : t('find.state', { count: kind && counts ? counts[kind] : all })}
      panel={of && element && <FoundPanel key={`${of} ${element}`} frameworkId={of} code={element} rows={rows} closeTo={closeTo} />}
    >
      <div className={classes.row}>
        <Select
          label={t('find.framework')}
          placeholder={t('find.anyFramework')}
          data={(frameworks.data?.frameworks ?? []).map(one => ({ value: one.id, label: `${translated(one.title)}, ${one.version}` }))}
          value={framework ?? null}
          onChange={id => change({ framework: id ?? undefined })}
          clearable
          clearButtonProps={{ 'aria-label': t('common:actions.clear') }}
          className={classes.picker ?? ''}
        />
        <RolePicker label={t('find.role')} placeholder={t('find.anyRole')} value={role} onPick={id => change({ role: id })} />
      </div>
      <KindTabs
        counts={counts}
        all={all}
        kind={kind}
        onKind={one => change({ kind: one })}
        label={t('find.kinds')}
        format={format.number}
      />
      <DataList
        name="found-elements"
        label={t('find.title')}
        columns={columns}
        rows={rows}
        total={kind && counts ? counts[kind] : all}
        error={found.error}
        onRetry={() => void found.refetch()}
        rowId={row => row.id}
        rowLink={row => ({ to: '/frameworks/search', search: { ...at, of: row.framework.id, element: row.code }, resetScroll: false })}
        openId={rows?.find(row => row.code === element && row.framework.id === of)?.id}
        onMore={found.hasNextPage ? () => void found.fetchNextPage() : undefined}
        isLoadingMore={found.isFetchingNextPage}
        filters={<SearchField label={t('find.field')} value={search ?? ''} onSearch={onSearch} />}
        empty={
          <EmptyState
            title={t('find.emptyTitle')}
            text={t('find.emptyText')}
            action={
              <ButtonLink to="/frameworks/search" variant="default">
                {t('common:actions.clearFilters')}
              </ButtonLink>
            }
          />
        }
      />
    </Page>
  )
}

interface KindTabsProps {
  counts: Record<ElementKind, number> | undefined
  all: number | undefined
  kind: ElementKind | undefined
  onKind: (kind: ElementKind | undefined) => void
  label: string
  format: (value: number) => string
}

/** Kinds with how many of each match; one that has none stays as long as it is chosen. */
function KindTabs({ counts, all, kind, onKind, label, format }: KindTabsProps) {
  const { t } = useTranslation('frameworks')
  const kinds = kindOrder.filter(one => one === kind || (counts?.[one] ?? 0) > 0)
  return (
    <div className={classes.tabs} role="group" aria-label={label}>
      {([undefined, ...kinds] as const).map(one => (
        <button key={one ?? 'all'} type="button" className={classes.tab} aria-pressed={one === kind} onClick={() => onKind(one)}>
          {one ? t(`kinds.${one}`) : t('find.all')}
          <span className={classes.count}>{counts && format(one ? counts[one] : (all ?? 0))}</span>
        </button>
      ))}
    </div>
  )
}

interface FoundPanelProps {
  frameworkId: string
  code: string
  rows: readonly FoundElement[] | undefined
  closeTo: LinkProps
}

/** The element beside the list, also when its address was opened by itself and the list does not show it. */
function FoundPanel({ frameworkId, code, rows, closeTo }: FoundPanelProps) {
  const { t } = useTranslation('frameworks')
  const framework = useQuery({ ...queryFor(getFramework, { params: { frameworkId } }), staleTime: Infinity })
  const listed = rows?.find(row => row.code === code && row.framework.id === frameworkId)
  const lookedUp = useQuery({
    ...queryFor(searchElements, { query: { search: code, frameworkId, limit: 20 } }),
    enabled: rows !== undefined && listed === undefined,
    staleTime: Infinity,
  })
  const kind = (listed ?? lookedUp.data?.elements.find(one => one.code === code))?.kind
  const error = framework.error ?? lookedUp.error
  if (error) {
    return (
      <DetailPanel title={code} closeTo={closeTo}>
        <ErrorState error={error} isInline />
      </DetailPanel>
    )
  }
  if (framework.data && kind) return <ElementPanel framework={framework.data} kind={kind} code={code} closeTo={closeTo} />
  if (!lookedUp.data) return <PanelSkeleton title={code} closeTo={closeTo} />
  return (
    <DetailPanel title={code} closeTo={closeTo}>
      <p>{t('framework.elementMissing')}</p>
    </DetailPanel>
  )
}
