import { useQuery } from '@tanstack/react-query'
import { listHalfYears, type HalfYear } from 'luytre/capacity/assessments/assessments.api.ts'
import { queryFor } from '#platform/call/query-for.ts'
import { useScope } from '#platform/session/session.ts'

export function useCurrentHalfYear(): HalfYear | undefined {
  const mayRead = useScope('half-year.read') !== undefined
  return useQuery({ ...queryFor(listHalfYears), enabled: mayRead }).data?.halfYears.find(halfYear => halfYear.isCurrent)
}
