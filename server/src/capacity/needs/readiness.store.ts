import { sql } from 'kysely'
import type { RawBuilder, SqlBool } from 'kysely'
import { maxUnits, unitShown } from '#capacity/people/people.ts'
import type { Work } from '#platform/database/work.ts'
import type { Translated } from '#platform/i18n/translated.ts'
import { ownRows, withinReach } from '#platform/permissions/reach.ts'
import type { Reach } from '#platform/permissions/reach.ts'
import { unitsBelow } from './needs.store.ts'

// Reads of `role_readiness`, and of `ready_post`: who of it is ready, by post. Of `missing` a level stands in these queries as a
// number, not as a parameter: the indexes are on `missing[1]`, `missing[2]` and `missing[3]`.

function missingAt(level: number): RawBuilder<number> {
  if (!Number.isInteger(level) || level < 1 || level > 9) throw new RangeError(`readiness: level ${level}`)
  return sql.raw<number>(`r.missing[${level}]`)
}

export interface AskedRole {
  roleId: string
  level: number
}

/** Which unit is below which on the day. */
export async function selectUnitTree(work: Work, day: string): Promise<{ id: string; parentId: string | null }[]> {
  const { rows } = await sql<{ id: string; parentId: string | null }>`
    select unit_id as id, parent_id from unit_state where ${ownRows(work)} and valid @> ${day}::date limit ${maxUnits}`.execute(work.db)
  return rows
}

export interface ReadyCount extends AskedRole {
  /** By group; those whose unit is in none are in group -1. Groups with nobody are left out. */
  people: Record<string, number>
}

/** How many who hold a post on `today` are ready for each role at its level, by the group of the post's unit. */
export async function countReady(
  work: Work,
  today: string,
  asked: readonly AskedRole[],
  groups: readonly { unitId: string; group: number }[],
): Promise<ReadyCount[]> {
  if (asked.length === 0) return []
  const roleIds = asked.map(({ roleId }) => roleId)
  const levels = asked.map(({ level }) => level)
  const kept = (series: RawBuilder<SqlBool>): RawBuilder<unknown> => sql`
    select asked.role_id, asked.level, kept.unit_id, kept.people
    from asked join unit_ready_count kept on kept.role_id = asked.role_id and kept.level >= asked.level
    where ${ownRows(work, 'kept.organisation_id')} and ${series} and kept.starts_on <= ${today}::date
      and kept.unit_id not in (select unit_id from marked)`
  // Marked units are counted by their posts (migration 0018). The counts of a role come as one JSON value: a row or an array element
  // for each takes longer to read than to count.
  const { rows } = await sql<ReadyCount>`
    with asked (role_id, level) as (select * from unnest(${roleIds}::uuid[], ${levels}::int[])),
    placed (unit_id, in_group) as (
      -- Grouped, so that the database knows that each unit is there once.
      select unit_id, min(in_group)
      from unnest(${groups.map(({ unitId }) => unitId)}::uuid[], ${groups.map(({ group }) => group)}::int[]) as given (unit_id, in_group)
      group by unit_id
    ),
    marked as materialized (select distinct unit_id from unit_ready_mark where ${ownRows(work)}),
    ready as (
      ${kept(sql<SqlBool>`kept.ends_before = 'infinity'`)}
      union all
      ${kept(sql<SqlBool>`kept.ends_before < 'infinity' and kept.ends_before > ${today}::date`)}
      union all
      select asked.role_id, asked.level, marked.unit_id, count(*)::int from marked cross join lateral (
        select role_id, level from ready_post
        where ${ownRows(work)} and unit_id = marked.unit_id and starts_on <= ${today}::date and ends_before > ${today}::date offset 0
      ) as held join asked on asked.role_id = held.role_id and asked.level <= held.level
      -- Summed up before units are joined: of these rows the database expects two, and there may be hundreds of thousands.
      group by asked.role_id, asked.level, marked.unit_id
    )
    select role_id, level, json_object_agg(in_group, people) as people from (
      select ready.role_id, ready.level, coalesce(placed.in_group, -1) as in_group, sum(ready.people)::int as people
      from ready left join placed on placed.unit_id = ready.unit_id
      group by ready.role_id, ready.level, coalesce(placed.in_group, -1)
    ) as counted group by role_id, level`.execute(work.db)
  return rows
}

