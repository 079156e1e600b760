import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { listElements, type ElementKind, type FrameworkElement, type FrameworkSummary } from 'luytre/capacity/frameworks/frameworks.api.ts'
import { useCallback, useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import classes from '#capacity/frameworks/frameworks.module.css'
import { isSentence } from '#capacity/frameworks/kinds.ts'
import { call } from '#platform/call/call.ts'
import { queryFor } from '#platform/call/query-for.ts'
import { ButtonLink } from '#ui/ButtonLink.tsx'
import { DataList, type Column } from '#ui/DataList.tsx'
import { EmptyState } from '#ui/EmptyState.tsx'
import { SearchField } from '#ui/SearchField.tsx'
import { TranslatedText } from '#ui/TranslatedText.tsx'

const pageSize = 100

interface ElementListProps {
  framework: FrameworkSummary
  kind: ElementKind
  search: string | undefined
  /** Code of the one that the panel shows. */
  element: string | undefined
}

/** The elements of one kind, in the framework's own order. */
export function ElementList({ framework, kind, search, element }: ElementListProps) {
  const { t } = useTranslation(['frameworks', 'common'])
  const navigate = useNavigate()
  const frameworkId = framework.id
  const query = { kind, limit: pageSize, ...(search && { search }) }
  const elements = useInfiniteQuery({
    queryKey: [listElements.name, { params: { frameworkId }, query }, 'pages'],
    queryFn: ({ pageParam, signal }) =>
      call(listElements, { params: { frameworkId }, query: { ...query, ...(pageParam !== null && { after: pageParam }) }, signal }),
    initialPageParam: null as number | null,
    getNextPageParam: page => page.next,
    placeholderData: previous => previous,
    staleTime: Infinity,
  })
  const rows = useMemo(() => elements.data?.pages.flatMap(page => page.elements), [elements.data])
  const categories = useCategories(framework)

  const columns = useMemo<Column<FrameworkElement>[]>(() => {
    const code: Column<FrameworkElement> = {
      id: 'code',
      header: t('fields.code'),
      cell: row => <span className={classes.code}>{row.code}</span>,
    }
    if (isSentence(kind)) {
      return [
        { ...code, cell: row => row.code },
        { id: 'text', header: t('fields.text'), cell: row => <TranslatedText text={row.text} /> },
        ...(kind === 'statement'
          ? [{ id: 'level', header: t('fields.level'), cell: (row: FrameworkElement) => row.level, isNumeric: true }]
          : []),
      ]
    }
    return [
      { id: 'name', header: t('fields.name'), cell: row => <TranslatedText text={row.name} /> },
      code,
      ...(kind === 'role' && categories.size > 0
        ? [
            {
              id: 'category',
              header: t('fields.category'),
              cell: (row: FrameworkElement) => {
                const category = row.parentId && categories.get(row.parentId)
                return category ? <TranslatedText text={category.name} /> : null
              },
            },
          ]
        : []),
      { id: 'text', header: t('fields.text'), cell: row => <TranslatedText text={row.text} />, isExtra: kind === 'role' },
    ]
  }, [t, kind, categories])

  const onSearch = useCallback(
    (typed: string) =>
      void navigate({
        to: '/frameworks/$frameworkId',
        params: { frameworkId },
        search: { kind, ...(typed && { search: typed }), ...(element && { element }) },
        replace: true,
      }),
    [navigate, frameworkId, kind, element],
  )
  const isWhole = !search && !elements.hasNextPage
  const total = search ? (elements.hasNextPage ? undefined : rows?.length) : framework.counts[kind]

  return (
    <DataList
      name={`elements.${kind}`}
      label={t(`kinds.${kind}`)}
      columns={columns}
      rows={rows}
      total={isWhole ? rows?.length : total}
      error={elements.error}
      onRetry={() => void elements.refetch()}
      rowId={row => row.id}
      rowLink={row => ({
        to: '/frameworks/$frameworkId',
        params: { frameworkId },
        search: { kind, ...(search && { search }), element: row.code },
        resetScroll: false,
      })}
      openId={rows?.find(row => row.code === element)?.id}
      onMore={elements.hasNextPage ? () => void elements.fetchNextPage() : undefined}
      isLoadingMore={elements.isFetchingNextPage}
      filters={<SearchField label={t('framework.search')} value={search ?? ''} onSearch={onSearch} />}
      empty={
        <EmptyState
          title={t('framework.nothingTitle')}
          text={t('framework.nothingText')}
          action={
            <ButtonLink to="/frameworks/$frameworkId" params={{ frameworkId }} search={{ kind }} variant="default">
              {t('common:actions.clearFilters')}
            </ButtonLink>
          }
        />
      }
    />
  )
}

const none: ReadonlyMap<string, FrameworkElement> = new Map()

/** Categories of a framework by id; empty for a framework without. */
export function useCategories(framework: FrameworkSummary): ReadonlyMap<string, FrameworkElement> {
  const { data } = useQuery({
    ...queryFor(listElements, { params: { frameworkId: framework.id }, query: { kind: 'category', limit: 200 } }),
    enabled: framework.counts.category > 0,
    staleTime: Infinity,
  })
  return useMemo(() => (data ? new Map(data.elements.map(element => [element.id, element])) : none), [data])
}
