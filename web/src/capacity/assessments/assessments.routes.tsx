import { IconStairsUp } from '@tabler/icons-react'
import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { z } from 'zod'
import { shellRoute } from '#shell/shell.routes.tsx'

const id = z.uuid().optional().catch(undefined)

/** Half-year and role of a sheet; the page fills in what is missing, so that its address can be shared. */
const sheet = { halfYear: id, role: id }

const assessmentRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/people/$personId/assessment',
  validateSearch: z.object({
    ...sheet,
    /** Line that the panel shows. */
    line: id,
    show: z.enum(['differing', 'contested']).optional().catch(undefined),
    /** A submitted assessment that is being corrected. */
    correct: z.enum(['own', 'agreed']).optional().catch(undefined),
  }),
  staticData: { title: 'assessments:title', needs: 'assessment.read' },
  component: lazyRouteComponent(() => import('#capacity/assessments/AssessmentPage.tsx'), 'AssessmentPage'),
})

const personGapsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/people/$personId/gaps',
  validateSearch: z.object({ ...sheet, line: id }),
  staticData: { title: 'assessments:gaps.title', needs: 'gap.read' },
  component: lazyRouteComponent(() => import('#capacity/assessments/PersonGapsPage.tsx'), 'PersonGapsPage'),
})

const unitGapsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/gaps',
  validateSearch: z.object({ unit: id, halfYear: id, framework: id, line: id }),
  staticData: { title: 'assessments:gaps.title', needs: 'gap.read', navigation: { area: 'capacity', icon: IconStairsUp } },
  component: lazyRouteComponent(() => import('#capacity/assessments/UnitGapsPage.tsx'), 'UnitGapsPage'),
})

export const assessmentRoutes = [assessmentRoute, personGapsRoute, unitGapsRoute] as const
