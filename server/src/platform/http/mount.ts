import type { Work } from '#platform/database/work.ts'
import type { AnyEndpoint, Arguments, Endpoint, Returned, Schema } from './endpoint.ts'

/** What one endpoint does: called in a transaction of its own, which commits when it returns and not when it throws. */
export type Handler<E> = (work: Work, args: Arguments<E>) => Promise<Returned<E>>

/** Gives an endpoint its function. A module's `.routes.ts` is a list of such calls. */
export type Mount = <
  P extends string,
  Q extends Schema | undefined,
  B extends Schema | undefined,
  R extends Schema | 'file' | undefined,
>(
  endpoint: Endpoint<P, Q, B, R>,
  handle: Handler<Endpoint<P, Q, B, R>>,
) => void

export interface MountedEndpoint {
  endpoint: AnyEndpoint
  handle: (work: Work, args: never) => Promise<unknown>
}
