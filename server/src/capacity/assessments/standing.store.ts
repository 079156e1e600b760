import { sql } from 'kysely'
import type { Work } from '#platform/database/work.ts'
import { ownRows, withinReach } from '#platform/permissions/reach.ts'
import type { Reach } from '#platform/permissions/reach.ts'
import type { Rater } from './assessments.api.ts'

export interface SideRow {
  personId: string
  rater: Rater
  isSubmitted: boolean
}

/** The sides of each person's sheets in a half-year, whatever the role: submitted once one of them is. */
export async function selectSides(work: Work, halfYearId: string, personIds: readonly string[]): Promise<SideRow[]> {
  const { rows } = await sql<SideRow>`
    select person_id, rater, bool_or(status = 'submitted') as is_submitted from assessment
    where ${ownRows(work)} and half_year_id = ${halfYearId} and person_id = any(${[...personIds]}::uuid[])
    group by person_id, rater`.execute(work.db)
  return rows
}

/** Contests without an answer, by person. */
export async function selectOpenContests(work: Work, personIds: readonly string[]): Promise<{ personId: string; count: number }[]> {
  const { rows } = await sql<{ personId: string; count: number }>`
    select person_id, count(*) as count from contest
    where ${ownRows(work)} and answer is null and person_id = any(${[...personIds]}::uuid[]) group by person_id`.execute(work.db)
  return rows
}

/** People of whom a side is submitted in the half-year. */
export async function countSubmitted(work: Work, halfYearId: string, rater: Rater, reach: Reach): Promise<number> {
  // Counted as groups: distinct values would be sorted once more.
  const { rows } = await sql<{ count: number }>`
    select count(*) as count from (
      select from assessment where ${ownRows(work)} and half_year_id = ${halfYearId} and rater = ${rater} and status = 'submitted'
        and ${withinReach(reach, 'person_id')} group by person_id
    ) as rated`.execute(work.db)
  return rows[0]!.count
}
