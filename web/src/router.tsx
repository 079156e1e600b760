import type { QueryClient } from '@tanstack/react-query'
import { createRouter, type AnyRoute } from '@tanstack/react-router'
import type { Permission } from 'luytre/platform/permissions/permissions.ts'
import { assessmentRoutes } from '#capacity/assessments/assessments.routes.tsx'
import { departureRoutes } from '#capacity/departures/departures.routes.tsx'
import { planRoutes } from '#capacity/development-plans/development-plans.routes.tsx'
import { frameworkRoutes } from '#capacity/frameworks/frameworks.routes.tsx'
import { needRoutes } from '#capacity/needs/needs.routes.tsx'
import { peopleRoutes } from '#capacity/people/people.routes.tsx'
import { galleryRoutes } from '#gallery/gallery.routes.tsx'
import { accountRoutes, publicIdentityRoutes } from '#identity/identity.routes.tsx'
import { ledgerRoutes } from '#ledger/ledger.routes.tsx'
import { mailRoutes } from '#mail/mail.routes.tsx'
import { notificationRoutes } from '#notifications/notifications.routes.tsx'
import { organisationRoutes } from '#organisation/organisation.routes.tsx'
import { overviewRoutes } from '#overview/overview.routes.tsx'
import { RouteError, RouteNotFound, RoutePending } from '#shell/RouteStates.tsx'
import { searchRoutes } from '#search/search.routes.tsx'
import { nowhereRoute, publicRoute, rootRoute, shellRoute } from '#shell/shell.routes.tsx'

/** Every page of the product. A new module adds its routes here, in the order of the navigation. */
const routeTree = rootRoute.addChildren([
  publicRoute.addChildren([...publicIdentityRoutes]),
  shellRoute.addChildren([
    ...overviewRoutes,
    ...notificationRoutes,
    ...searchRoutes,
    ...frameworkRoutes,
    ...peopleRoutes,
    ...departureRoutes,
    ...assessmentRoutes,
    ...needRoutes,
    ...planRoutes,
    ...organisationRoutes,
    ...accountRoutes,
    ...mailRoutes,
    ...ledgerRoutes,
    ...galleryRoutes,
    nowhereRoute,
  ]),
])

export const createAppRouter = (queries: QueryClient) =>
  createRouter({
    routeTree,
    context: { queries },
    defaultPreload: 'intent',
    defaultPreloadStaleTime: 0,
    defaultErrorComponent: RouteError,
    defaultNotFoundComponent: RouteNotFound,
    defaultPendingComponent: RoutePending,
    defaultPendingMs: 300,
    scrollRestoration: true,
  })

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof createAppRouter>
  }
}

export interface ListedRoute {
  /** `/people/$personId` */
  path: string
  isPublic: boolean
  needs: Permission | undefined
}

/** All addresses of the product as patterns: what the tests of accessibility walk through. */
export function listRoutes(): ListedRoute[] {
  // A router knows the full paths only once it is made.
  const router = createRouter({ routeTree, context: { queries: undefined as never } })
  const listed: ListedRoute[] = []
  for (const route of Object.values(router.routesById) as AnyRoute[]) {
    if (route.id === nowhereRoute.id || !route.options.component || !(route.options as { path?: string }).path) continue
    const parents: AnyRoute[] = []
    for (let parent: AnyRoute | undefined = route; parent; parent = parent.parentRoute as AnyRoute | undefined) parents.push(parent)
    listed.push({
      path: route.fullPath.length > 1 ? route.fullPath.replace(/\/$/, '') : route.fullPath,
      isPublic: parents.includes(publicRoute as AnyRoute),
      needs: parents.map(parent => parent.options.staticData?.needs).find(Boolean),
    })
  }
  return listed
}
