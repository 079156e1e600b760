import { useQuery } from '@tanstack/react-query'
import { getMe, type Me } from 'luytre/platform/identity/identity.api.ts'
import type { Permission, Scope } from 'luytre/platform/permissions/permissions.ts'
import { queryFor } from '#platform/call/query-for.ts'

/** Who is signed in, and whether the installation still needs its first administrator. */
export const sessionQuery = { ...queryFor(getMe), staleTime: 60_000 }

/** Undefined before the first answer. */
export const useSession = () => useQuery({ ...sessionQuery, enabled: false }).data

export function useMaybeMe(): Me | null {
  return useSession()?.me ?? null
}

/** For pages behind the shell, which shows nothing before somebody is signed in. */
export function useMe(): Me {
  const me = useMaybeMe()
  if (!me) throw new Error('useMe outside of the shell')
  return me
}

/** How far a permission of the person who is signed in reaches; undefined when it is not held. */
export function useScope(permission: Permission): Scope | undefined {
  return useMaybeMe()?.permissions[permission]
}
