import type { UseQueryResult } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { PlanSkeleton } from '#capacity/development-plans/PlanSkeleton.tsx'
import type { CallProblem } from '#platform/call/call-problem.ts'
import { ErrorState } from '#ui/ErrorState.tsx'
import { Page } from '#ui/Page.tsx'

interface WithPlanProps<Plan> {
  plan: UseQueryResult<Plan, CallProblem>
  /** Of the page while there is no plan to name it by. */
  title: string
  children: (plan: Plan) => ReactNode
}

/** A page of one plan: on its way, not to be had, or there. */
export function WithPlan<Plan>({ plan, title, children }: WithPlanProps<Plan>) {
  if (plan.data !== undefined) return children(plan.data)
  if (!plan.error) return <PlanSkeleton />
  return (
    <Page title={title}>
      <ErrorState error={plan.error} onRetry={() => void plan.refetch()} />
    </Page>
  )
}
