import { lazy, Suspense, useSyncExternalStore } from 'react'
import { anyNotification } from '#ui/notifications.ts'

const Notifications = lazy(async () => ({ default: (await import('@mantine/notifications')).Notifications }))

/** Where notifications appear, once there is one. */
export function NotificationCorner() {
  const isWanted = useSyncExternalStore(anyNotification.subscribe, anyNotification.isWanted)
  return (
    isWanted && (
      <Suspense>
        <Notifications position="bottom-right" autoClose={5000} />
      </Suspense>
    )
  )
}
