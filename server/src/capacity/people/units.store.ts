import { v7 as uuidv7 } from 'uuid'
import { sql } from 'kysely'
import type { RawBuilder } from 'kysely'
import type { Work } from '#platform/database/work.ts'
import type { Translated } from '#platform/i18n/translated.ts'
import { ownRows } from '#platform/permissions/reach.ts'
import type { Unit } from './people.api.ts'

/** What a unit is called and where it belongs. */
export interface UnitContent {
  code: string
  name: Translated
  parentId: string | null
}

/** Content from one day to another. */
export interface UnitState extends UnitContent {
  id: string
  unitId: string
  /** Null: since before anybody recorded it. */
  startsOn: string | null
  /** First day that it no longer holds; null while no end is known. */
  endsBefore: string | null
}

const stateColumns = sql`state.id, state.unit_id, state.code, state.name, state.parent_id, lower(state.valid) as starts_on, upper(state.valid) as ends_before`

/** The state of `unitId` on `day`, else the next to begin, else the first: what a post of that unit shows as its unit. */
export const unitShown = (unitId: RawBuilder<unknown>, day: RawBuilder<unknown>): RawBuilder<unknown> => sql`
  left join lateral (
    select code, name, parent_id from unit_state where unit_state.unit_id = ${unitId}
    order by unit_state.valid @> ${day} desc, lower(unit_state.valid) > ${day} desc nulls last, lower(unit_state.valid) limit 1
  ) as unit on true`

/** How many hold a post in the unit on the day, from what is kept of it (migration 0016). */
const headsOn = (day: string): RawBuilder<number> =>
  sql<number>`(width_bucket(${day}::date, heads.starts_on) - width_bucket(${day}::date, heads.ends_before))`

export async function selectUnits(work: Work, day: string, limit: number): Promise<Unit[]> {
  const { rows } = await sql<Unit>`
    select unit.id, unit.version, state.code, state.name, state.parent_id, lower(state.valid) as starts_on, upper(state.valid) as ends_before,
      coalesce(${headsOn(day)}, 0) as people
    from unit_state as state join unit on unit.id = state.unit_id left join unit_head_count as heads on heads.unit_id = unit.id
    where ${ownRows(work, 'state.organisation_id')} and state.valid @> ${day}::date
    order by state.code collate "C" limit ${limit}`.execute(work.db)
  return rows
}

/** How many hold a post on the day, in whatever unit; nobody holds two. */
export async function countHeads(work: Work, day: string): Promise<number> {
  const { rows } = await sql<{ people: number }>`
    select coalesce(sum(${headsOn(day)}), 0)::int as people from unit_head_count as heads where ${ownRows(work)}`.execute(work.db)
  return rows[0]!.people
}

export interface UnitName {
  id: string
  code: string
  name: Translated
}

export async function selectUnitNames(work: Work, day: string, limit: number): Promise<UnitName[]> {
  const { rows } = await sql<UnitName>`
    select unit_id as id, code, name from unit_state where ${ownRows(work)} and valid @> ${day}::date
    order by code collate "C" limit ${limit}`.execute(work.db)
  return rows
}

export interface UnitShown {
  id: string
  code: string
  name: Translated
  parentId: string | null
}

/** As it is called on the day, or will be, or was. */
export async function findUnitShown(work: Work, day: string, unitId: string): Promise<UnitShown | undefined> {
  const { rows } = await sql<UnitShown>`
    select asked.id, unit.code, unit.name, unit.parent_id from unit as asked ${unitShown(sql`asked.id`, sql`${day}::date`)}
    where ${ownRows(work, 'asked.organisation_id')} and asked.id = ${unitId}`.execute(work.db)
  return rows[0]
}

/** Whether the organisation ever had the unit. */
export async function existsUnit(work: Work, unitId: string): Promise<boolean> {
  const row = await work.db.selectFrom('unit').select('id').where('id', '=', unitId).where(ownRows(work)).executeTakeFirst()
  return row !== undefined
}

/** Whether the organisation ever had all of these units. */
export async function existUnits(work: Work, unitIds: readonly string[]): Promise<boolean> {
  const wanted = [...new Set(unitIds)]
  const { rows } = await sql<{ found: number }>`
    select count(*) as found from unit where ${ownRows(work)} and id = any(${wanted}::uuid[])`.execute(work.db)
  return rows[0]!.found === wanted.length
}

