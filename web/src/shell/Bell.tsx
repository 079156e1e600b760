import { IconBell } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { countNotifications, unreadMax } from 'luytre/platform/notifications/notifications.api.ts'
import { useTranslation } from 'react-i18next'
import { queryFor } from '#platform/call/query-for.ts'
import classes from '#shell/Shell.module.css'

/** How many notifications are unread. Nothing is shown of a question that failed: the page behind it says more. */
export function Bell() {
  const { t } = useTranslation()
  const unread = useQuery(queryFor(countNotifications)).data?.unread ?? 0
  return (
    <Link to="/notifications" className={classes.bell} aria-label={t('shell.notifications', { count: unread })}>
      <IconBell size={19} aria-hidden />
      {unread > 0 && (
        <span className={classes.count} aria-hidden>
          {unread < unreadMax ? unread : `${unreadMax - 1}+`}
        </span>
      )}
    </Link>
  )
}
