import { Select } from '@mantine/core'
import { useInfiniteQuery } from '@tanstack/react-query'
import { getRouteApi, Outlet, useParams } from '@tanstack/react-router'
import { listMails, type MailRow, type MailState } from 'luytre/platform/mail/mail.api.ts'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { MailMark } from '#mail/MailMark.tsx'
import { call } from '#platform/call/call.ts'
import { useFormat } from '#platform/i18n/use-language.ts'
import { ButtonLink } from '#ui/ButtonLink.tsx'
import { DataList, type Column } from '#ui/DataList.tsx'
import { EmptyState } from '#ui/EmptyState.tsx'
import { Notice } from '#ui/Notice.tsx'
import { Page } from '#ui/Page.tsx'

const route = getRouteApi('/shell/mails')
const pageSize = 100
const statuses = ['waiting', 'sending', 'sent', 'failed', 'cancelled'] as const

export function MailsPage() {
  const { t } = useTranslation(['mail', 'common'])
  const format = useFormat()
  const { status, userId } = route.useSearch()
  const { mailId } = useParams({ strict: false })
  const navigate = route.useNavigate()

  const query = { ...(status && { status }), ...(userId && { userId }), limit: pageSize }
  const mails = useInfiniteQuery({
    queryKey: [listMails.name, query],
    meta: { reads: listMails.reads },
    queryFn: ({ pageParam, signal }) => call(listMails, { query: { ...query, ...(pageParam && { before: pageParam }) }, signal }),
    initialPageParam: '',
    getNextPageParam: page => page.next,
    placeholderData: previous => previous,
  })
  const [first] = mails.data?.pages ?? []
  const rows = useMemo(() => mails.data?.pages.flatMap(page => page.mails), [mails.data])

  const columns = useMemo<Column<MailRow>[]>(
    () => [
      { id: 'subject', header: t('subject'), cell: row => row.subject },
      { id: 'recipient', header: t('recipient'), cell: row => `${row.recipientName} · ${row.recipient}`, inCard: 'plain' },
      { id: 'status', header: t('status'), cell: row => <MailMark mail={row} />, inCard: 'plain' },
      { id: 'createdAt', header: t('writtenAt'), cell: row => <time dateTime={row.createdAt}>{format.instant(row.createdAt)}</time> },
    ],
    [t, format],
  )

  return (
    <Page
      title={t('title')}
      state={first ? t('state', { waiting: format.number(first.waiting), failed: format.number(first.failed) }) : t('stateLoading')}
      panel={<Outlet />}
    >
      {first && <WhetherItLeaves state={first.state} />}
      <DataList
        name="mails"
        label={t('title')}
        columns={columns}
        rows={rows}
        error={mails.error}
        onRetry={() => void mails.refetch()}
        rowId={row => row.id}
        rowLink={row => ({ to: '/mails/$mailId', params: { mailId: row.id }, search: true })}
        openId={mailId}
        onMore={mails.hasNextPage ? () => void mails.fetchNextPage() : undefined}
        isLoadingMore={mails.isFetchingNextPage}
        filters={
          <>
            <Select
              aria-label={t('status')}
              placeholder={t('allStatuses')}
              data={statuses.map(value => ({ value, label: t(`statuses.${value}`) }))}
              value={status ?? null}
              onChange={value =>
                void navigate({
                  to: '/mails',
                  search: { ...(userId && { userId }), ...(value && { status: value }) },
                  replace: true,
                })
              }
              clearable
              clearButtonProps={{ 'aria-label': t('common:actions.clear') }}
              style={{ flex: '0 1 240px' }}
            />
            {userId && (
              <span style={{ display: 'inline-flex', alignItems: 'center', gap: 8 }}>
                {t('oneAccount')}
                <ButtonLink to="/mails" search={status ? { status } : {}} variant="subtle" size="compact-sm">
                  {t('common:actions.clear')}
                </ButtonLink>
              </span>
            )}
          </>
        }
        empty={
          status || userId ? (
            <EmptyState title={t('nothingTitle')} text={t('nothingText')} />
          ) : (
            <EmptyState title={t('emptyTitle')} text={t('emptyText')} />
          )
        }
      />
    </Page>
  )
}

function WhetherItLeaves({ state }: { state: MailState }) {
  const { t } = useTranslation('mail')
  if (state === 'on') return null
  return (
    <div style={{ marginBottom: 16 }}>
      <Notice kind={state === 'off' ? 'attention' : 'none'} title={t(`${state}.title`)}>
        {t(`${state}.text`)}
      </Notice>
    </div>
  )
}
