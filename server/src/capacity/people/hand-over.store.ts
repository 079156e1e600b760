import { sql } from 'kysely'
import type { Work } from '#platform/database/work.ts'
import type { Translated } from '#platform/i18n/translated.ts'
import { ownRows } from '#platform/permissions/reach.ts'
import type { HeldPost } from './posts.ts'
import { unitShown } from './units.store.ts'

/** A post whose holder is supervised by somebody. */
export interface Report {
  person: { id: string; name: string }
  unit: { id: string; code: string; name: Translated }
  post: HeldPost
}

/** By name; a person with two posts to come is there twice. */
export async function selectReportsFrom(work: Work, personId: string, day: string, limit: number): Promise<Report[]> {
  const { rows } = await sql<HeldPost & Pick<Report, 'person' | 'unit'>>`
    select post.id, post.version, post.unit_id, post.title, post.supervisor_id, post.role_code, lower(post.valid) as starts_on, upper(post.valid) as ends_before,
      jsonb_build_object('id', person.id, 'name', person.name) as person,
      jsonb_build_object('id', post.unit_id, 'code', unit.code, 'name', unit.name) as unit
    from post join person on person.id = post.person_id ${unitShown(sql`post.unit_id`, sql`${day}::date`)}
    where ${ownRows(work, 'post.organisation_id')} and post.supervisor_id = ${personId} and (upper_inf(post.valid) or upper(post.valid) > ${day}::date)
    order by person.sort_key collate "C", person.id, lower(post.valid) limit ${limit}`.execute(work.db)
  return rows.map(({ person, unit, ...post }) => ({ person, unit, post }))
}
