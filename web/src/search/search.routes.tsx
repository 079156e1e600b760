import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { foundKind } from 'luytre/capacity/search/search.api.ts'
import { z } from 'zod'
import { shellRoute } from '#shell/shell.routes.tsx'

const searchRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/search',
  validateSearch: z.object({
    text: z.string().max(200).optional().catch(undefined),
    kind: foundKind.optional().catch(undefined),
  }),
  staticData: { title: 'search:title' },
  component: lazyRouteComponent(() => import('#search/SearchPage.tsx'), 'SearchPage'),
})

export const searchRoutes = [searchRoute] as const
