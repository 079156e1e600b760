import { IconHierarchy3 } from '@tabler/icons-react'
import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { elementKind } from 'luytre/capacity/frameworks/frameworks.api.ts'
import { anyText, oneOf, searchOf } from '#platform/address/search-params.ts'
import { shellRoute } from '#shell/shell.routes.tsx'

const frameworksRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/frameworks',
  staticData: { title: 'frameworks:title', needs: 'framework.read', navigation: { area: 'capacity', icon: IconHierarchy3 } },
})

const listRoute = createRoute({
  getParentRoute: () => frameworksRoute,
  path: '/',
  component: lazyRouteComponent(() => import('#capacity/frameworks/FrameworksPage.tsx'), 'FrameworksPage'),
})

const importRoute = createRoute({
  getParentRoute: () => frameworksRoute,
  path: '/import',
  staticData: { title: 'frameworks:import.title', action: 'frameworks:importAction', needs: 'framework.import' },
  component: lazyRouteComponent(() => import('#capacity/frameworks/ImportPage.tsx'), 'ImportPage'),
})

const frameworkRoute = createRoute({
  getParentRoute: () => frameworksRoute,
  path: '/$frameworkId',
  validateSearch: searchOf({
    kind: oneOf(...elementKind.options),
    search: anyText,
    /** Code of the element that the panel shows. */
    element: anyText,
  }),
  staticData: { title: 'frameworks:one' },
  component: lazyRouteComponent(() => import('#capacity/frameworks/FrameworkPage.tsx'), 'FrameworkPage'),
})

export const frameworkRoutes = [frameworksRoute.addChildren([listRoute, importRoute, frameworkRoute])] as const
