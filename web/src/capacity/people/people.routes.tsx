import { IconSitemap, IconTableImport, IconUsers } from '@tabler/icons-react'
import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { z } from 'zod'
import { shellRoute } from '#shell/shell.routes.tsx'

const peopleRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/people',
  validateSearch: z.object({
    search: z.string().optional().catch(undefined),
    unitId: z.uuid().optional().catch(undefined),
    asOf: z.iso.date().optional().catch(undefined),
  }),
  staticData: { title: 'people:title', needs: 'person.read', navigation: { area: 'capacity', icon: IconUsers } },
  component: lazyRouteComponent(() => import('#capacity/people/PeoplePage.tsx'), 'PeoplePage'),
})

const newPersonRoute = createRoute({
  getParentRoute: () => peopleRoute,
  path: '/new',
  staticData: { title: 'people:newPerson.title', needs: 'person.write' },
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
  staticData: { title: 'people:roster.short', needs: 'roster.import', navigation: { area: 'capacity', icon: IconTableImport } },
  component: lazyRouteComponent(() => import('#capacity/people/RosterImportPage.tsx'), 'RosterImportPage'),
})

const rosterPreviewRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/roster-import/$previewId',
  validateSearch: z.object({ fate: z.enum(['create', 'update', 'unchanged', 'refused', 'mended']).optional().catch(undefined) }),
  staticData: { title: 'people:roster.previewTitle', needs: 'roster.import' },
  component: lazyRouteComponent(() => import('#capacity/people/RosterPreviewPage.tsx'), 'RosterPreviewPage'),
})

const unitsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/units',
  validateSearch: z.object({ asOf: z.iso.date().optional().catch(undefined) }),
  staticData: { title: 'people:units.title', needs: 'unit.read', navigation: { area: 'capacity', icon: IconSitemap } },
  component: lazyRouteComponent(() => import('#capacity/people/UnitsPage.tsx'), 'UnitsPage'),
})

const newUnitRoute = createRoute({
  getParentRoute: () => unitsRoute,
  path: '/new',
  validateSearch: z.object({ parentId: z.uuid().optional().catch(undefined) }),
  staticData: { title: 'people:newUnit.title', needs: 'unit.write' },
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
  validateSearch: z.object({ unitId: z.uuid().optional().catch(undefined) }),
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
