import { useQueryClient } from '@tanstack/react-query'
import { useRouter } from '@tanstack/react-router'
import type { Me } from 'luytre/platform/identity/identity.api.ts'
import { useCallback } from 'react'
import { sessionQuery } from '#platform/session/session.ts'

/** From now on this is who is signed in; leads to `back`, else to the overview. */
export function useSignIn(): (me: Me, back?: string) => void {
  const queries = useQueryClient()
  const router = useRouter()
  return useCallback(
    (me, back = '/') => {
      queries.setQueryData(sessionQuery.queryKey, { me, setup: 'done' })
      router.history.push(back)
    },
    [queries, router],
  )
}
