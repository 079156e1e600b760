import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { anyText, oneOf, searchOf } from '#platform/address/search-params.ts'
import { shellRoute } from '#shell/shell.routes.tsx'

const searchRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/search',
  validateSearch: searchOf({ text: anyText, kind: oneOf('person', 'unit', 'role', 'element', 'plan', 'need') }),
  staticData: { title: 'search:title', needs: 'framework.read' },
  component: lazyRouteComponent(() => import('#search/SearchPage.tsx'), 'SearchPage'),
})

export const searchRoutes = [searchRoute] as const
