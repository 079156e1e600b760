import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { getRosterPreview, type RosterPreview, type RosterRow } from 'luytre/capacity/people/people.api.ts'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { ApplyRoster } from '#capacity/people/ApplyRoster.tsx'
import classes from '#capacity/people/people.module.css'
import { useRosterTexts } from '#capacity/people/roster-texts.ts'
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
const filters = ['refused', 'mended', 'create', 'update', 'unchanged'] as const
type Filter = (typeof filters)[number]

const matches = (row: RosterRow, filter: Filter): boolean => (filter === 'mended' ? row.findings.length > 0 : row.fate === filter)

/** Second step: what becomes of every row, and the decision. */
export function RosterPreviewPage() {
  const { t } = useTranslation(['people', 'roster'])
  const { previewId } = route.useParams()
  const preview = useQuery(queryFor(getRosterPreview, { params: { previewId } }))
  const { data } = preview
  return (
    <Page
      title={t('roster.title')}
      state={data ? t('roster.readAs', { fileName: data.fileName, encoding: data.encoding.toUpperCase() }) : ' '}
      more={
        <ButtonLink to="/roster-import" variant="default">
          {t('roster.newFile')}
        </ButtonLink>
      }
    >
      {data && <Outcome preview={data} />}
      <Rows preview={data} error={preview.error} onRetry={() => void preview.refetch()} />
    </Page>
  )
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
      {preview.status === 'open' && <ApplyRoster preview={preview} />}
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
  const rows = useMemo(() => (fate ? preview?.rows.filter(row => matches(row, fate)) : preview?.rows), [preview, fate])

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
      error={error}
      onRetry={onRetry}
      rowId={row => String(row.row)}
      filters={preview && <FateFilters preview={preview} />}
      empty={<EmptyState title={t('roster.noRows')} text={t('roster.noRowsText')} />}
    />
  )
}

function FateFilters({ preview }: { preview: RosterPreview }) {
  const { t } = useTranslation(['people', 'roster'])
  const format = useFormat()
  return (
    <nav className={classes.filters} aria-label={t('roster.fate')}>
      {([undefined, ...filters] as const).map(filter => {
        const count = filter ? preview.rows.filter(row => matches(row, filter)).length : preview.rows.length
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
            <b>{format.number(count)}</b>
          </Link>
        )
      })}
    </nav>
  )
}
