import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import {
  getRosterPreview,
  listRosterRows,
  type RosterFilter,
  type RosterPreview,
  type RosterRow,
} from 'luytre/capacity/people/people.api.ts'
import { useEffect, useMemo, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { ApplyRoster } from '#capacity/people/ApplyRoster.tsx'
import classes from '#capacity/people/people.module.css'
import { RosterFailed, RosterUnderWay } from '#capacity/people/RosterUnderWay.tsx'
import { useRosterTexts } from '#capacity/people/roster-texts.ts'
import { useLateChange } from '#platform/address/use-late-change.ts'
import { call } from '#platform/call/call.ts'
import { queryFor } from '#platform/call/query-for.ts'
import { useFormat } from '#platform/i18n/use-language.ts'
import { ButtonLink } from '#ui/ButtonLink.tsx'
import { DataList, type Column } from '#ui/DataList.tsx'
import { EmptyState } from '#ui/EmptyState.tsx'
import { Notice } from '#ui/Notice.tsx'
import { Page } from '#ui/Page.tsx'
import { StatusMark, type StatusKind } from '#ui/StatusMark.tsx'

const route = getRouteApi('/shell/roster-import/$previewId')
const fateKinds: Record<RosterRow['fate'], StatusKind> = { create: 'good', update: 'attention', unchanged: 'none', refused: 'critical' }
const severityKinds = { error: 'critical', mended: 'attention', notice: 'none' } as const
const filters = ['refused', 'mended', 'create', 'update', 'unchanged'] as const satisfies readonly RosterFilter[]
const pageSize = 200
/** How often the server is asked how far it has come. */
const askEveryMs = 1_000

const isUnderWay = (preview: RosterPreview | undefined): boolean => preview?.status === 'reading' || preview?.status === 'applying'

/** Second step: what becomes of every row, and the decision. */
export function RosterPreviewPage() {
  const { t } = useTranslation(['people', 'roster'])
  const { previewId } = route.useParams()
  const preview = useQuery({
    ...queryFor(getRosterPreview, { params: { previewId } }),
    refetchInterval: query => (isUnderWay(query.state.data) ? askEveryMs : false),
  })
  const { data } = preview
  useShowRefused(data)
  return (
    <Page
      title={t('roster.title')}
      state={
        data
          ? data.encoding
            ? t('roster.readAs', { fileName: data.fileName, encoding: data.encoding.toUpperCase() })
            : data.fileName
          : ' '
      }
      more={
        <ButtonLink to="/roster-import" variant="default">
          {t('roster.newFile')}
        </ButtonLink>
      }
    >
      {data?.status === 'reading' && <RosterUnderWay preview={data} />}
      {data?.status === 'failed' && <RosterFailed preview={data} />}
      {data && data.status !== 'reading' && data.status !== 'failed' && <Outcome preview={data} />}
      {(!data || data.status === 'open') && <Rows preview={data} error={preview.error} onRetry={() => void preview.refetch()} />}
    </Page>
  )
}

/** Refused rows come first to whoever waited for a file to be read, as after a small one. */
function useShowRefused(preview: RosterPreview | undefined): void {
  const navigate = route.useNavigate()
  const late = useLateChange()
  const wasReading = useRef(false)
  const { status } = preview ?? {}
  const refused = preview?.counts.refused ?? 0
  useEffect(() => {
    if (wasReading.current && status === 'open' && refused > 0) late(() => void navigate({ search: { fate: 'refused' }, replace: true }))
    wasReading.current = status === 'reading'
  }, [status, refused, navigate, late])
}

function Outcome({ preview }: { preview: RosterPreview }) {
  const { t } = useTranslation(['people', 'roster'])
  const format = useFormat()
  const { counts } = preview
  return (
    <>
      {preview.unknownHeadings.length > 0 && (
        <Notice kind="attention">{t('roster.unknownHeadings', { headings: format.list(preview.unknownHeadings) })}</Notice>
      )}
      {(preview.status === 'open' || preview.status === 'applying') && <ApplyRoster preview={preview} />}
      {preview.status === 'applied' && (
        <Notice kind="good">
          {t('roster.applied', { create: counts.create, update: counts.update })}{' '}
          {counts.refused > 0 && t('roster.appliedLeftOut', { count: counts.refused })} <Link to="/people">{t('roster.toPeople')}</Link>
        </Notice>
      )}
    </>
  )
}

function Rows({ preview, error, onRetry }: { preview: RosterPreview | undefined; error: unknown; onRetry: () => void }) {
  const { t } = useTranslation(['people', 'roster'])
  const format = useFormat()
  const { fate } = route.useSearch()
  const { columnName, findingText } = useRosterTexts()
  const { previewId } = route.useParams()
  const query = { limit: pageSize, ...(fate && { fate }) }
  const pages = useInfiniteQuery({
    queryKey: [listRosterRows.name, previewId, query],
    queryFn: ({ pageParam, signal }) => call(listRosterRows, { params: { previewId }, query: { ...query, after: pageParam }, signal }),
    initialPageParam: 0,
    getNextPageParam: page => page.next,
    enabled: preview?.status === 'open',
  })
  const rows = useMemo(() => pages.data?.pages.flatMap(page => page.rows), [pages.data])

  const columns = useMemo<Column<RosterRow>[]>(
    () => [
      { id: 'row', header: t('roster.row'), isNumeric: true, cell: row => format.number(row.row), sortBy: row => row.row },
      {
        id: 'fate',
        header: t('roster.fate'),
        cell: row => <StatusMark kind={fateKinds[row.fate]}>{t(`roster:fates.${row.fate}`)}</StatusMark>,
        sortBy: row => row.fate,
        inCard: 'plain',
      },
      { id: 'name', header: columnName('name'), cell: row => row.values.name ?? '', sortBy: row => row.values.name ?? '', inCard: 'plain' },
      {
        id: 'staffCode',
        header: columnName('staffCode'),
        cell: row => row.values.staffCode ?? '',
        sortBy: row => row.values.staffCode ?? '',
      },
      { id: 'unitCode', header: columnName('unitCode'), cell: row => row.values.unitCode ?? '', sortBy: row => row.values.unitCode ?? '' },
      {
        id: 'findings',
        header: t('roster.findings'),
        inCard: 'plain',
        cell: row =>
          row.findings.length > 0 && (
            <ul className={classes.findings}>
              {row.findings.map((finding, index) => (
                <li key={index}>
                  <StatusMark kind={severityKinds[finding.severity]}>{t(`roster:severities.${finding.severity}`)}</StatusMark>
                  <span>{findingText(finding)}</span>
                </li>
              ))}
            </ul>
          ),
      },
      ...(['title', 'roleCode', 'supervisorCode', 'email', 'startsOn', 'reading'] as const).map(column => ({
        id: column,
        header: columnName(column),
        cell: (row: RosterRow) => row.values[column] ?? '',
        isExtra: true,
      })),
    ],
    [t, format, columnName, findingText],
  )

  return (
    <DataList
      name="roster"
      label={t('roster.previewTitle')}
      columns={columns}
      rows={rows}
      error={error ?? pages.error}
      onRetry={error ? onRetry : () => void pages.refetch()}
      total={preview && countOf(preview, fate)}
      onMore={pages.hasNextPage ? () => void pages.fetchNextPage() : undefined}
      isLoadingMore={pages.isFetchingNextPage}
      rowId={row => String(row.row)}
      filters={preview && <FateFilters preview={preview} />}
      empty={<EmptyState title={t('roster.noRows')} text={t('roster.noRowsText')} />}
    />
  )
}

const sumOf = ({ counts }: RosterPreview): number => counts.create + counts.update + counts.unchanged + counts.refused

function countOf(preview: RosterPreview, filter: RosterFilter | undefined): number {
  if (filter === undefined) return sumOf(preview)
  return filter === 'mended' ? preview.mended : preview.counts[filter]
}

function FateFilters({ preview }: { preview: RosterPreview }) {
  const { t } = useTranslation(['people', 'roster'])
  const format = useFormat()
  return (
    <nav className={classes.filters} aria-label={t('roster.fate')}>
      {([undefined, ...filters] as const).map(filter => {
        return (
          <Link
            key={filter ?? 'all'}
            to="/roster-import/$previewId"
            params={{ previewId: preview.previewId }}
            search={{ fate: filter }}
            className={classes.filter}
            activeOptions={{ exact: true, explicitUndefined: true }}
            replace
          >
            {filter === undefined || filter === 'mended' ? t(`roster.fates.${filter ?? 'all'}`) : t(`roster:fates.${filter}`)}{' '}
            <b>{format.number(countOf(preview, filter))}</b>
          </Link>
        )
      })}
    </nav>
  )
}
