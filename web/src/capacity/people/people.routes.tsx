import { IconSitemap, IconTableImport, IconUsers } from '@tabler/icons-react'
import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { aDay, anId, anyText, oneOf, searchOf } from '#platform/address/search-params.ts'
import { shellRoute } from '#shell/shell.routes.tsx'

const peopleRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/people',
  validateSearch: searchOf({
    search: anyText,
    unitId: anId,
    asOf: aDay,
  }),
  staticData: { title: 'people:title', needs: 'person.read', navigation: { area: 'capacity', icon: IconUsers } },
  component: lazyRouteComponent(() => import('#capacity/people/PeoplePage.tsx'), 'PeoplePage'),
})

const newPersonRoute = createRoute({
  getParentRoute: () => peopleRoute,
  path: '/new',
  staticData: { title: 'people:newPerson.title', action: 'people:add', needs: 'person.write' },
  component: lazyRouteComponent(() => import('#capacity/people/NewPersonPanel.tsx'), 'NewPersonPanel'),
})

const personRoute = createRoute({
  getParentRoute: () => peopleRoute,
  path: '/$personId',
  component: lazyRouteComponent(() => import('#capacity/people/PersonPanel.tsx'), 'PersonPanel'),
})

const editPersonRoute = createRoute({
  getParentRoute: () => peopleRoute,
  path: '/$personId/edit',
  staticData: { title: 'people:editPerson.title', needs: 'person.write' },
  component: lazyRouteComponent(() => import('#capacity/people/EditPersonPanel.tsx'), 'EditPersonPanel'),
})

const rosterRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/roster-import',
  staticData: {
    title: 'people:roster.short',
    action: 'people:importRoster',
    needs: 'roster.import',
    navigation: { area: 'capacity', icon: IconTableImport },
  },
  component: lazyRouteComponent(() => import('#capacity/people/RosterImportPage.tsx'), 'RosterImportPage'),
})

const rosterPreviewRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/roster-import/$previewId',
  validateSearch: searchOf({ fate: oneOf('create', 'update', 'unchanged', 'refused', 'mended') }),
  staticData: { title: 'people:roster.previewTitle', needs: 'roster.import' },
  component: lazyRouteComponent(() => import('#capacity/people/RosterPreviewPage.tsx'), 'RosterPreviewPage'),
})

const unitsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/units',
  validateSearch: searchOf({ asOf: aDay }),
  staticData: { title: 'people:units.title', needs: 'unit.read', navigation: { area: 'capacity', icon: IconSitemap } },
  component: lazyRouteComponent(() => import('#capacity/people/UnitsPage.tsx'), 'UnitsPage'),
})

const newUnitRoute = createRoute({
  getParentRoute: () => unitsRoute,
  path: '/new',
  validateSearch: searchOf({ parentId: anId }),
  staticData: { title: 'people:newUnit.title', action: 'people:units.add', needs: 'unit.write' },
  component: lazyRouteComponent(() => import('#capacity/people/UnitPanel.tsx'), 'NewUnitPanel'),
})

const unitRoute = createRoute({
  getParentRoute: () => unitsRoute,
  path: '/$unitId',
  component: lazyRouteComponent(() => import('#capacity/people/UnitPanel.tsx'), 'UnitPanel'),
})

const changeUnitRoute = createRoute({
  getParentRoute: () => unitsRoute,
  path: '/$unitId/change',
  staticData: { title: 'people:changeUnit.title', needs: 'unit.write' },
  component: lazyRouteComponent(() => import('#capacity/people/ChangeUnitPanel.tsx'), 'ChangeUnitPanel'),
})

const reorganiseRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/units-reorganised',
  validateSearch: searchOf({ unitId: anId }),
  staticData: { title: 'people:reorganise.title', needs: 'unit.write' },
  component: lazyRouteComponent(() => import('#capacity/people/ReorganisePage.tsx'), 'ReorganisePage'),
})

export const peopleRoutes = [
  peopleRoute.addChildren([newPersonRoute, personRoute, editPersonRoute]),
  unitsRoute.addChildren([newUnitRoute, unitRoute, changeUnitRoute]),
  reorganiseRoute,
  rosterRoute,
  rosterPreviewRoute,
] as const
