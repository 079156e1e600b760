import { useMatch, useRouter } from '@tanstack/react-router'
import { useCallback } from 'react'

/**
 * For a change of the address that a page makes by itself and late: from data that arrived, or after a pause in the typing.
 * It is dropped when somebody is on the way to another page by then, as it would lead them back or take their search along.
 */
export function useLateChange(): (change: () => void) => void {
  const router = useRouter()
  const { routeId, pathname } = useMatch({ strict: false })
  return useCallback(
    change => {
      const ahead = router.latestLocation.pathname
      const [routes] = router.getMatchedRoutes(ahead)
      const isStaying = routes.some(({ id }) => id === routeId) && `${ahead}/`.startsWith(`${pathname.replace(/\/$/, '')}/`)
      if (isStaying) change()
    },
    [router, routeId, pathname],
  )
}
