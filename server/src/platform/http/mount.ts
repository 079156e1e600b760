import type { Actor, Work } from '#platform/database/work.ts'
import type { Me } from '#platform/identity/identity.api.ts'
import type { Caller } from '#platform/identity/identity.ts'
import type { AnyEndpoint, Arguments, Endpoint, Returned, Schema } from './endpoint.ts'

/**
 * What one endpoint does: called in a transaction of its own, which commits when it returns and not when it throws. A function
 * that it returns is called after that, for what goes on without the transaction.
 */
export type Handler<E, Prepared = undefined> = (
  work: Work,
  args: Arguments<E>,
  prepared: Prepared,
) => Promise<Returned<E> | (() => Promise<Returned<E>>)>

/**
 * Gives an endpoint its function. A module's `.routes.ts` is a list of such calls. `prepare` is for what takes long and
 * needs no database, such as reading a file: it is done before the transaction begins, which gets what it made.
 */
export type Mount = <
  P extends string,
  Q extends Schema | undefined,
  B extends Schema | undefined,
  R extends Schema | 'file' | undefined,
  Prepared = undefined,
>(
  endpoint: Endpoint<P, Q, B, R>,
  handle: Handler<Endpoint<P, Q, B, R>, Prepared>,
  prepare?: (args: Arguments<Endpoint<P, Q, B, R>>) => Promise<Prepared>,
) => void

/** An endpoint with its function, as the server keeps it. */
export type MountedEndpoint = { endpoint: AnyEndpoint } & (
  | {
      kind: 'work'
      handle: (work: Work, args: never, prepared: never) => Promise<unknown>
      prepare: ((args: never) => Promise<unknown>) | undefined
    }
  | { kind: 'open'; handle: (call: OpenCall, args: never) => Promise<unknown> }
)

/** Sign-in state of the browser that calls. `actor` and `token` throw 401 when nobody is signed in. */
export interface SessionControl {
  actor(): Actor
  token(): string
  /** Sets the cookie and answers with who is signed in now. */
  open(token: string): Promise<Me>
  close(): void
}

export interface OpenCall {
  caller: Caller
  session: SessionControl
  /** Runs work as the person signed in; absent when nobody is. */
  inOwnWork?: <T>(run: (work: Work) => Promise<T>) => Promise<T>
}

/**
 * For the few endpoints about the session itself, whose transactions are their own: a failed attempt to sign in must
 * be kept although the answer is a refusal.
 */
export type MountOpen = <
  P extends string,
  Q extends Schema | undefined,
  B extends Schema | undefined,
  R extends Schema | 'file' | undefined,
>(
  endpoint: Endpoint<P, Q, B, R>,
  handle: (call: OpenCall, args: Arguments<Endpoint<P, Q, B, R>>) => Promise<Returned<Endpoint<P, Q, B, R>>>,
) => void
