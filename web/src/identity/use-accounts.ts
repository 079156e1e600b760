import { useInfiniteQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { listAccounts } from 'luytre/platform/identity/identity.api.ts'
import { useMemo } from 'react'
import { call } from '#platform/call/call.ts'

const route = getRouteApi('/shell/accounts')
const pageSize = 100

/** The accounts of the list as it is filtered now: the list and the panel beside it read the same. */
export function useAccounts() {
  const { search } = route.useSearch()
  const query = { ...(search && { search }), limit: pageSize }
  const accounts = useInfiniteQuery({
    queryKey: [listAccounts.name, query],
    meta: { reads: listAccounts.reads },
    queryFn: ({ pageParam, signal }) => call(listAccounts, { query: { ...query, ...(pageParam && { after: pageParam }) }, signal }),
    initialPageParam: '',
    getNextPageParam: page => page.next,
    placeholderData: previous => previous,
  })
  const rows = useMemo(() => accounts.data?.pages.flatMap(page => page.accounts), [accounts.data])
  return { accounts, rows, search }
}
