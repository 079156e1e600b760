import { sql } from 'kysely'
import type { RawBuilder, SqlBool } from 'kysely'
import type { Work } from '#platform/database/work.ts'
import { Problem } from '#platform/http/problem.ts'
import { scopeOf } from './permissions.ts'
import type { Permission } from './permissions.ts'

/**
 * The first wall between organisations: every query names its organisation. Row-level security is the second; a test
 * takes the first one down to see the second hold alone. Nothing but that test writes here.
 */
export const firstWall = { isUp: true }

/** Condition that a row belongs to the acting organisation; `column` is qualified where tables are joined. */
export function ownRows(work: Work, column = 'organisation_id'): RawBuilder<SqlBool> {
  return firstWall.isUp ? sql<SqlBool>`${sql.ref(column)} = ${work.actor.organisationId}` : sql<SqlBool>`true`
}

/** Whose records a permission reaches for the actor: everybody's of the organisation, or those of some people. */
export type Reach = 'everybody' | readonly string[]

/** Throws 403 when the actor does not have the permission at all. */
export function reachOf(work: Work, permission: Permission): Reach {
  const { actor } = work
  const scope = scopeOf(permission, actor.roles)
  if (!scope) throw new Problem(403, 'permission.missing', { params: { permission } })
  if (scope === 'organisation') return 'everybody'
  const own = actor.personId ? [actor.personId] : []
  return scope === 'team' ? [...own, ...actor.reportIds] : own
}

/** As `reachOf`, and nobody without the permission: for what a page shows besides. */
export const reachIfHeld = (work: Work, permission: Permission): Reach =>
  scopeOf(permission, work.actor.roles) ? reachOf(work, permission) : []

/** Condition that a person's id is within reach. */
export function withinReach(reach: Reach, column: string): RawBuilder<SqlBool> {
  return reach === 'everybody' ? sql<SqlBool>`true` : sql<SqlBool>`${sql.ref(column)} = any(${[...reach]}::uuid[])`
}

/** Whether the permission reaches this person: for the `may` of a page. */
export function mayReach(work: Work, permission: Permission, personId: string): boolean {
  const reach = reachIfHeld(work, permission)
  return reach === 'everybody' || reach.includes(personId)
}

/** Throws 403 unless the permission reaches this person. Whether the person exists here is the query's to say (404). */
export function assertReaches(work: Work, permission: Permission, personId: string): void {
  reachOf(work, permission)
  if (!mayReach(work, permission, personId)) throw new Problem(403, 'permission.outside-reach', { params: { permission } })
}
