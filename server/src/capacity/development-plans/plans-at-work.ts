import type { Translated } from '#platform/i18n/translated.ts'
import type { Work } from '#platform/database/work.ts'
import { reachOf } from '#platform/permissions/reach.ts'
import type { Plan } from './development-plans.api.ts'
import { selectNextActions, selectPlansOfPeople, selectPlanStates } from './plans-at-work.store.ts'
import type { NextAction, PlanStates } from './plans-at-work.store.ts'
import { statusOf } from './plan-view.ts'

// Plans as the first page and the search look at them: of some people, or counted.

export interface PlanOfPerson {
  id: string
  person: { id: string; name: string }
  halfYearId: string
  halfYearCode: string
  targetRoleName: Translated
  status: Plan['status']
  isAgreedByPerson: boolean
  isAgreedBySupervisor: boolean
  /** Without one there is nothing to agree to. */
  hasActions: boolean
  /** When the first action begins. */
  firstStartsOn: string | null
}

/** The plans of some people that are not closed, of those within reach, the newest half-year first. */
export async function listPlansOfPeople(work: Work, personIds: readonly string[], limit: number): Promise<PlanOfPerson[]> {
  const rows = await selectPlansOfPeople(work, personIds, reachOf(work, 'plan.read'), limit)
  return rows.map(({ personId, personName, actions, ...row }) => ({
    ...row,
    person: { id: personId, name: personName },
    status: statusOf(Number(row.isAgreedByPerson) + Number(row.isAgreedBySupervisor), null),
    hasActions: actions > 0,
  }))
}

/** Actions of a plan that are not over, by their last day. Whether the actor may see the plan is the caller's question. */
export const listNextActions = (work: Work, planId: string, today: string, limit: number): Promise<NextAction[]> =>
  selectNextActions(work, planId, today, limit)

/** Plans of a half-year within reach. Overdue are those not agreed by both whose actions have begun, counted to `maxOverdue`. */
export const countPlanStates = (work: Work, halfYearId: string, today: string, maxOverdue: number): Promise<PlanStates> =>
  selectPlanStates(work, halfYearId, today, reachOf(work, 'plan.read'), maxOverdue)
