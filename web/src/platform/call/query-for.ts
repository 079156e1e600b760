import { queryOptions, useMutation, useQueryClient, type QueryClient } from '@tanstack/react-query'
import type { AnyEndpoint, Endpoint, EndpointResult } from 'luytre/platform/http/endpoint.ts'
import { call, type CallArguments, type CallOptions } from '#platform/call/call.ts'
import type { CallProblem } from '#platform/call/call-problem.ts'

// Server state: a GET endpoint is a query, every other one a change that says which queries it makes stale.

/** Query options of a reading endpoint: `useQuery(queryFor(getPerson, { params: { personId } }))`. */
export function queryFor<P extends string, Q extends Endpoint['query'], B extends Endpoint['body'], R extends Endpoint['returns']>(
  endpoint: Endpoint<P, Q, B, R>,
  ...[options]: CallArguments<Endpoint<P, Q, B, R>>
) {
  type E = Endpoint<P, Q, B, R>
  return queryOptions<EndpointResult<E>, CallProblem>({
    queryKey: [endpoint.name, options ?? {}],
    meta: { reads: endpoint.reads },
    queryFn: ({ signal }) => call(endpoint, ...([{ ...options, signal }] as unknown as CallArguments<E>)),
  })
}

/** Every query of these endpoints is asked again, those on screen at once. */
export const refresh = (queries: QueryClient, ...endpoints: readonly AnyEndpoint[]): Promise<void[]> =>
  Promise.all(endpoints.map(endpoint => queries.invalidateQueries({ queryKey: [endpoint.name] })))

/** A change: `const save = useChange(changePerson, [getPerson, listPeople])`, then `save.mutateAsync({ … })`. */
export function useChange<P extends string, Q extends Endpoint['query'], B extends Endpoint['body'], R extends Endpoint['returns']>(
  endpoint: Endpoint<P, Q, B, R>,
  stale: readonly AnyEndpoint[] = [],
) {
  type E = Endpoint<P, Q, B, R>
  const queries = useQueryClient()
  return useMutation<EndpointResult<E>, CallProblem, CallOptions<E>>({
    mutationFn: options => call(endpoint, ...([options] as unknown as CallArguments<E>)),
    onSuccess: async () => {
      await refresh(queries, ...stale)
    },
  })
}
