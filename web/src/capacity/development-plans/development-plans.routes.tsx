import { IconTargetArrow } from '@tabler/icons-react'
import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { planStatus } from 'luytre/capacity/development-plans/development-plans.api.ts'
import { anId, anyText, aVersion, oneOf, searchOf } from '#platform/address/search-params.ts'
import { shellRoute } from '#shell/shell.routes.tsx'

const plansRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/plans',
  staticData: { title: 'plans:title', needs: 'plan.read', navigation: { area: 'capacity', icon: IconTargetArrow } },
})

const listRoute = createRoute({
  getParentRoute: () => plansRoute,
  path: '/',
  validateSearch: searchOf({
    halfYear: anId,
    status: oneOf(...planStatus.options),
    search: anyText,
  }),
  component: lazyRouteComponent(() => import('#capacity/development-plans/PlansPage.tsx'), 'PlansPage'),
})

const planRoute = createRoute({
  getParentRoute: () => plansRoute,
  path: '/$planId',
  staticData: { title: 'plans:one' },
})

const readRoute = createRoute({
  getParentRoute: () => planRoute,
  path: '/',
  component: lazyRouteComponent(() => import('#capacity/development-plans/PlanPage.tsx'), 'PlanPage'),
})

const editRoute = createRoute({
  getParentRoute: () => planRoute,
  path: '/edit',
  staticData: { title: 'plans:edit.title', needs: 'plan.write' },
  component: lazyRouteComponent(() => import('#capacity/development-plans/EditPlanPage.tsx'), 'EditPlanPage'),
})

const versionsRoute = createRoute({
  getParentRoute: () => planRoute,
  path: '/versions',
  staticData: { title: 'plans:versions.title' },
})

const versionListRoute = createRoute({
  getParentRoute: () => versionsRoute,
  path: '/',
  component: lazyRouteComponent(() => import('#capacity/development-plans/VersionsPage.tsx'), 'VersionsPage'),
})

const versionRoute = createRoute({
  getParentRoute: () => versionsRoute,
  path: '/$version',
  staticData: { title: 'plans:versions.number' },
  component: lazyRouteComponent(() => import('#capacity/development-plans/PlanVersionPage.tsx'), 'PlanVersionPage'),
})

const compareRoute = createRoute({
  getParentRoute: () => planRoute,
  path: '/compare',
  validateSearch: searchOf({ before: aVersion, after: aVersion }),
  staticData: { title: 'plans:difference.title' },
  component: lazyRouteComponent(() => import('#capacity/development-plans/ComparePage.tsx'), 'ComparePage'),
})

const paperRoute = createRoute({
  getParentRoute: () => planRoute,
  path: '/paper',
  staticData: { title: 'plans:paper.title', needs: 'plan.attach-paper' },
  component: lazyRouteComponent(() => import('#capacity/development-plans/AttachPaperPage.tsx'), 'AttachPaperPage'),
})

const unitRoute = createRoute({
  getParentRoute: () => plansRoute,
  path: '/of-unit',
  validateSearch: searchOf({ unit: anId, halfYear: anId }),
  staticData: { title: 'plans:ofUnit.title' },
  component: lazyRouteComponent(() => import('#capacity/development-plans/UnitPlansPage.tsx'), 'UnitPlansPage'),
})

const newRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/people/$personId/plan/new',
  validateSearch: searchOf({ halfYear: anId, role: anId }),
  staticData: { title: 'plans:new.title', action: 'assessments:gaps.proposePlan', needs: 'plan.write' },
  component: lazyRouteComponent(() => import('#capacity/development-plans/NewPlanPage.tsx'), 'NewPlanPage'),
})

export const planRoutes = [
  plansRoute.addChildren([
    listRoute,
    unitRoute,
    planRoute.addChildren([readRoute, editRoute, versionsRoute.addChildren([versionListRoute, versionRoute]), compareRoute, paperRoute]),
  ]),
  newRoute,
] as const
