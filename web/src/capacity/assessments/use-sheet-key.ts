import { useQueries, useQuery } from '@tanstack/react-query'
import { listHalfYears, type HalfYear } from 'luytre/capacity/assessments/assessments.api.ts'
import { listElements, listFrameworks, type FrameworkElement, type FrameworkSummary } from 'luytre/capacity/frameworks/frameworks.api.ts'
import { getPerson, type Person } from 'luytre/capacity/people/people.api.ts'
import { useEffect } from 'react'
import { useLateChange } from '#platform/address/use-late-change.ts'
import { queryFor } from '#platform/call/query-for.ts'

// A sheet is a person, a half-year and a role. What the address leaves open is the current half-year, and the role of
// the person's post in the newest framework that has it.

export interface FrameworkRoles {
  framework: FrameworkSummary
  roles: readonly FrameworkElement[]
}

export interface SheetKey {
  halfYearId: string
  roleId: string
}

export interface SheetChoices {
  person: Person | undefined
  halfYears: readonly HalfYear[]
  frameworks: readonly FrameworkRoles[]
  halfYearId: string | undefined
  roleId: string | undefined
  /** Undefined while it is looked up, or when the address names no role and the post has none. */
  key: SheetKey | undefined
  isPending: boolean
  error: unknown
  retry: () => void
}

/** Frameworks whose roles are offered, newest first; a role of an older one is reached by its address. */
const maxFrameworks = 20

/** Of half-years in order: the current one, else the last that has begun. */
export function chooseHalfYear(halfYears: readonly HalfYear[]): HalfYear | undefined {
  return halfYears.find(halfYear => halfYear.isCurrent) ?? halfYears.at(-1)
}

/** The roles of each framework; a framework never changes, so they are asked once. */
export function useRolesOf(frameworks: readonly FrameworkSummary[]) {
  const offered = frameworks.slice(0, maxFrameworks)
  const roles = useQueries({
    queries: offered.map(framework => ({
      ...queryFor(listElements, { params: { frameworkId: framework.id }, query: { kind: 'role', limit: 200 } }),
      staleTime: Infinity,
    })),
  })
  const lists: FrameworkRoles[] = offered.map((framework, index) => ({ framework, roles: roles[index]?.data?.elements ?? [] }))
  return { lists, roles }
}

/** The framework that has the roles of most of these people; among equals the newest. */
export function chooseFramework(lists: readonly FrameworkRoles[], roleCodes: readonly string[]): FrameworkSummary | undefined {
  const countOf = ({ roles }: FrameworkRoles): number => roleCodes.filter(code => roles.some(role => role.code === code)).length
  return lists.toSorted((a, b) => countOf(b) - countOf(a))[0]?.framework
}

export function useSheetKey(
  personId: string,
  search: { halfYear?: string | undefined; role?: string | undefined },
  fillIn: (key: SheetKey) => void,
): SheetChoices {
  const person = useQuery(queryFor(getPerson, { params: { personId } }))
  const halfYears = useQuery(queryFor(listHalfYears))
  const frameworks = useQuery(queryFor(listFrameworks))
  const { lists, roles } = useRolesOf(frameworks.data?.frameworks ?? [])

  const asked = [person, halfYears, frameworks, ...roles]
  const isPending = asked.some(query => query.isPending)
  const failed = asked.find(query => query.error)
  const halfYearId = search.halfYear ?? chooseHalfYear(halfYears.data?.halfYears ?? [])?.id
  const roleCode = person.data?.roleCode
  const roleId =
    search.role ?? (isPending ? undefined : lists.flatMap(list => list.roles).find(role => roleCode && role.code === roleCode)?.id)
  const isIncomplete = !search.halfYear || !search.role

  const late = useLateChange()
  useEffect(() => {
    if (isIncomplete && halfYearId && roleId) late(() => fillIn({ halfYearId, roleId }))
  }, [isIncomplete, halfYearId, roleId, fillIn, late])

  return {
    person: person.data,
    halfYears: halfYears.data?.halfYears ?? [],
    frameworks: lists,
    halfYearId,
    roleId,
    key: halfYearId && roleId ? { halfYearId, roleId } : undefined,
    isPending,
    error: failed?.error,
    retry: () => {
      for (const query of asked) if (query.error) void query.refetch()
    },
  }
}