/** Units that exist on the day or later. */
export async function countUnits(work: Work, day: string): Promise<number> {
  const { rows } = await sql<{ total: number }>`
    select count(distinct unit_id) as total from unit_state where ${ownRows(work)} and (upper_inf(valid) or upper(valid) > ${day}::date)`.execute(
    work.db,
  )
  return rows[0]!.total
}

/** Who has the code on any day from `from` on and before `before`; null leaves that side open. The latest of several. */
export async function findCodeUse(
  work: Work,
  code: string,
  from: string | null,
  before: string | null,
  except?: string,
): Promise<{ unitId: string; endsBefore: string | null } | undefined> {
  const { rows } = await sql<{ unitId: string; endsBefore: string | null }>`
    select unit_id, upper(valid) as ends_before from unit_state
    where ${ownRows(work)} and code = ${code} and valid && daterange(${from}::date, ${before}::date) and unit_id is distinct from ${except ?? null}::uuid
    order by lower(valid) desc nulls last limit 1`.execute(work.db)
  return rows[0]
}

/** Every state that holds on `day` or later, of some units or of all. */
export async function selectStatesFrom(work: Work, day: string, unitIds?: readonly string[]): Promise<UnitState[]> {
  const { rows } = await sql<UnitState>`
    select ${stateColumns} from unit_state as state
    where ${ownRows(work, 'state.organisation_id')} and (upper_inf(valid) or upper(valid) > ${day}::date)
      ${unitIds ? sql`and state.unit_id = any(${[...unitIds]}::uuid[])` : sql``}
    order by state.unit_id, lower(state.valid) nulls first`.execute(work.db)
  return rows
}

/** All states of units, of each the first one first. */
export async function selectStates(work: Work, unitIds: readonly string[]): Promise<UnitState[]> {
  const { rows } = await sql<UnitState>`
    select ${stateColumns} from unit_state as state
    where ${ownRows(work, 'state.organisation_id')} and state.unit_id = any(${[...unitIds]}::uuid[])
    order by state.unit_id, lower(state.valid) nulls first`.execute(work.db)
  return rows
}

export async function findVersion(work: Work, unitId: string): Promise<number | undefined> {
  const row = await work.db.selectFrom('unit').select('version').where('id', '=', unitId).where(ownRows(work)).executeTakeFirst()
  return row?.version
}

/** New units, each with its first state. */
export async function insertUnits(work: Work, units: readonly (UnitContent & { id: string; startsOn: string | null })[]): Promise<void> {
  if (units.length === 0) return
  const { organisationId } = work.actor
  await work.db
    .insertInto('unit')
    .values(units.map(({ id }) => ({ id, organisationId })))
    .execute()
  await insertStates(
    work,
    units.map(({ id: unitId, ...state }) => ({ unitId, ...state, endsBefore: null })),
  )
}

const range = (startsOn: string | null, endsBefore: string | null) => sql<string>`daterange(${startsOn}::date, ${endsBefore}::date)`

/** Writes states whole: those that are there by their id, then the new ones. Their units get the next version. */
export async function writeStates(work: Work, changed: readonly UnitState[], started: readonly Omit<UnitState, 'id'>[]): Promise<void> {
  if (changed.length > 0) {
    const rows = changed.map(({ id, code, name, parentId, startsOn, endsBefore }) => ({
      id,
      code,
      name,
      parent_id: parentId,
      starts_on: startsOn,
      ends_before: endsBefore,
    }))
    await sql`
      update unit_state set code = next.code, name = next.name, parent_id = next.parent_id, valid = daterange(next.starts_on, next.ends_before)
      from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
        as next (id uuid, code text, name jsonb, parent_id uuid, starts_on date, ends_before date)
      where unit_state.id = next.id and ${ownRows(work, 'unit_state.organisation_id')}`.execute(work.db)
  }
  await insertStates(work, started)
  const ids = [...new Set([...changed, ...started].map(({ unitId }) => unitId))]
  if (ids.length > 0) await sql`update unit set version = version + 1 where ${ownRows(work)} and id = any(${ids}::uuid[])`.execute(work.db)
}

/** A state that was there before keeps its id. */
export async function insertStates(work: Work, states: readonly (Omit<UnitState, 'id'> & { id?: string })[]): Promise<void> {
  if (states.length === 0) return
  await work.db
    .insertInto('unitState')
    .values(
      states.map(({ id = uuidv7(), unitId, code, name, parentId, startsOn, endsBefore }) => ({
        id,
        organisationId: work.actor.organisationId,
        unitId,
        code,
        name: JSON.stringify(name),
        parentId,
        valid: range(startsOn, endsBefore),
      })),
    )
    .execute()
}
