import { sql } from 'kysely'
import type { Work } from '#platform/database/work.ts'
import { ownRows } from '#platform/permissions/reach.ts'
import type { PersonFields } from './people.ts'
import type { Edge } from './supervision.ts'

/** Everybody whom a roster's rows or their supervisors' codes could mean. */
export async function selectMeant(
  work: Work,
  meant: { staffCodes: readonly string[]; emails: readonly string[]; names: readonly string[] },
): Promise<(PersonFields & { id: string })[]> {
  const { staffCodes, emails, names } = meant
  const { rows } = await sql<PersonFields & { id: string }>`
    select id, staff_code, name, reading, name_culture, email from person
    where ${ownRows(work)} and (staff_code = any(${[...staffCodes]}::text[]) or email = any(${[...emails]}::text[])
      or (staff_code is null and email is null and name = any(${[...names]}::text[])))
    order by id`.execute(work.db)
  return rows
}

/** Posts that are held today or later, with what the person is called in a message. */
export async function selectSupervision(work: Work, today: string): Promise<(Edge & { label: string })[]> {
  const { rows } = await sql<Edge & { label: string }>`
    select post.person_id, post.supervisor_id, lower(post.valid) as starts_on, upper(post.valid) as ends_before, coalesce(person.staff_code, person.name) as label
    from post join person on person.id = post.person_id
    where ${ownRows(work, 'post.organisation_id')} and (upper_inf(post.valid) or upper(post.valid) > ${today}::date)`.execute(work.db)
  return rows
}
