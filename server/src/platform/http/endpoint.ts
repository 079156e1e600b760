import type { z } from 'zod'
import type { Permission } from '#platform/permissions/permissions.ts'

export type Schema = z.core.$ZodType
type Output<S> = S extends Schema ? z.output<S> : undefined
type Input<S> = S extends Schema ? z.input<S> : undefined

/** `/people/:personId/plans/:planId` → `'personId' | 'planId'`. */
type ParamNames<P extends string> = P extends `${string}:${infer Name}/${infer Rest}`
  ? Name | ParamNames<Rest>
  : P extends `${string}:${infer Name}`
    ? Name
    : never

/** A file that a handler sends back: always as an attachment, under a sandbox policy. */
export interface Download {
  fileName: string
  contentType: string
  bytes: Uint8Array
}

/** A file that a caller sends as the raw body of the request. */
export interface Upload {
  fileName: string
  bytes: Uint8Array
}

export interface UploadLimits {
  maxBytes: number
  contentTypes: readonly string[]
}

/**
 * One HTTP operation, declared once: the server mounts it under `/api/v1`, the web app calls it with `call()`,
 * the OpenAPI document lists it, and the tests of permissions and ledger are generated from it.
 */
export interface Endpoint<
  P extends string = string,
  Q extends Schema | undefined = Schema | undefined,
  B extends Schema | undefined = Schema | undefined,
  R extends Schema | 'file' | undefined = Schema | 'file' | undefined,
> {
  /** Stable name, the OpenAPI operationId: `proposePlan`. */
  name: string
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  path: P
  summary: string
  /** Permission that the caller must hold. `'public'` is the only way to need none. */
  needs: Permission | 'public'
  /**
   * Ledger verbs of the records that a successful call may change; a generated test holds the endpoint to them.
   * `[]` says that it changes nothing that the ledger keeps.
   */
  changes: readonly string[]
  /**
   * Of a GET: kinds of records, as the ledger names them, that the answer is made of. When one of them changes, pages that
   * show the answer ask again. `[]` for what is only downloaded, cannot change, or is too much to compute for every change.
   */
  reads?: readonly string[]
  query?: Q
  body?: B
  /** Takes a raw file instead of a JSON body; its name travels in the query as `fileName`, beside what `query` declares. */
  upload?: UploadLimits
  returns?: R
  /** The change needs `If-Match: <version>`; without it 428, with an old one 412 and the present state. */
  versioned?: true
  /** The answer holds a secret that is shown once: it is never kept for an Idempotency-Key. */
  secretAnswer?: true
  /** How records leave the house here, where they do. Records carry no markings yet; once they do, this is where they are checked. */
  exit?: 'page' | 'file'
}

export function endpoint<
  const P extends string,
  Q extends Schema | undefined = undefined,
  B extends Schema | undefined = undefined,
  R extends Schema | 'file' | undefined = undefined,
>(declaration: Endpoint<P, Q, B, R>): Endpoint<P, Q, B, R> {
  return declaration
}

export type AnyEndpoint = Endpoint

export type EndpointParams<E> = E extends { path: infer P extends string } ? Record<ParamNames<P>, string> : never
export type EndpointQuery<E> = E extends { query?: infer Q } ? Input<Q> : undefined
export type EndpointBody<E> = E extends { body?: infer B } ? Input<B> : undefined
export type EndpointResult<E> = E extends { returns?: infer R } ? (R extends 'file' ? Download : Output<R>) : undefined

/** What a handler gets, checked: ids are UUIDs, unknown fields were refused. */
export type Arguments<E> =
  E extends Endpoint<infer P, infer Q, infer B, infer _R>
    ? { params: Record<ParamNames<P>, string>; query: Output<Q>; body: Output<B>; upload: Upload; ifMatch: number }
    : never

/** What a handler returns; parsed with `returns` before it is sent, so nothing undeclared leaves. */
export type Returned<E> =
  E extends Endpoint<infer _P, infer _Q, infer _B, infer R>
    ? R extends 'file'
      ? Download | (() => Promise<Download>)
      : Input<R> | undefined
    : never
