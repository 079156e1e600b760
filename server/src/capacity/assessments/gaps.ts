import type { RoleNeed } from '#capacity/frameworks/frameworks.api.ts'
import type { Gap } from './assessments.api.ts'

// A gap is what a role needs less what a person has. Pure: the same ratings always give the same gaps.

export interface Have {
  level: number
  from: 'agreed' | 'supervisor' | 'self'
}

/** Whose word counts first. What was agreed stands until something newer is agreed. */
export const haveOrder = ['agreed', 'supervisor', 'self'] as const

/** What a person has, by element. */
export const haveByElement = (rated: readonly (Have & { elementId: string })[]): Map<string, Have> =>
  new Map(rated.map(({ elementId, level, from }) => [elementId, { level, from }]))

/** Statements still to be shown: those above what the person has, up to what the role needs. */
export const statementsBetween = (need: Pick<RoleNeed, 'statements'>, have: number, level: number): RoleNeed['statements'] =>
  need.statements.filter(statement => statement.level !== null && statement.level > have && statement.level <= level)

const weight = { required: 0, helpful: 1 } as const

/**
 * Gaps in order of priority: required before helpful, larger before smaller, then the framework's order, in which
 * `needs` come. What is not rated counts as level 0.
 */
export function rankGaps(needs: readonly RoleNeed[], have: ReadonlyMap<string, Have>): Gap[] {
  const open = needs.flatMap(need => {
    const rated = have.get(need.element.id)
    const missing = need.level - (rated?.level ?? 0)
    return missing > 0 ? [{ need, missing, level: rated?.level ?? 0, from: rated?.from ?? ('none' as const) }] : []
  })
  // Array.prototype.sort keeps the order of equals.
  open.sort((a, b) => weight[a.need.importance] - weight[b.need.importance] || b.missing - a.missing)
  return open.map(({ need, missing, level, from }, index) => ({
    relationId: need.relationId,
    element: need.element,
    importance: need.importance,
    have: level,
    haveFrom: from,
    need: need.level,
    missing,
    priority: index + 1,
    statements: statementsBetween(need, level, need.level),
  }))
}
