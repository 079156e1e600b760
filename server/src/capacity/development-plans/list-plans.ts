import type { z } from 'zod'
import { nameSearch } from '#capacity/people/people.ts'
import type { Work } from '#platform/database/work.ts'
import { knownCount } from '#platform/http/counted.ts'
import type { Arguments } from '#platform/http/endpoint.ts'
import { invalid } from '#platform/http/problem.ts'
import { reachOf } from '#platform/permissions/reach.ts'
import type { listPlans as listing, planRow } from './development-plans.api.ts'
import { countPlans, findPlanKey, selectPlans } from './development-plans.store.ts'
import type { PlanFilter } from './development-plans.store.ts'
import { statusOf } from './plan-view.ts'

type PlanRow = z.output<typeof planRow>

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

/** Plans within reach, by the name of the person. A page goes on after the plan that `after` names. */
export async function listPlans(
  work: Work,
  query: Arguments<typeof listing>['query'],
): Promise<{ plans: PlanRow[]; total: number | null; next: string | null }> {
  const { halfYearId, personId, status, search, after, limit } = query
  const key = after !== undefined && uuid.test(after) ? await findPlanKey(work, after) : undefined
  if (after !== undefined && !key) throw invalid({ path: 'after', code: 'unknown' })
  const filter: PlanFilter = {
    reach: reachOf(work, 'plan.read'),
    halfYearId,
    personId,
    status,
    search: nameSearch(search ?? '') ?? undefined,
  }
  // One more than asked for tells whether there is a next page.
  const rows = await selectPlans(work, filter, key, limit + 1)
  const plans = rows.slice(0, limit).map(row => ({
    id: row.id,
    person: { id: row.personId, name: row.personName },
    halfYearCode: row.halfYearCode,
    targetRole: { id: row.roleId, code: row.roleCode, name: row.roleName },
    status: statusOf(row.agreedSides, row.closedOn),
    chosenGaps: row.chosenGaps,
    actions: row.actions,
    lastDueOn: row.lastDueOn,
  }))
  return {
    plans,
    total: key ? null : knownCount(await countPlans(work, filter), filter.search !== undefined),
    next: rows.length > limit ? plans.at(-1)!.id : null,
  }
}
