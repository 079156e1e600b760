import { sql } from 'kysely'
import type { Work } from '#platform/database/work.ts'
import { ownRows } from '#platform/permissions/reach.ts'

// What supervisors still have to do for people: counted for who takes it over.

/** Of these people, those whose supervisor has submitted no assessment in the half-year of the day. */
export async function countUnrated(work: Work, personIds: readonly string[], day: string): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*) as count from unnest(${[...personIds]}::uuid[]) as asked (person_id)
    where not exists (
      select from assessment join half_year on half_year.id = assessment.half_year_id and half_year.period @> ${day}::date
      where assessment.person_id = asked.person_id and assessment.rater = 'supervisor' and assessment.status = 'submitted'
        and ${ownRows(work, 'assessment.organisation_id')})`.execute(work.db)
  return rows[0]!.count
}

/** Contests of these people that nobody has answered. */
export async function countOpenContests(work: Work, personIds: readonly string[]): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*) as count from contest join rating on rating.id = contest.rating_id join assessment on assessment.id = rating.assessment_id
    where ${ownRows(work, 'contest.organisation_id')} and contest.answer is null and assessment.person_id = any(${[...personIds]}::uuid[])`.execute(
    work.db,
  )
  return rows[0]!.count
}
