import { IconGridDots, IconLayoutGrid, IconUsersPlus } from '@tabler/icons-react'
import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { anId, oneOf, searchOf } from '#platform/address/search-params.ts'
import { shellRoute } from '#shell/shell.routes.tsx'

const view = oneOf('table')

const needsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/needs',
  staticData: { title: 'needs:title', needs: 'staffing-need.read', navigation: { area: 'capacity', icon: IconUsersPlus } },
  component: lazyRouteComponent(() => import('#capacity/needs/NeedsPage.tsx'), 'NeedsPage'),
})

const newNeedRoute = createRoute({
  getParentRoute: () => needsRoute,
  path: '/new',
  staticData: { title: 'needs:new.title', action: 'needs:add', needs: 'staffing-need.write' },
  component: lazyRouteComponent(() => import('#capacity/needs/EditNeedPanel.tsx'), 'NewNeedPanel'),
})

const suggestedRoute = createRoute({
  getParentRoute: () => needsRoute,
  path: '/suggested',
  staticData: { title: 'needs:suggested.title', needs: 'staffing-need.write' },
  component: lazyRouteComponent(() => import('#capacity/needs/SuggestedPanel.tsx'), 'SuggestedPanel'),
})

const needRoute = createRoute({
  getParentRoute: () => needsRoute,
  path: '/$needId',
  component: lazyRouteComponent(() => import('#capacity/needs/NeedPanel.tsx'), 'NeedPanel'),
})

const editNeedRoute = createRoute({
  getParentRoute: () => needsRoute,
  path: '/$needId/edit',
  staticData: { title: 'needs:edit.title', needs: 'staffing-need.write' },
  component: lazyRouteComponent(() => import('#capacity/needs/EditNeedPanel.tsx'), 'EditNeedPanel'),
})

const roleUnitRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/heat-maps/units',
  validateSearch: searchOf({ view }),
  staticData: { title: 'needs:roleUnit.title', needs: 'staffing-need.read', navigation: { area: 'capacity', icon: IconLayoutGrid } },
  component: lazyRouteComponent(() => import('#capacity/needs/RoleUnitPage.tsx'), 'RoleUnitPage'),
})

const personRoleRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/heat-maps/people',
  validateSearch: searchOf({ unit: anId, framework: anId, view }),
  staticData: { title: 'needs:personRole.title', needs: 'gap.read', navigation: { area: 'capacity', icon: IconGridDots } },
  component: lazyRouteComponent(() => import('#capacity/needs/PersonRolePage.tsx'), 'PersonRolePage'),
})

export const needRoutes = [
  needsRoute.addChildren([newNeedRoute, suggestedRoute, needRoute, editNeedRoute]),
  roleUnitRoute,
  personRoleRoute,
] as const
