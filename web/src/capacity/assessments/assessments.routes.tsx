import { IconStairsUp } from '@tabler/icons-react'
import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { anId, oneOf, searchOf } from '#platform/address/search-params.ts'
import { shellRoute } from '#shell/shell.routes.tsx'

/** Half-year and role of a sheet; the page fills in what is missing, so that its address can be shared. */
const sheet = { halfYear: anId, role: anId }

const assessmentRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/people/$personId/assessment',
  validateSearch: searchOf({
    ...sheet,
    /** Line that the panel shows. */
    line: anId,
    show: oneOf('differing', 'contested'),
    /** A submitted assessment that is being corrected. */
    correct: oneOf('own', 'agreed'),
  }),
  staticData: { title: 'assessments:title', action: 'overview:openAssessment', needs: 'assessment.read' },
  component: lazyRouteComponent(() => import('#capacity/assessments/AssessmentPage.tsx'), 'AssessmentPage'),
})

const personGapsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/people/$personId/gaps',
  validateSearch: searchOf({ ...sheet, line: anId }),
  staticData: { title: 'assessments:gaps.title', action: 'overview:seeGaps', needs: 'gap.read' },
  component: lazyRouteComponent(() => import('#capacity/assessments/PersonGapsPage.tsx'), 'PersonGapsPage'),
})

const unitGapsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/gaps',
  validateSearch: searchOf({ unit: anId, halfYear: anId, framework: anId, line: anId }),
  staticData: { title: 'assessments:gaps.title', needs: 'gap.read', navigation: { area: 'capacity', icon: IconStairsUp } },
  component: lazyRouteComponent(() => import('#capacity/assessments/UnitGapsPage.tsx'), 'UnitGapsPage'),
})

export const assessmentRoutes = [assessmentRoute, personGapsRoute, unitGapsRoute] as const
