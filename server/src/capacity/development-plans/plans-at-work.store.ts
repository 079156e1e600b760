import { sql } from 'kysely'
import type { Work } from '#platform/database/work.ts'
import { ownRows, withinReach } from '#platform/permissions/reach.ts'
import type { Reach } from '#platform/permissions/reach.ts'
import { planColumns, planTables } from './development-plans.store.ts'
import type { PlanListRow } from './development-plans.store.ts'
import type { PlanAction } from './plan-content.api.ts'

// Plans as the first page and the search look at them: of some people, or counted.

export interface PlanOfPersonRow extends PlanListRow {
  isAgreedByPerson: boolean
  isAgreedBySupervisor: boolean
  firstStartsOn: string | null
}

export async function selectPlansOfPeople(
  work: Work,
  personIds: readonly string[],
  reach: Reach,
  limit: number,
): Promise<PlanOfPersonRow[]> {
  const { rows } = await sql<PlanOfPersonRow>`${planColumns},
      p.person_agreed_at is not null as is_agreed_by_person, p.supervisor_agreed_at is not null as is_agreed_by_supervisor,
      (select min(a.starts_on) from plan_action a where a.plan_id = p.id) as first_starts_on
    ${planTables}
    where ${ownRows(work, 'p.organisation_id')} and p.person_id = any(${[...personIds]}::uuid[]) and ${withinReach(reach, 'p.person_id')}
    order by lower(h.period) desc, person.sort_key collate "C", p.id limit ${limit}`.execute(work.db)
  return rows
}

export const selectNextActions = (
  work: Work,
  planId: string,
  today: string,
  limit: number,
): Promise<Pick<PlanAction, 'id' | 'title' | 'kind' | 'startsOn' | 'dueOn'>[]> =>
  work.db
    .selectFrom('planAction')
    .select(['id', 'title', 'kind', 'startsOn', 'dueOn'])
    .where(ownRows(work))
    .where('planId', '=', planId)
    .where('dueOn', '>=', today)
    .orderBy('dueOn')
    .orderBy('position')
    .limit(limit)
    .execute() as Promise<Pick<PlanAction, 'id' | 'title' | 'kind' | 'startsOn' | 'dueOn'>[]>

export async function selectPlanStates(
  work: Work,
  halfYearId: string,
  today: string,
  reach: Reach,
  maxOverdue: number,
): Promise<{ all: number; agreed: number; overdue: number }> {
  const ofHalfYear = sql`development_plan p where ${ownRows(work, 'p.organisation_id')} and p.half_year_id = ${halfYearId}
    and ${withinReach(reach, 'p.person_id')}`
  const { rows } = await sql<{ all: number; agreed: number; overdue: number }>`
    select count(*) as all, count(*) filter (where person_agreed_at is not null and supervisor_agreed_at is not null) as agreed,
      (select count(*) from (
        select from ${ofHalfYear} and (p.person_agreed_at is null or p.supervisor_agreed_at is null)
          and exists (select from plan_action a where a.plan_id = p.id and a.starts_on < ${today}::date) limit ${maxOverdue}
      ) as late) as overdue
    from ${ofHalfYear}`.execute(work.db)
  return rows[0]!
}
