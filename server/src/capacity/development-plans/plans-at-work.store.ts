import { sql } from 'kysely'
import type { ActionKind } from './plan-content.api.ts'
import type { Work } from '#platform/database/work.ts'
import type { Translated } from '#platform/i18n/translated.ts'
import { ownRows, withinReach } from '#platform/permissions/reach.ts'
import type { Reach } from '#platform/permissions/reach.ts'

export interface PlanOfPersonRow {
  id: string
  personId: string
  personName: string
  halfYearId: string
  halfYearCode: string
  targetRoleName: Translated
  isAgreedByPerson: boolean
  isAgreedBySupervisor: boolean
  actions: number
  firstStartsOn: string | null
}

/** The newest half-year first, then by name. */
export async function selectPlansOfPeople(
  work: Work,
  personIds: readonly string[],
  reach: Reach,
  limit: number,
): Promise<PlanOfPersonRow[]> {
  const { rows } = await sql<PlanOfPersonRow>`
    select p.id, p.person_id, person.name as person_name, p.half_year_id, h.code as half_year_code, role.name as target_role_name,
      p.person_agreed_at is not null as is_agreed_by_person, p.supervisor_agreed_at is not null as is_agreed_by_supervisor,
      action.count as actions, action.first_starts_on
    from development_plan p
    join person on person.id = p.person_id
    join half_year h on h.id = p.half_year_id
    join framework_element role on role.id = p.target_role_id
    cross join lateral (select count(*)::int as count, min(starts_on) as first_starts_on from plan_action where plan_id = p.id) as action
    where ${ownRows(work, 'p.organisation_id')} and p.person_id = any(${[...personIds]}::uuid[]) and p.closed_on is null and ${withinReach(reach, 'p.person_id')}
    order by lower(h.period) desc, person.sort_key collate "C", p.id limit ${limit}`.execute(work.db)
  return rows
}

export interface NextAction {
  id: string
  title: string
  kind: ActionKind
  startsOn: string
  dueOn: string
}

export async function selectNextActions(work: Work, planId: string, today: string, limit: number): Promise<NextAction[]> {
  const { rows } = await sql<NextAction>`
    select id, title, kind, starts_on, due_on from plan_action
    where ${ownRows(work)} and plan_id = ${planId} and due_on >= ${today}::date order by due_on, position limit ${limit}`.execute(work.db)
  return rows
}

export interface PlanStates {
  all: number
  agreed: number
  overdue: number
}

export async function selectPlanStates(
  work: Work,
  halfYearId: string,
  today: string,
  reach: Reach,
  maxOverdue: number,
): Promise<PlanStates> {
  const ofHalfYear = sql`development_plan p where ${ownRows(work, 'p.organisation_id')} and p.half_year_id = ${halfYearId} and p.closed_on is null
    and ${withinReach(reach, 'p.person_id')}`
  const { rows } = await sql<PlanStates>`
    select count(*) as all, count(*) filter (where p.person_agreed_at is not null and p.supervisor_agreed_at is not null) as agreed,
      (select count(*) from (
        select from ${ofHalfYear} and (p.person_agreed_at is null or p.supervisor_agreed_at is null)
          and exists (select from plan_action a where a.plan_id = p.id and a.starts_on < ${today}::date) limit ${maxOverdue}
      ) as late) as overdue
    from ${ofHalfYear}`.execute(work.db)
  return rows[0]!
}
