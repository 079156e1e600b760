import { IconBuildingBank } from '@tabler/icons-react'
import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { aDay, searchOf } from '#platform/address/search-params.ts'
import { shellRoute } from '#shell/shell.routes.tsx'

const organisationRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/organisation',
  validateSearch: searchOf({ asOf: aDay }),
  staticData: {
    title: 'organisation:title',
    needs: 'organisation.read',
    navigation: { area: 'administration', icon: IconBuildingBank },
  },
  component: lazyRouteComponent(() => import('#organisation/OrganisationPage.tsx'), 'OrganisationPage'),
})

const changeOrganisationRoute = createRoute({
  getParentRoute: () => organisationRoute,
  path: '/change',
  staticData: { title: 'organisation:change.title', needs: 'organisation.write' },
  component: lazyRouteComponent(() => import('#organisation/ChangeOrganisationPanel.tsx'), 'ChangeOrganisationPanel'),
})

const correctOrganisationRoute = createRoute({
  getParentRoute: () => organisationRoute,
  path: '/$stateId',
  staticData: { title: 'organisation:correct.title', needs: 'organisation.write' },
  component: lazyRouteComponent(() => import('#organisation/CorrectOrganisationPanel.tsx'), 'CorrectOrganisationPanel'),
})

export const organisationRoutes = [organisationRoute.addChildren([changeOrganisationRoute, correctOrganisationRoute])] as const
