import { createHash } from 'node:crypto'
import { sql } from 'kysely'
import type { Work } from '#platform/database/work.ts'
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
  const userId = work.actor.userId!
  if (!/^[\x21-\x7e]{8,100}$/.test(key)) throw new Problem(400, 'idempotency.invalid')
  const requestDigest = createHash('sha256')
    .update(`${request.ifMatch ?? ''}\n`)
    .update(request.bytes)
    .digest('hex')
  await sql`select pg_advisory_xact_lock(hashtextextended(${`${userId} ${key}`}, 0))`.execute(work.db)
  const known = await work.db
    .selectFrom('idempotencyKey')
    .select(['operation', 'requestDigest', 'response'])
    .where('userId', '=', userId)
    .where('key', '=', key)
    .executeTakeFirst()
  if (known) {
    if (known.operation !== operation || known.requestDigest !== requestDigest) throw new Problem(422, 'idempotency.mismatch')
    return known.response
  }
  const answer = (await run()) ?? null
  await work.db
    .insertInto('idempotencyKey')
    .values({
      userId,
      key,
      organisationId: work.actor.organisationId,
      operation,
      requestDigest,
      status: 200,
      response: JSON.stringify(answer),
      createdAt: work.now,
    })
    .execute()
  return answer
}
