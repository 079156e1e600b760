import { sql } from 'kysely'
import type { RawBuilder, SqlBool } from 'kysely'
import type { Work } from '#platform/database/work.ts'
import type { Translated } from '#platform/i18n/translated.ts'
import { unitShown } from '#capacity/people/people.ts'
import { ownRows, withinReach } from '#platform/permissions/reach.ts'
import type { Reach } from '#platform/permissions/reach.ts'
import { unitsBelow } from './needs.store.ts'

export interface PostedPerson {
  id: string
  name: string
  unitId: string
  unitCode: string
  unitName: Translated
}

export interface NearestQuery {
  roleId: string
  level: number
  unitId: string | undefined
  reach: Reach
  /** Whose place among the others would tell ratings that the actor may not see yet. */
  except: readonly string[]
  limit: number
}

const inUnit = (work: Work, today: string, unitId: string | undefined): { below: RawBuilder<unknown>; condition: RawBuilder<SqlBool> } => ({
  below: unitId === undefined ? sql`` : sql`with recursive ${unitsBelow(work, today, sql`${unitId}::uuid`)}`,
  condition: unitId === undefined ? sql<SqlBool>`true` : sql<SqlBool>`post.unit_id in (select unit_id from below)`,
})

/** Ids of those who hold a post on `today` and miss something, the fewest missing levels first. */
export async function selectNearest(work: Work, today: string, query: NearestQuery): Promise<string[]> {
  const { below, condition } = inUnit(work, today, query.unitId)
  const { rows } = await sql<{ personId: string }>`
    ${below}
    select r.person_id from role_readiness r
    join post on post.person_id = r.person_id and post.valid @> ${today}::date
    where ${ownRows(work, 'r.organisation_id')} and ${ownRows(work, 'post.organisation_id')} and r.role_id = ${query.roleId}
      and r.missing[least(${query.level}::int, cardinality(r.missing))] > 0
      and ${withinReach(query.reach, 'r.person_id')} and not r.person_id = any(${[...query.except]}::uuid[]) and ${condition}
    order by r.missing[least(${query.level}::int, cardinality(r.missing))], r.person_id limit ${query.limit}`.execute(work.db)
  return rows.map(row => row.personId)
}

/** People with the unit of today's post; who holds none is left out. */
export async function selectPosted(work: Work, today: string, personIds: readonly string[], unitId?: string): Promise<PostedPerson[]> {
  const { below, condition } = inUnit(work, today, unitId)
  const { rows } = await sql<PostedPerson>`
    ${below}
    select person.id, person.name, post.unit_id, unit.code as unit_code, unit.name as unit_name
    from person join post on post.person_id = person.id and post.valid @> ${today}::date ${unitShown(sql`post.unit_id`, sql`${today}::date`)}
    where ${ownRows(work, 'person.organisation_id')} and person.id = any(${[...personIds]}::uuid[]) and ${condition}`.execute(work.db)
  return rows
}