/** Units that are counted at once; so long nothing else of them can be counted. */
const foldedAtOnce = 200

/** Counts anew who is ready in the units where that changed: so many at once, `again` if there may be more. */
export async function foldReadyCounts(work: Work): Promise<void | 'again'> {
  const { rows } = await sql<{ units: number }>`select fold_ready_counts(${foldedAtOnce}) as units`.execute(work.db)
  return rows[0]!.units === foldedAtOnce ? 'again' : undefined
}

// Who is nearest ---------------------------------------------------------------------

export interface PostedPerson {
  id: string
  name: string
  unitId: string
  unitCode: string
  unitName: Translated
}

export interface NearestQuery extends AskedRole {
  unitId: string | undefined
  reach: Reach
  /** Whose place among the others would tell ratings that the actor may not see yet. */
  except: readonly string[]
  limit: number
}

/** Looked at first, so that the order comes from the index; all of them only where too few hold a post. */
const firstLook = 1000

/** Ids of those who hold a post on `today` and miss something, the fewest missing levels first. */
export async function selectNearest(work: Work, today: string, query: NearestQuery): Promise<string[]> {
  const { roleId, level, unitId, reach, except, limit } = query
  const missing = missingAt(level)
  const conditions = sql`${ownRows(work, 'r.organisation_id')} and r.role_id = ${roleId} and ${missing} > 0
    and ${withinReach(reach, 'r.person_id')} and not r.person_id = any(${[...except]}::uuid[])`
  if (unitId !== undefined) {
    const { rows } = await sql<{ personId: string }>`
      with recursive ${unitsBelow(work, today, sql`${unitId}::uuid`)}
      select r.person_id from post join role_readiness r on r.person_id = post.person_id
      where ${ownRows(work, 'post.organisation_id')} and post.unit_id in (select unit_id from below) and post.valid @> ${today}::date
        and ${conditions}
      order by ${missing}, r.person_id limit ${limit}`.execute(work.db)
    return rows.map(row => row.personId)
  }
  const look = async (most: RawBuilder<unknown>): Promise<string[]> => {
    const { rows } = await sql<{ personId: string }>`
      select near.person_id from (
        select r.person_id, ${missing} as missing from role_readiness r where ${conditions} order by ${missing}, r.person_id limit ${most}
      ) as near cross join lateral (
        select from post where post.person_id = near.person_id and post.valid @> ${today}::date and ${ownRows(work, 'post.organisation_id')} limit 1
      ) as held order by near.missing, near.person_id limit ${limit}`.execute(work.db)
    return rows.map(row => row.personId)
  }
  const found = await look(sql`${firstLook}`)
  return found.length < limit ? look(sql`all`) : found
}

/** People with the unit of today's post, of one unit and those below it if it is named; who holds no post is left out. */
export async function selectPosted(work: Work, today: string, personIds: readonly string[], unitId?: string): Promise<PostedPerson[]> {
  const { rows } = await sql<PostedPerson>`
    ${unitId === undefined ? sql`` : sql`with recursive ${unitsBelow(work, today, sql`${unitId}::uuid`)}`}
    select person.id, person.name, post.unit_id, unit.code as unit_code, unit.name as unit_name
    from person join post on post.person_id = person.id and post.valid @> ${today}::date ${unitShown(sql`post.unit_id`, sql`${today}::date`)}
    where ${ownRows(work, 'person.organisation_id')} and person.id = any(${[...personIds]}::uuid[])
      and ${unitId === undefined ? sql`true` : sql`post.unit_id in (select unit_id from below)`}`.execute(work.db)
  return rows
}
