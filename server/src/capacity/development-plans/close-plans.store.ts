import { sql } from 'kysely'
import type { Work } from '#platform/database/work.ts'
import { ownRows } from '#platform/permissions/reach.ts'

export async function selectOpenPlans(
  work: Work,
  personId: string,
  day: string,
): Promise<{ id: string; halfYearCode: string; agreedSides: number }[]> {
  const { rows } = await sql<{ id: string; halfYearCode: string; agreedSides: number }>`
    select p.id, h.code as half_year_code, (p.person_agreed_at is not null)::int + (p.supervisor_agreed_at is not null)::int as agreed_sides
    from development_plan p join half_year h on h.id = p.half_year_id
    where ${ownRows(work, 'p.organisation_id')} and p.person_id = ${personId} and p.closed_on is null and upper(h.period) > ${day}::date
    order by h.code limit 100`.execute(work.db)
  return rows
}

export async function countAwaiting(work: Work, personIds: readonly string[], day: string): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*) as count from development_plan p join half_year h on h.id = p.half_year_id
    where ${ownRows(work, 'p.organisation_id')} and p.person_id = any(${[...personIds]}::uuid[]) and p.closed_on is null
      and p.supervisor_agreed_at is null and upper(h.period) > ${day}::date`.execute(work.db)
  return rows[0]!.count
}

export async function updateClosed(work: Work, planIds: readonly string[], closedOn: string, departureId: string): Promise<void> {
  await work.db
    .updateTable('developmentPlan')
    .set({ closedOn, closedByDepartureId: departureId, version: sql<number>`version + 1` })
    .where(ownRows(work))
    .where(sql<boolean>`id = any(${[...planIds]}::uuid[])`)
    .execute()
}
