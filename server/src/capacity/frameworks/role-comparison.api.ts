import { z } from 'zod'
import { endpoint } from '#platform/http/endpoint.ts'
import { uuid } from '#platform/http/uuid.ts'
import { language } from '#platform/i18n/translated.ts'
import { frameworkElement, frameworkLevel, frameworkSummary, importance } from './frameworks.api.ts'

// Two roles side by side: what both need, what only one does, and at which levels.

const comparedElement = frameworkElement.pick({ id: true, kind: true, code: true, name: true, text: true })

const comparedRole = z.strictObject({
  framework: frameworkSummary.pick({ id: true, title: true, version: true }).extend({ levels: z.array(frameworkLevel) }),
  role: frameworkElement,
})

const needOfOne = z.strictObject({
  /** In the role's own framework. */
  element: comparedElement,
  importance,
  level: z.int(),
})
const comparedNeed = z.strictObject({ left: needOfOne.nullable(), right: needOfOne.nullable() })
export type ComparedNeed = z.infer<typeof comparedNeed>
const comparedTask = z.strictObject({ left: comparedElement.nullable(), right: comparedElement.nullable() })
export type ComparedTask = z.infer<typeof comparedTask>

export const roleComparison = z.strictObject({
  left: comparedRole,
  right: comparedRole,
  /**
   * What is taken for the same: the same element of one framework, the same code in two versions of one, or the same words
   * in two frameworks.
   */
  matchedBy: z.enum(['element', 'code', 'words']),
  /** What both have first, then what only the left one has, then what only the right one has. */
  needs: z.array(comparedNeed),
  tasks: z.array(comparedTask),
})
export type RoleComparison = z.infer<typeof roleComparison>

const roles = z.strictObject({ leftId: uuid, rightId: uuid })

export const compareRoles = endpoint({
  name: 'compareRoles',
  method: 'GET',
  path: '/role-comparison',
  summary: 'What two roles need and do: both, only the one, only the other',
  needs: 'framework.read',
  changes: [],
  reads: [],
  query: roles,
  returns: roleComparison,
})

export const getRoleComparisonFile = endpoint({
  name: 'getRoleComparisonFile',
  method: 'GET',
  path: '/role-comparison/file',
  summary: 'The comparison of two roles as a spreadsheet',
  needs: 'framework.read',
  changes: [],
  reads: [],
  query: roles.extend({ format: z.enum(['csv', 'xlsx']), language }),
  returns: 'file',
  exit: 'file',
})
