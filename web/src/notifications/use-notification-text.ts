import type { Notification } from 'luytre/platform/notifications/notifications.api.ts'
import { useCallback } from 'react'
import { useTranslation } from 'react-i18next'

/** A notification as a sentence, the same as in a mail. */
export function useNotificationText(): (notification: Notification) => string {
  const { t } = useTranslation('notifications')
  return useCallback(
    ({ kind, subject }) => {
      if (!subject) return t('gone', { kind: t(`kinds.${kind}`) })
      const { isOwn, person, detail } = subject
      return isOwn ? t(`own.${kind}`, { detail }) : t(`other.${kind}`, { person, detail })
    },
    [t],
  )
}
