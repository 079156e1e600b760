import type { Work } from '#platform/database/work.ts'
import type { RoleNeed } from './frameworks.api.ts'
import { loadRelatedElements, loadStatements } from './frameworks.store.ts'
import type { RelatedElement } from './frameworks.store.ts'

// What roles need. A framework's version never changes (the database lets the server add its rows, not change or delete them), so what
// was read once is kept: the texts of the same few hundred elements would else be read for each page of gaps.

/** Some 2 kB each, with three languages and their statements. */
const maxKept = 10_000

const kept = new Map<string, readonly RoleNeed[]>()
let keptCount = 0

function keep(roleId: string, needs: readonly RoleNeed[]): void {
  // What has none costs nothing to keep and would never give way.
  if (needs.length === 0 || kept.has(roleId)) return
  kept.set(roleId, needs)
  keptCount += needs.length
  // Whose turn to be read came first gives way.
  for (const [oldest, { length }] of kept) {
    if (keptCount <= maxKept) break
    kept.delete(oldest)
    keptCount -= length
  }
}

/** The needs of each role, in the framework's order. Of roles that this piece of work has found: who may see them was asked then. */
export async function loadNeeds(work: Work, roleIds: readonly string[]): Promise<Map<string, readonly RoleNeed[]>> {
  const unread = roleIds.filter(id => !kept.has(id))
  const read = unread.length === 0 ? undefined : await joinStatements(work, await loadRelatedElements(work, unread))
  const needsOf = new Map(roleIds.map(id => [id, kept.get(id) ?? read?.get(id) ?? []]))
  for (const id of unread) keep(id, needsOf.get(id)!)
  return needsOf
}

/** The needs among `related` by role, each with the statements of its element. */
export async function joinStatements(work: Work, related: readonly RelatedElement[]): Promise<Map<string, RoleNeed[]>> {
  const needs = related.filter(relation => relation.kind === 'needs')
  const competencyIds = new Set(needs.filter(({ element }) => element.kind === 'competency').map(({ element }) => element.id))
  const statements = Map.groupBy(await loadStatements(work, [...competencyIds]), statement => statement.parentId)
  const needsOf = new Map<string, RoleNeed[]>()
  for (const { roleId, relationId, importance, needLevel, element } of needs) {
    const need = { relationId, importance, level: needLevel ?? 0, element, statements: statements.get(element.id) ?? [] }
    const list = needsOf.get(roleId)
    if (list) list.push(need)
    else needsOf.set(roleId, [need])
  }
  return needsOf
}
