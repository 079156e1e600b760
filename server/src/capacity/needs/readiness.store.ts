import { sql } from 'kysely'
import type { RawBuilder } from 'kysely'
import { unitShown } from '#capacity/people/people.ts'
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

export interface ReadyCount extends AskedRole {
  unitIds: string[]
  /** In the order of the units. */
  people: number[]
}

/** How many who hold a post in each unit on `today` are ready for each role at its level; nothing where it is nobody. */
export async function countReady(work: Work, today: string, asked: readonly AskedRole[]): Promise<ReadyCount[]> {
  if (asked.length === 0) return []
  const roleIds = asked.map(({ roleId }) => roleId)
  const levels = asked.map(({ level }) => level)
  const { rows } = await sql<ReadyCount>`
    select role_id, level, array_agg(unit_id) as unit_ids, array_agg(people) as people from (
      select asked.role_id, asked.level, ready.unit_id, count(*)::int as people
      from unnest(${roleIds}::uuid[], ${levels}::int[]) as asked (role_id, level)
      join ready_post ready on ready.role_id = asked.role_id and ready.level >= asked.level
      where ${ownRows(work, 'ready.organisation_id')} and ready.starts_on <= ${today}::date and ready.ends_before > ${today}::date
      group by asked.role_id, asked.level, ready.unit_id
    ) as counted group by role_id, level`.execute(work.db)
  return rows
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
