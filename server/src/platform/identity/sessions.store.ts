import { sql } from 'kysely'
import type { Db } from '#platform/database/work.ts'

// Sessions belong to the system until they are resolved: every `db` here works for the system.

export interface NewSession {
  id: string
  tokenHash: Buffer
  userId: string
  membershipId: string
  organisationId: string
  origin: string
  userAgent: string
}

export const insertSession = (db: Db, session: NewSession, now: Date) =>
  db
    .insertInto('session')
    .values({ ...session, previousTokenHash: null, rotatedAt: now, createdAt: now, lastSeenAt: now })
    .execute()

/** By its id, or by the hash of its token or of the one before. */
export const findSession = (db: Db, by: { sessionId: string } | { tokenHash: Buffer }) =>
  db
    .selectFrom('session')
    .innerJoin('userAccount', 'userAccount.id', 'session.userId')
    .innerJoin('membership', 'membership.id', 'session.membershipId')
    .innerJoin('organisation', 'organisation.id', 'session.organisationId')
    .select([
      'session.id',
      'session.tokenHash',
      'session.rotatedAt',
      'session.createdAt',
      'session.lastSeenAt',
      'session.organisationId',
      'session.userId',
      'userAccount.personId',
      'userAccount.status',
      'membership.role',
      'organisation.timeZone',
      sql<string>`lower(membership.valid)::text`.as('validFrom'),
      sql<string | null>`upper(membership.valid)::text`.as('validBefore'),
    ])
    .where(eb =>
      'sessionId' in by
        ? eb('session.id', '=', by.sessionId)
        : eb.or([eb('session.tokenHash', '=', by.tokenHash), eb('session.previousTokenHash', '=', by.tokenHash)]),
    )
    .executeTakeFirst()
export type SessionRecord = NonNullable<Awaited<ReturnType<typeof findSession>>>

/** Of two who change one token at once only the first does, and is told true. */
export async function changeToken(db: Db, sessionId: string, from: Buffer, to: Buffer, now: Date): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('session')
    .set({ tokenHash: to, previousTokenHash: from, rotatedAt: now, lastSeenAt: now })
    .where('id', '=', sessionId)
    .where('tokenHash', '=', from)
    .executeTakeFirst()
  return numUpdatedRows === 1n
}

export const touchSession = (db: Db, sessionId: string, now: Date) =>
  db.updateTable('session').set({ lastSeenAt: now }).where('id', '=', sessionId).execute()

export const deleteSession = (db: Db, sessionId: string) => db.deleteFrom('session').where('id', '=', sessionId).execute()

export const deleteSessionsOf = (db: Db, userId: string) => db.deleteFrom('session').where('userId', '=', userId).execute()

export const deleteSessionByToken = (db: Db, tokenHash: Buffer) =>
  db
    .deleteFrom('session')
    .where(eb => eb.or([eb('tokenHash', '=', tokenHash), eb('previousTokenHash', '=', tokenHash)]))
    .execute()

export const deleteSessionsBefore = (db: Db, before: { seen: Date; created: Date }) =>
  db
    .deleteFrom('session')
    .where(eb => eb.or([eb('lastSeenAt', '<', before.seen), eb('createdAt', '<', before.created)]))
    .execute()

export const deleteLinksBefore = (db: Db, expired: Date) => db.deleteFrom('oneTimeLink').where('expiresAt', '<', expired).execute()

export const deleteAnswersBefore = (db: Db, created: Date) => db.deleteFrom('idempotencyKey').where('createdAt', '<', created).execute()
