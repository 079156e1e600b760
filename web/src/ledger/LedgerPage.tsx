import { Select } from '@mantine/core'
import { useInfiniteQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import i18next from 'i18next'
import { listLedger, type LedgerLine } from 'luytre/platform/ledger/ledger.api.ts'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import classes from '#ledger/LedgerPage.module.css'
import { call } from '#platform/call/call.ts'
import { useFormat } from '#platform/i18n/use-language.ts'
import { ButtonLink } from '#ui/ButtonLink.tsx'
import { DataList, type Column } from '#ui/DataList.tsx'
import { EmptyState } from '#ui/EmptyState.tsx'
import { Page } from '#ui/Page.tsx'

const route = getRouteApi('/shell/ledger')
const pageSize = 100
const recordTypes = [
  'person',
  'post',
  'unit',
  'unit-event',
  'departure',
  'framework',
  'assessment',
  'contest',
  'staffing-need',
  'plan',
  'file',
  'import',
  'account',
  'mail',
  'organisation',
  'retention-rule',
] as const

export function LedgerPage() {
  const { t } = useTranslation(['ledger', 'common'])
  const format = useFormat()
  const { recordType, recordId } = route.useSearch()
  const navigate = route.useNavigate()

  const query = { ...(recordType && { recordType }), ...(recordId && { recordId }), limit: pageSize }
  const ledger = useInfiniteQuery({
    queryKey: [listLedger.name, query],
    queryFn: ({ pageParam, signal }) => call(listLedger, { query: { ...query, ...(pageParam && { before: pageParam }) }, signal }),
    initialPageParam: '',
    getNextPageParam: page => page.next,
    placeholderData: previous => previous,
  })
  const rows = useMemo(() => ledger.data?.pages.flatMap(page => page.lines), [ledger.data])

  const columns = useMemo<Column<LedgerLine>[]>(
    () => [
      { id: 'at', header: t('at'), cell: line => <time dateTime={line.at}>{format.instant(line.at)}</time> },
      { id: 'verb', header: t('verb'), cell: line => nameOf(`verbs.${line.verb}`, line.verb), inCard: 'plain' },
      { id: 'actor', header: t('actor'), cell: line => line.actor?.name ?? t('system'), inCard: 'plain' },
      {
        id: 'record',
        header: t('record'),
        inCard: 'plain',
        cell: line => (
          <>
            {nameOf(`types.${line.recordType}`, line.recordType)}{' '}
            <Link to="/ledger" search={{ recordId: line.recordId }} className={classes.id}>
              {line.recordId.slice(-8)}
            </Link>
          </>
        ),
      },
      {
        id: 'position',
        header: t('position'),
        isNumeric: true,
        cell: line => (line.position === null ? t('unsealed') : format.number(line.position)),
      },
    ],
    [t, format],
  )

  return (
    <Page title={t('title')} state={t('state')}>
      <DataList
        name="ledger"
        label={t('title')}
        columns={columns}
        rows={rows}
        error={ledger.error}
        onRetry={() => void ledger.refetch()}
        rowId={line => line.id}
        onMore={ledger.hasNextPage ? () => void ledger.fetchNextPage() : undefined}
        isLoadingMore={ledger.isFetchingNextPage}
        filters={
          <>
            <Select
              aria-label={t('recordType')}
              placeholder={t('allRecords')}
              data={recordTypes.map(type => ({ value: type, label: t(`types.${type}`) }))}
              value={recordType ?? null}
              onChange={value =>
                void navigate({ to: '/ledger', search: before => ({ ...before, recordType: value ?? undefined }), replace: true })
              }
              clearable
              clearButtonProps={{ 'aria-label': t('common:actions.clear') }}
              style={{ flex: '0 1 240px' }}
            />
            {recordId && (
              <span className={classes.only}>
                {t('oneRecord', { id: recordId.slice(-8) })}
                <ButtonLink to="/ledger" search={before => ({ ...before, recordId: undefined })} variant="subtle" size="compact-sm">
                  {t('common:actions.clear')}
                </ButtonLink>
              </span>
            )}
          </>
        }
        empty={<EmptyState title={t('emptyTitle')} text={t('emptyText')} />}
      />
    </Page>
  )
}

/** Verbs and kinds of records come as data; one that has no words yet is shown as it is written in the ledger. */
function nameOf(key: string, written: string): string {
  const full = `ledger:${key}`
  return i18next.exists(full) ? (i18next.t as unknown as (key: string) => string)(full) : written
}
