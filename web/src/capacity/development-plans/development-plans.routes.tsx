import { IconTargetArrow } from '@tabler/icons-react'
import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { plan } from 'luytre/capacity/development-plans/development-plans.api.ts'
import { z } from 'zod'
import { shellRoute } from '#shell/shell.routes.tsx'

const id = z.uuid().optional().catch(undefined)

const plansRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/plans',
  staticData: { title: 'plans:title', needs: 'plan.read', navigation: { area: 'capacity', icon: IconTargetArrow } },
})

const listRoute = createRoute({
  getParentRoute: () => plansRoute,
  path: '/',
  validateSearch: z.object({
    halfYear: id,
    status: plan.shape.status.optional().catch(undefined),
    search: z.string().optional().catch(undefined),
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

const newRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/people/$personId/plan/new',
  validateSearch: z.object({ halfYear: id, role: id }),
  staticData: { title: 'plans:new.title', needs: 'plan.write' },
  component: lazyRouteComponent(() => import('#capacity/development-plans/NewPlanPage.tsx'), 'NewPlanPage'),
})

export const planRoutes = [plansRoute.addChildren([listRoute, planRoute.addChildren([readRoute, editRoute])]), newRoute] as const
