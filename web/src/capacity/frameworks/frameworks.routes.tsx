import { IconHierarchy3 } from '@tabler/icons-react'
import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { elementKind } from 'luytre/capacity/frameworks/frameworks.api.ts'
import { anId, anyText, oneOf, searchOf } from '#platform/address/search-params.ts'
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

const kind = oneOf(...elementKind.options)

const searchRoute = createRoute({
  getParentRoute: () => frameworksRoute,
  path: '/search',
  validateSearch: searchOf({
    search: anyText,
    kind,
    framework: anId,
    role: anId,
    /** Framework and code of the element that the panel shows. */
    of: anId,
    element: anyText,
  }),
  staticData: { title: 'frameworks:find.title' },
  component: lazyRouteComponent(() => import('#capacity/frameworks/FindPage.tsx'), 'FindPage'),
})

const compareRoute = createRoute({
  getParentRoute: () => frameworksRoute,
  path: '/compare',
  validateSearch: searchOf({ left: anId, right: anId, view: oneOf('table') }),
  staticData: { title: 'frameworks:compare.title' },
  component: lazyRouteComponent(() => import('#capacity/frameworks/CompareRolesPage.tsx'), 'CompareRolesPage'),
})

const chainRoute = createRoute({
  getParentRoute: () => frameworksRoute,
  path: '/$frameworkId/chain',
  validateSearch: searchOf({ view: oneOf('list') }),
  staticData: { title: 'frameworks:chain.title' },
  component: lazyRouteComponent(() => import('#capacity/frameworks/ChainPage.tsx'), 'ChainPage'),
})

const frameworkRoute = createRoute({
  getParentRoute: () => frameworksRoute,
  path: '/$frameworkId',
  validateSearch: searchOf({
    kind,
    search: anyText,
    /** Code of the element that the panel shows. */
    element: anyText,
  }),
  staticData: { title: 'frameworks:one' },
  component: lazyRouteComponent(() => import('#capacity/frameworks/FrameworkPage.tsx'), 'FrameworkPage'),
})

export const frameworkRoutes = [
  frameworksRoute.addChildren([listRoute, importRoute, searchRoute, compareRoute, chainRoute, frameworkRoute]),
] as const
