import type { QueryClient } from '@tanstack/react-query'
import { createRootRouteWithContext, createRoute, lazyRouteComponent, Outlet, redirect } from '@tanstack/react-router'
import type { TablerIcon } from '@tabler/icons-react'
import type { Permission } from 'luytre/platform/permissions/permissions.ts'
import type { TextKey } from '#platform/i18n/text-key.ts'
import { loadPageTexts } from '#platform/i18n/texts.ts'
import { sessionQuery } from '#platform/session/session.ts'
import { FramePending, RouteError, RouteNotFound } from '#shell/RouteStates.tsx'

// The two frames that every page stands in: `shellRoute` for somebody who is signed in, `publicRoute` for nobody.

export type Area = 'capacity' | 'administration'

declare module '@tanstack/react-router' {
  interface StaticDataRouteOption {
    /** Name of the page in breadcrumb, navigation and palette. */
    title?: TextKey
    /**
     * What the palette offers to do here, as a verb: "Import roster". Where the address has `$personId` and no other parameter, a
     * person is chosen first.
     */
    action?: TextKey
    /** Without it the page says who may open it. The server decides again on every call. */
    needs?: Permission
    /** Shows the page in the navigation; order is that of src/router.tsx. */
    navigation?: { area: Area | 'top'; icon: TablerIcon }
  }
}

export interface RouterContext {
  queries: QueryClient
}

export const rootRoute = createRootRouteWithContext<RouterContext>()({
  component: Outlet,
  errorComponent: props => (
    <main>
      <RouteError {...props} />
    </main>
  ),
})

export const shellRoute = createRoute({
  getParentRoute: () => rootRoute,
  id: 'shell',
  beforeLoad: async ({ context, location }) => {
    const { me, setup } = await context.queries.ensureQueryData(sessionQuery)
    if (setup === 'needs-first-administrator') throw redirect({ to: '/setup' })
    if (!me) throw redirect({ to: '/sign-in', search: location.pathname === '/' ? {} : { back: location.href } })
    if (location.pathname !== '/') await loadPageTexts()
  },
  component: lazyRouteComponent(() => import('#shell/Shell.tsx'), 'Shell'),
  errorComponent: RouteError,
  pendingComponent: FramePending,
})

/** An address that names nothing, in the frame: whoever lands there finds the way from it. */
export const nowhereRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '$',
  component: RouteNotFound,
})

export const publicRoute = createRoute({
  getParentRoute: () => rootRoute,
  id: 'public',
  beforeLoad: async ({ context }) => {
    await context.queries.ensureQueryData(sessionQuery)
  },
  component: lazyRouteComponent(() => import('#shell/PublicFrame.tsx'), 'PublicFrame'),
  errorComponent: RouteError,
  pendingComponent: FramePending,
})
