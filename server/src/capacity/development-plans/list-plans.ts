import type { z } from 'zod'
import { searchPattern } from '#capacity/people/people.ts'
import type { Work } from '#platform/database/work.ts'
import type { Arguments } from '#platform/http/endpoint.ts'
import { invalid } from '#platform/http/problem.ts'
import { reachOf } from '#platform/permissions/reach.ts'
import type { listPlans as listing, planRow } from './development-plans.api.ts'
import { countPlans, existsPlan, selectPlans } from './development-plans.store.ts'
import { selectNextActions, selectPlansOfPeople, selectPlanStates } from './plans-at-work.store.ts'
import type { PlanFilter, PlanListRow } from './development-plans.store.ts'
import { statusOf } from './plan-view.ts'

type PlanRow = z.output<typeof planRow>

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

/** Plans within reach, by the name of the person. A page goes on after the plan that `after` names. */
export async function listPlans(
  work: Work,
  query: Arguments<typeof listing>['query'],
): Promise<{ plans: PlanRow[]; total: number; next: string | null }> {
  const { halfYearId, personId, status, search, after, limit } = query
  if (after !== undefined && !(uuid.test(after) && (await existsPlan(work, after)))) throw invalid({ path: 'after', code: 'unknown' })
  const filter: PlanFilter = {
    reach: reachOf(work, 'plan.read'),
    halfYearId,
    personId,
    status,
    searchPattern: searchPattern(search ?? '') ?? undefined,
  }
  // One more than asked for tells whether there is a next page.
  const rows = await selectPlans(work, filter, after, limit + 1)
  const plans = rows.slice(0, limit).map(toRow)
  return { plans, total: await countPlans(work, filter), next: rows.length > limit ? plans.at(-1)!.id : null }
}

/** A plan with who has agreed, and when the first of its actions begins. */
export interface PlanOfSomebody extends PlanRow {
  isAgreedByPerson: boolean
  isAgreedBySupervisor: boolean
  firstStartsOn: string | null
}

/** The plans of some people, of those within reach, the newest half-year first. */
export async function listPlansOfPeople(work: Work, personIds: readonly string[], limit: number): Promise<PlanOfSomebody[]> {
  const rows = await selectPlansOfPeople(work, personIds, reachOf(work, 'plan.read'), limit)
  return rows.map(row => {
    const { isAgreedByPerson, isAgreedBySupervisor, firstStartsOn } = row
    return { ...toRow(row), isAgreedByPerson, isAgreedBySupervisor, firstStartsOn }
  })
}

/** Actions of a plan that are not over, by their last day. Whether the actor may see the plan is the caller's question. */
export const listNextActions = (work: Work, planId: string, today: string, limit: number) => selectNextActions(work, planId, today, limit)

/** Plans of a half-year within reach; overdue are those not agreed whose actions have begun, counted to `maxOverdue`. */
export const countPlanStates = (work: Work, halfYearId: string, today: string) =>
  selectPlanStates(work, halfYearId, today, reachOf(work, 'plan.read'), maxOverdue)

const maxOverdue = 1000

const toRow = (row: PlanListRow): PlanRow => ({
  id: row.id,
  person: { id: row.personId, name: row.personName },
  halfYearCode: row.halfYearCode,
  targetRole: { id: row.roleId, code: row.roleCode, name: row.roleName },
  status: statusOf(row.agreedSides),
  chosenGaps: row.chosenGaps,
  actions: row.actions,
  lastDueOn: row.lastDueOn,
})
