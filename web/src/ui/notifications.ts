import type { NotificationData } from '@mantine/notifications'
import { textOf } from '#platform/i18n/text-key.ts'

// A word in the corner that something was done. The library comes with the first of them: no page needs it to open.

let isWanted = false
const listeners = new Set<() => void>()

export const notifications = {
  show(message: Pick<NotificationData, 'title' | 'message' | 'color' | 'autoClose'>): void {
    isWanted = true
    for (const tell of listeners) tell()
    const closeButtonProps = { 'aria-label': textOf('common:actions.close') }
    void import('@mantine/notifications').then(
      library => library.notifications.show({ ...message, closeButtonProps }),
      // Without a network the corner stays empty; nothing else hangs on it.
      () => undefined,
    )
  },
}

/** Whether anything was said so far; for `useSyncExternalStore`. */
export const anyNotification = {
  subscribe(tell: () => void): () => void {
    listeners.add(tell)
    return () => listeners.delete(tell)
  },
  isWanted: (): boolean => isWanted,
}
