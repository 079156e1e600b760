import { MutationCache, QueryCache, QueryClient } from '@tanstack/react-query'
import { CallProblem } from '#platform/call/call-problem.ts'

/** Only what may pass by itself is tried again: no connection, or a server that is starting. */
const maySucceedLater = (error: unknown): boolean => error instanceof CallProblem && (error.status === 0 || error.status >= 502)

/** `onSessionLost` is called when the server no longer knows who asks. */
export function createQueries(onSessionLost: () => void): QueryClient {
  const onError = (error: unknown): void => {
    if (error instanceof CallProblem && error.code === 'session.required') onSessionLost()
  }
  return new QueryClient({
    queryCache: new QueryCache({ onError }),
    mutationCache: new MutationCache({ onError }),
    defaultOptions: {
      queries: { retry: (count, error) => count < 2 && maySucceedLater(error), staleTime: 15_000 },
      mutations: { retry: false },
    },
  })
}
