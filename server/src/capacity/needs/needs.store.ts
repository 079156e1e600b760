import { sql } from 'kysely'
import type { RawBuilder } from 'kysely'
import { v7 as uuidv7 } from 'uuid'
import type { FrameworkLevel } from '#capacity/frameworks/frameworks.api.ts'
import type { Work } from '#platform/database/work.ts'
import type { Translated } from '#platform/i18n/translated.ts'
import { unitShown } from '#capacity/people/people.ts'
import { ownRows } from '#platform/permissions/reach.ts'

export interface NeedContent {
  roleId: string
  unitId: string | null
  people: number
  level: number
  dueOn: string
  priority: number
  reason: string
}

export interface NeedRecord extends NeedContent {
  id: string
  version: number
  endedAt: Date | null
  roleCode: string
  roleName: Translated
  frameworkId: string
  frameworkTitle: Translated
  frameworkVersion: string
  levels: FrameworkLevel[]
  unitCode: string | null
  unitName: Translated | null
}

/** Ids of units and of all below each on a day: `root`, `unit_id`. */
export const unitsBelow = (work: Work, day: string, roots: RawBuilder<unknown>): RawBuilder<unknown> => sql`
  below (root, unit_id) as (
    select id, id from unit where ${ownRows(work)} and id in (${roots})
    union
    select below.root, state.unit_id from below join unit_state state on state.parent_id = below.unit_id
    where ${ownRows(work, 'state.organisation_id')} and state.valid @> ${day}::date
  )`

/** Open needs, or one need whether open or not; units are called as on `today`. */
export async function selectNeeds(work: Work, today: string, only: { needId?: string }, limit: number): Promise<NeedRecord[]> {
  // A unit is looked up once for all its needs, and so is a framework.
  const { rows } = await sql<Omit<NeedRecord, keyof FrameworkShown>>`
    with need as materialized (
      select * from staffing_need
      where ${ownRows(work)} and ${only.needId === undefined ? sql`ended_at is null` : sql`id = ${only.needId}`}
      order by priority, id limit ${limit}
    ), place as materialized (
      select asked.unit_id, unit.code, unit.name
      from (select distinct unit_id from need where unit_id is not null) as asked ${unitShown(sql`asked.unit_id`, sql`${today}::date`)}
    )
    select need.id, need.version, need.role_id, need.unit_id, need.people, need.level, need.due_on, need.priority, need.reason, need.ended_at,
      role.code as role_code, role.name as role_name, role.framework_id, place.code as unit_code, place.name as unit_name
    from need join framework_element role on role.id = need.role_id left join place on place.unit_id = need.unit_id
    order by need.priority, need.id`.execute(work.db)
  const frameworks = await selectFrameworksShown(work, [...new Set(rows.map(({ frameworkId }) => frameworkId))])
  return rows.map(row => ({ ...row, ...frameworks.get(row.frameworkId)! }))
}

type FrameworkShown = Pick<NeedRecord, 'frameworkTitle' | 'frameworkVersion' | 'levels'>

async function selectFrameworksShown(work: Work, ids: readonly string[]): Promise<Map<string, FrameworkShown>> {
  const { rows } = await sql<FrameworkShown & { id: string }>`
    select id, title as framework_title, version as framework_version, levels from framework
    where ${ownRows(work)} and id = any(${[...ids]}::uuid[])`.execute(work.db)
  return new Map(rows.map(({ id, ...shown }) => [id, shown]))
}

/** Id of the open need for the same role, place and level, if there is another one. */
export async function findSameNeed(work: Work, need: NeedContent, exceptId: string): Promise<string | undefined> {
  const { rows } = await sql<{ id: string }>`
    select id from staffing_need where ${ownRows(work)} and ended_at is null and role_id = ${need.roleId} and level = ${need.level}
      and unit_id is not distinct from ${need.unitId}::uuid and id <> ${exceptId}::uuid`.execute(work.db)
  return rows[0]?.id
}

export async function countOpenNeeds(work: Work): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*) as count from staffing_need where ${ownRows(work)} and ended_at is null`.execute(work.db)
  return rows[0]!.count
}

/** The new need's id; undefined when somebody else was faster with the same one. */
export async function insertNeed(work: Work, need: NeedContent, createdBy: string): Promise<string | undefined> {
  const id = uuidv7()
  const inserted = await work.db
    .insertInto('staffingNeed')
    .values({ id, organisationId: work.actor.organisationId, ...need, createdBy, createdAt: work.now, endedAt: null })
    .onConflict(conflict => conflict.doNothing())
    .returning('id')
    .executeTakeFirst()
  return inserted?.id
}

/** False when the need no longer has `version`, or has ended. */
export async function updateNeed(work: Work, id: string, version: number, change: NeedContent | { endedAt: Date }): Promise<boolean> {
  const { numUpdatedRows } = await work.db
    .updateTable('staffingNeed')
    .set({ ...change, version: version + 1 })
    .where('id', '=', id)
    .where(ownRows(work))
    .where('version', '=', version)
    .where('endedAt', 'is', null)
    .executeTakeFirst()
  return numUpdatedRows === 1n
}

// What a need names ---------------------------------------------------------------

export interface RoleRecord {
  id: string
  code: string
  name: Translated
  frameworkId: string
  levels: FrameworkLevel[]
}

export async function findRole(work: Work, roleId: string): Promise<RoleRecord | undefined> {
  const { rows } = await sql<RoleRecord>`
    select e.id, e.code, e.name, f.id as framework_id, f.levels from framework_element e join framework f on f.id = e.framework_id
    where ${ownRows(work, 'e.organisation_id')} and e.kind = 'role' and e.id = ${roleId}`.execute(work.db)
  return rows[0]
}

/** Roles of the version imported last of a framework, without those that have an open need. */
export async function selectRolesWithoutNeed(
  work: Work,
  framework: { publisher: string; key: string },
): Promise<(RoleRecord & { title: Translated })[]> {
  const { rows } = await sql<RoleRecord & { title: Translated }>`
    select e.id, e.code, e.name, f.id as framework_id, f.levels, f.title
    from (select id, levels, title from framework where ${ownRows(work)} and publisher = ${framework.publisher} and key = ${framework.key}
      order by imported_at desc, id desc limit 1) f
    join framework_element e on e.framework_id = f.id and e.kind = 'role'
    where ${ownRows(work, 'e.organisation_id')}
      and not exists (select from staffing_need need where need.role_id = e.id and need.ended_at is null and ${ownRows(work, 'need.organisation_id')})
    order by e.position`.execute(work.db)
  return rows
}
