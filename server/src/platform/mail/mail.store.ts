import { sql } from 'kysely'
import { v7 as uuidv7 } from 'uuid'
import type { Db, Work } from '#platform/database/work.ts'
import { ownRows } from '#platform/permissions/reach.ts'
import type { Language } from '#platform/i18n/languages.ts'
import type { MailRow, MailStatus } from './mail.api.ts'

export type MailKind = MailRow['kind']
export type MailFault = NonNullable<MailRow['fault']>

export interface NewMail {
  key: string
  kind: MailKind
  userId: string
  recipient: string
  recipientName: string
  language: Language
  subject: string
  /** `LetterContent` as JSON. */
  content: string
  notAfter: Date | null
}

/** Undefined when a mail of this key exists. */
export const insertMail = (work: Work, mail: NewMail) =>
  work.db
    .insertInto('mail')
    .values({
      ...mail,
      id: uuidv7(),
      organisationId: work.actor.organisationId,
      status: 'waiting',
      fault: null,
      answer: null,
      nextAttemptAt: work.now,
      claimedAt: null,
      endedAt: null,
      createdAt: work.now,
    })
    .onConflict(conflict => conflict.columns(['organisationId', 'key']).doNothing())
    .returning('id')
    .executeTakeFirst()

const listed = [
  'id',
  'version',
  'kind',
  'userId',
  'recipient',
  'recipientName',
  'subject',
  'status',
  'fault',
  'attempts',
  'createdAt',
  'nextAttemptAt',
  'endedAt',
] as const

export interface MailFilter {
  status: MailStatus | undefined
  userId: string | undefined
  before: string | undefined
  limit: number
}

export const selectMails = (work: Work, { status, userId, before, limit }: MailFilter) =>
  work.db
    .selectFrom('mail')
    .select(listed)
    .where(ownRows(work))
    .$if(status !== undefined, query => query.where('status', '=', status!))
    .$if(userId !== undefined, query => query.where('userId', '=', userId!))
    .$if(before !== undefined, query => query.where('id', '<', before!))
    .orderBy('id', 'desc')
    .limit(limit)
    .execute()

/** Nobody needs to know how many more there are. */
const maxCounted = 1000

export async function countMails(work: Work, status: MailStatus): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*) as count from (select 1 from mail where ${ownRows(work)} and status = ${status} limit ${maxCounted}) as counted`.execute(
    work.db,
  )
  return rows[0]!.count
}

export const findMail = (work: Work, id: string) =>
  work.db.selectFrom('mail').selectAll().where('id', '=', id).where(ownRows(work)).executeTakeFirst()
export type MailRecord = NonNullable<Awaited<ReturnType<typeof findMail>>>

export async function requeueMail(work: Work, id: string, version: number): Promise<boolean> {
  const { numUpdatedRows } = await work.db
    .updateTable('mail')
    .set({ status: 'waiting', fault: null, attempts: 0, nextAttemptAt: work.now, notAfter: null, endedAt: null, version: version + 1 })
    .where('id', '=', id)
    .where('version', '=', version)
    .where('status', '=', 'failed')
    .where(ownRows(work))
    .executeTakeFirst()
  return numUpdatedRows === 1n
}

// For the sender -------------------------------------------------------------------

/** Organisations with something to send, as far as they are no demonstration. `db` works for the system. */
export const selectOrganisationsDue = (db: Db, now: Date, staleBefore: Date) =>
  db
    .selectFrom('organisation')
    .select('id')
    .where('isDemo', '=', false)
    .where(eb =>
      eb.or([
        eb.exists(
          eb
            .selectFrom('mail')
            .select('mail.id')
            .whereRef('mail.organisationId', '=', 'organisation.id')
            .where('mail.status', '=', 'waiting')
            .where('mail.nextAttemptAt', '<=', now),
        ),
        eb.exists(
          eb
            .selectFrom('mail')
            .select('mail.id')
            .whereRef('mail.organisationId', '=', 'organisation.id')
            .where('mail.status', '=', 'sending')
            .where('mail.claimedAt', '<', staleBefore),
        ),
      ]),
    )
    .execute()

/** Takes the mail that has been due longest; nobody else gets it. */
export async function claimMail(work: Work): Promise<MailRecord | undefined> {
  return work.db
    .updateTable('mail')
    .set(eb => ({ status: 'sending', claimedAt: work.now, attempts: eb('attempts', '+', 1), version: eb('version', '+', 1) }))
    .where('id', '=', eb =>
      eb
        .selectFrom('mail')
        .select('id')
        .where('status', '=', 'waiting')
        .where('nextAttemptAt', '<=', work.now)
        .where(ownRows(work))
        .orderBy('nextAttemptAt')
        .limit(1)
        .forUpdate()
        .skipLocked(),
    )
    .returningAll()
    .executeTakeFirst()
}

/** Mails whose sender has ended in the midst of it. */
export const selectAbandoned = (work: Work, staleBefore: Date) =>
  work.db
    .selectFrom('mail')
    .selectAll()
    .where('status', '=', 'sending')
    .where('claimedAt', '<', staleBefore)
    .where(ownRows(work))
    .orderBy('claimedAt')
    .limit(100)
    .forUpdate()
    .skipLocked()
    .execute()

export type Ending =
  | { status: 'sent' | 'failed' | 'cancelled'; fault: MailFault | null; answer: string | null }
  | { status: 'waiting'; answer: string; nextAttemptAt: Date }

export async function endAttempt(work: Work, id: string, ending: Ending): Promise<void> {
  await work.db
    .updateTable('mail')
    .set(eb => ({
      ...ending,
      claimedAt: null,
      endedAt: ending.status === 'waiting' ? null : work.now,
      version: eb('version', '+', 1),
    }))
    .where('id', '=', id)
    .where('status', '=', 'sending')
    .where(ownRows(work))
    .execute()
}
