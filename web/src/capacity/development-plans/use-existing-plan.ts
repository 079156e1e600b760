import { useQuery } from '@tanstack/react-query'
import { listPlans } from 'luytre/capacity/development-plans/development-plans.api.ts'
import { queryFor } from '#platform/call/query-for.ts'
import { useScope } from '#platform/session/session.ts'

/** The plan that a person has in a half-year, of which there is at most one; null where there is none, undefined before it is known. */
export function useExistingPlan(personId: string, halfYearId: string): string | null | undefined {
  const mayRead = useScope('plan.read') !== undefined
  const { data } = useQuery({
    ...queryFor(listPlans, { query: { personId, halfYearId, limit: 10 } }),
    enabled: mayRead && halfYearId !== '',
  })
  // Of somebody who left and came back, the closed one stands in nobody's way.
  return data && (data.plans.find(({ status }) => status !== 'closed')?.id ?? null)
}
