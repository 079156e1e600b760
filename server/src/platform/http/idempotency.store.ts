import { sql } from 'kysely'
import type { Work } from '#platform/database/work.ts'
import { ownRows } from '#platform/permissions/reach.ts'

/** Requests of one account with one key take turns, until the work ends. */
export async function lockKey(work: Work, key: string): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`${work.actor.userId} ${key}`}, 0))`.execute(work.db)
}

export const findAnswer = (work: Work, key: string) =>
  work.db
    .selectFrom('idempotencyKey')
    .select(['operation', 'requestDigest', 'response'])
    .where('userId', '=', work.actor.userId)
    .where('key', '=', key)
    .where(ownRows(work))
    .executeTakeFirst()

export const insertAnswer = (work: Work, kept: { key: string; operation: string; requestDigest: string; answer: unknown }) =>
  work.db
    .insertInto('idempotencyKey')
    .values({
      userId: work.actor.userId!,
      key: kept.key,
      organisationId: work.actor.organisationId,
      operation: kept.operation,
      requestDigest: kept.requestDigest,
      response: JSON.stringify(kept.answer),
      createdAt: work.now,
    })
    .execute()
