import { sql } from 'kysely'
import { maxUnits } from '#capacity/people/people.ts'
import type { UnitShown } from '#capacity/people/people.ts'
import type { Work } from '#platform/database/work.ts'
import type { Translated } from '#platform/i18n/translated.ts'
import { ownRows, withinReach } from '#platform/permissions/reach.ts'
import type { Reach } from '#platform/permissions/reach.ts'
import { unitsBelow } from './needs.store.ts'

export async function selectUnits(work: Work, today: string): Promise<UnitShown[]> {
  const { rows } = await sql<UnitShown>`
    select unit_id as id, code, name, parent_id from unit_state where ${ownRows(work)} and valid @> ${today}::date
    order by code collate "C" limit ${maxUnits}`.execute(work.db)
  return rows
}

// Role by unit ----------------------------------------------------------------------

export interface NeededRole {
  roleId: string
  level: number
  code: string
  name: Translated
  /** People needed, by unit; the key '' is the organisation. */
  needed: Record<string, number>
}

/** Roles and levels of open needs, the most urgent first. */
export async function selectNeededRoles(work: Work): Promise<NeededRole[]> {
  const { rows } = await sql<NeededRole>`
    select need.role_id, need.level, role.code, role.name, jsonb_object_agg(coalesce(need.unit_id::text, ''), need.people) as needed
    from staffing_need need join framework_element role on role.id = need.role_id
    where ${ownRows(work, 'need.organisation_id')} and need.ended_at is null
    group by need.role_id, need.level, role.id order by min(need.priority), role.framework_id, role.position, need.level`.execute(work.db)
  return rows
}

// Person by role ---------------------------------------------------------------------

export interface PersonRecord {
  id: string
  name: string
  roleCode: string | null
}

/** From so many on, those next by name are looked for among everybody: one in a few is found, and nobody is sorted. */
const manyPeople = 5000

/** People who hold a post in the unit or below it on `today`, by name, after the person `after`; and how many there are. */
export async function selectPeopleBelow(
  work: Work,
  today: string,
  query: { unitId: string; reach: Reach; after?: string | undefined; limit: number },
): Promise<{ people: PersonRecord[]; total: number }> {
  const { unitId, reach, after, limit } = query
  const below = sql`recursive ${unitsBelow(work, today, sql`${unitId}::uuid`)}`
  const isBelow = sql`${ownRows(work, 'post.organisation_id')} and ${withinReach(reach, 'post.person_id')} and post.valid @> ${today}::date
    and post.unit_id in (select unit_id from below)`
  const { rows: counted } = await sql<{ total: number }>`
    with ${below} select count(*) as total from post where ${isBelow}`.execute(work.db)
  const total = counted[0]!.total
  const position = after
    ? sql`(person.sort_key collate "C", person.id) > (select sort_key collate "C", id from person where id = ${after} and ${ownRows(work)})`
    : sql`true`
  const held =
    total > manyPeople
      ? sql`person cross join lateral (select post.role_code from post where post.person_id = person.id and ${isBelow} limit 1) as held`
      : sql`(select post.person_id, post.role_code from post where ${isBelow} offset 0) as held join person on person.id = held.person_id`
  const { rows: people } = await sql<PersonRecord>`
    with ${below} select person.id, person.name, held.role_code from ${held}
    where ${ownRows(work, 'person.organisation_id')} and ${position} order by person.sort_key collate "C", person.id limit ${limit}`.execute(
    work.db,
  )
  return { people, total }
}

export interface RequiredNeeds {
  id: string
  code: string
  name: Translated
  needs: { elementId: string; level: number }[]
}

/** The roles of a framework that require something, in its order, each with what it requires. */
export async function selectRequired(work: Work, frameworkId: string, limit: number): Promise<RequiredNeeds[]> {
  const { rows } = await sql<RequiredNeeds>`
    select role.id, role.code, role.name, jsonb_agg(jsonb_build_object('elementId', need.element_id, 'level', need.level)) as needs
    from framework_element role join framework_relation need on need.role_id = role.id and need.kind = 'needs' and need.importance = 'required'
    where ${ownRows(work, 'role.organisation_id')} and role.framework_id = ${frameworkId} and role.kind = 'role'
    group by role.id order by role.position limit ${limit}`.execute(work.db)
  return rows
}
