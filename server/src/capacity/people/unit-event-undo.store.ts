import { sql } from 'kysely'
import type { Work } from '#platform/database/work.ts'
import { ownRows } from '#platform/permissions/reach.ts'
import type { HeldPost } from './posts.ts'
import { insertStates } from './units.store.ts'
import type { UnitState } from './units.store.ts'

/** What a planned event changed, kept with it. */
export interface Undo {
  /** Units whose states the event changed: as they were, and the version that the event left. */
  units: { id: string; version: number; states: UnitState[] }[]
  foundedIds: string[]
  /** Null before: the event started the post. */
  posts: { personId: string; before: HeldPost | null; after: { id: string; version: number } }[]
}

export async function selectUndo(work: Work, eventId: string): Promise<{ happensOn: string; undo: Undo | null } | undefined> {
  const { rows } = await sql<{ happensOn: string; undo: Undo | null }>`
    select happens_on, undo from unit_event where ${ownRows(work)} and id = ${eventId} for update`.execute(work.db)
  return rows[0]
}

export async function selectVersions(work: Work, unitIds: readonly string[]): Promise<Map<string, number>> {
  const { rows } = await sql<{ id: string; version: number }>`
    select id, version from unit where ${ownRows(work)} and id = any(${[...unitIds]}::uuid[])`.execute(work.db)
  return new Map(rows.map(({ id, version }) => [id, version]))
}

/** Whether a post, a unit below or a staffing need names one of the units, other than those that are the event's own. */
export async function selectUse(
  work: Work,
  unitIds: readonly string[],
  own: { unitIds: readonly string[]; postIds: readonly string[] },
): Promise<boolean> {
  const ids = sql`any(${[...unitIds]}::uuid[])`
  const among = [...unitIds, ...own.unitIds]
  const { rows } = await sql<{ isUsed: boolean }>`
    select exists (select from post where ${ownRows(work)} and unit_id = ${ids} and not id = any(${[...own.postIds]}::uuid[]))
      or exists (select from unit_state where ${ownRows(work)} and parent_id = ${ids} and not unit_id = any(${among}::uuid[]))
      or exists (select from staffing_need where ${ownRows(work)} and unit_id = ${ids}) as is_used`.execute(work.db)
  return rows[0]!.isUsed
}

/** Of these units, only `states` are left, as they are said. */
export async function replaceStates(work: Work, unitIds: readonly string[], states: readonly UnitState[]): Promise<void> {
  await sql`delete from unit_state where ${ownRows(work)} and unit_id = any(${[...unitIds]}::uuid[])`.execute(work.db)
  await insertStates(work, states)
  await sql`update unit set version = version + 1 where ${ownRows(work)} and id = any(${[...unitIds]}::uuid[])`.execute(work.db)
}

export async function deleteEvent(work: Work, eventId: string): Promise<void> {
  await work.db.deleteFrom('unitEventParty').where('eventId', '=', eventId).where(ownRows(work)).execute()
  await work.db.deleteFrom('unitEvent').where('id', '=', eventId).where(ownRows(work)).execute()
}

export async function deleteUnits(work: Work, unitIds: readonly string[]): Promise<void> {
  await sql`delete from unit where ${ownRows(work)} and id = any(${[...unitIds]}::uuid[])`.execute(work.db)
}
