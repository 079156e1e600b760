import { IconHome } from '@tabler/icons-react'
import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { shellRoute } from '#shell/shell.routes.tsx'

const overviewRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/',
  staticData: { title: 'overview:title', navigation: { area: 'top', icon: IconHome } },
  component: lazyRouteComponent(() => import('#overview/OverviewPage.tsx'), 'OverviewPage'),
})

export const overviewRoutes = [overviewRoute] as const
