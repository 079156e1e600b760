import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { shellRoute } from '#shell/shell.routes.tsx'

const departuresRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/people/$personId/departures',
  staticData: { title: 'departures:title', needs: 'person.write' },
  component: lazyRouteComponent(() => import('#capacity/departures/DeparturesPage.tsx'), 'DeparturesPage'),
})

export const departureRoutes = [departuresRoute] as const
