import { createHash } from 'node:crypto'
import type { Work } from '#platform/database/work.ts'
import * as store from './idempotency.store.ts'
import { Problem } from './problem.ts'

// A creating request that is sent twice (a lost answer, a double click) changes once: the first answer is kept for a
// day under the caller's key and given again.

export interface KeptRequest {
  key: string
  operation: string
  /** Version that the request speaks of; a later version is another request. */
  ifMatch: string | undefined
  /** The body as it came. */
  bytes: Uint8Array
}

/** Runs `run` unless its answer is already known. Two requests with one key take turns. */
export async function once(work: Work, request: KeptRequest, run: () => Promise<unknown>): Promise<unknown> {
  const { key, operation } = request
  if (!/^[\x21-\x7e]{8,100}$/.test(key)) throw new Problem(400, 'idempotency.invalid')
  const requestDigest = createHash('sha256')
    .update(`${request.ifMatch ?? ''}\n`)
    .update(request.bytes)
    .digest('hex')
  await store.lockKey(work, key)
  const known = await store.findAnswer(work, key)
  if (known) {
    if (known.operation !== operation || known.requestDigest !== requestDigest) throw new Problem(422, 'idempotency.mismatch')
    return known.response
  }
  const answer = (await run()) ?? null
  await store.insertAnswer(work, { key, operation, requestDigest, answer })
  return answer
}
