import { useQuery } from '@tanstack/react-query'
import { listHalfYears, type HalfYear } from 'luytre/capacity/assessments/assessments.api.ts'
import { queryFor } from '#platform/call/query-for.ts'

export function useCurrentHalfYear(): HalfYear | undefined {
  return useQuery(queryFor(listHalfYears)).data?.halfYears.find(halfYear => halfYear.isCurrent)
}
