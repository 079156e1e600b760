import { Button } from '@mantine/core'
import { useInfiniteQuery } from '@tanstack/react-query'
import { Outlet, type LinkProps } from '@tanstack/react-router'
import {
  countNotifications,
  listNotifications,
  readNotification,
  unreadMax,
  type Notification,
} from 'luytre/platform/notifications/notifications.api.ts'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { useNotificationText } from '#notifications/use-notification-text.ts'
import { call } from '#platform/call/call.ts'
import { useChange } from '#platform/call/query-for.ts'
import { useFormat } from '#platform/i18n/use-language.ts'
import { ButtonLink } from '#ui/ButtonLink.tsx'
import { DataList, type Column } from '#ui/DataList.tsx'
import { EmptyState } from '#ui/EmptyState.tsx'
import { Page } from '#ui/Page.tsx'
import { StatusMark } from '#ui/StatusMark.tsx'

const pageSize = 50

/** What others have done that concerns the reader, newest first. */
export function NotificationsPage() {
  const { t } = useTranslation('notifications')
  const format = useFormat()
  const textOf = useNotificationText()
  const read = useChange(readNotification, [listNotifications, countNotifications])
  const list = useInfiniteQuery({
    queryKey: [listNotifications.name],
    meta: { reads: listNotifications.reads },
    queryFn: ({ pageParam, signal }) =>
      call(listNotifications, { query: { limit: pageSize, ...(pageParam && { before: pageParam }) }, signal }),
    initialPageParam: '',
    getNextPageParam: page => page.next,
  })
  const unread = list.data?.pages[0]?.unread
  const rows = useMemo(() => list.data?.pages.flatMap(page => page.notifications), [list.data])
  const { mutate } = read

  const columns = useMemo<Column<Notification>[]>(
    () => [
      {
        id: 'what',
        header: t('what'),
        cell: row => <span style={row.isRead ? undefined : { fontWeight: 600 }}>{textOf(row)}</span>,
      },
      {
        id: 'state',
        header: t('state'),
        cell: row => <StatusMark kind={row.isRead ? 'none' : 'attention'}>{t(row.isRead ? 'read' : 'new')}</StatusMark>,
        inCard: 'plain',
      },
      { id: 'at', header: t('at'), cell: row => <time dateTime={row.at}>{format.instant(row.at)}</time>, inCard: 'plain' },
    ],
    [t, format, textOf],
  )

  const [newest] = rows ?? []
  return (
    <Page
      title={t('title')}
      state={
        unread === undefined
          ? undefined
          : unread === 0
            ? t('allRead')
            : unread < unreadMax
              ? t('unread', { count: unread })
              : t('unreadMany')
      }
      more={
        <ButtonLink to="/notifications/settings" variant="default">
          {t('settingsLink')}
        </ButtonLink>
      }
      main={
        newest &&
        unread !== 0 && (
          <Button loading={read.isPending} onClick={() => mutate({ params: { notificationId: newest.id }, body: { andOlder: true } })}>
            {t('readAll')}
          </Button>
        )
      }
      panel={<Outlet />}
    >
      <DataList
        name="notifications"
        label={t('title')}
        columns={columns}
        rows={rows}
        error={list.error}
        onRetry={() => void list.refetch()}
        rowId={row => row.id}
        rowLink={linkOf}
        onOpen={row => !row.isRead && mutate({ params: { notificationId: row.id }, body: { andOlder: false } })}
        onMore={list.hasNextPage ? () => void list.fetchNextPage() : undefined}
        isLoadingMore={list.isFetchingNextPage}
        empty={<EmptyState title={t('emptyTitle')} text={t('emptyText')} />}
      />
    </Page>
  )
}

/** The server says where it is shown, as an address; what is no longer to be seen leads nowhere else. */
function linkOf({ subject }: Notification): LinkProps {
  if (!subject) return { to: '/notifications' }
  const [path = '', search = ''] = subject.path.split('?')
  return { to: path, search: Object.fromEntries(new URLSearchParams(search)) } as LinkProps
}
