import { sql } from 'kysely'
import { v7 as uuidv7 } from 'uuid'
import type { Db, Work } from '#platform/database/work.ts'
import type { Language } from '#platform/i18n/languages.ts'
import { ownRows } from '#platform/permissions/reach.ts'
import type { Delivery, NotificationKind } from './notifications.api.ts'

/** Whose list it is: somebody who is signed in. */
function readerOf({ actor }: Work): string {
  if (actor.userId === null) throw new Error('the program itself has no notifications')
  return actor.userId
}

// Reading ----------------------------------------------------------------------

export interface NotificationRow {
  id: string
  kind: string
  recordType: string
  recordId: string
  at: Date
  readAt: Date | null
}

export const selectNotifications = (
  work: Work,
  { before, limit }: { before: string | undefined; limit: number },
): Promise<NotificationRow[]> =>
  work.db
    .selectFrom('notification')
    .select(['id', 'kind', 'recordType', 'recordId', 'at', 'readAt'])
    .where('userId', '=', readerOf(work))
    .where(ownRows(work))
    .$if(before !== undefined, query => query.where('id', '<', before!))
    .orderBy('id', 'desc')
    .limit(limit)
    .execute()

export async function countUnread(work: Work, atMost: number): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*) as count from (
      select 1 from notification where user_id = ${readerOf(work)} and ${ownRows(work)} and read_at is null limit ${atMost}
    ) as counted`.execute(work.db)
  return rows[0]!.count
}

export async function hasNotification(work: Work, id: string): Promise<boolean> {
  const row = await work.db
    .selectFrom('notification')
    .select('id')
    .where('id', '=', id)
    .where('userId', '=', readerOf(work))
    .where(ownRows(work))
    .executeTakeFirst()
  return row !== undefined
}

export const markRead = (work: Work, id: string, andOlder: boolean) =>
  work.db
    .updateTable('notification')
    .set({ readAt: work.now })
    .where('userId', '=', readerOf(work))
    .where(ownRows(work))
    .where('readAt', 'is', null)
    .where('id', andOlder ? '<=' : '=', id)
    .execute()

// Settings ---------------------------------------------------------------------

export async function selectSettings(work: Work, userIds: readonly string[]): Promise<Map<string, Delivery>> {
  const rows = await work.db
    .selectFrom('notificationSetting')
    .select(['userId', 'kind', 'delivery'])
    .where('userId', '=', sql<string>`any(${[...userIds]}::uuid[])`)
    .where(ownRows(work))
    .execute()
  return new Map(rows.map(row => [`${row.userId} ${row.kind}`, row.delivery]))
}

export const upsertSettings = (work: Work, settings: readonly { kind: NotificationKind; delivery: Delivery }[]) =>
  work.db
    .insertInto('notificationSetting')
    .values(settings.map(({ kind, delivery }) => ({ userId: readerOf(work), kind, delivery, organisationId: work.actor.organisationId })))
    .onConflict(conflict => conflict.columns(['userId', 'kind']).doUpdateSet(eb => ({ delivery: eb.ref('excluded.delivery') })))
    .execute()

// Writing ----------------------------------------------------------------------

export interface Recipient {
  userId: string
  personId: string | null
  email: string
  name: string
  language: Language
}

/** Accounts of people that can sign in. */
export async function selectRecipients(work: Work, personIds: readonly string[]): Promise<Recipient[]> {
  return work.db
    .selectFrom('userAccount')
    .select(['id as userId', 'personId', 'email', 'displayName as name', 'language'])
    .where('personId', '=', sql<string>`any(${[...personIds]}::uuid[])`)
    .where('status', '=', 'active')
    .where(ownRows(work))
    .execute()
}

export interface NewNotification {
  userId: string
  position: number
  kind: NotificationKind
  recordType: string
  recordId: string
  at: Date
  mail: 'none' | 'digest' | 'written'
}

/**
 * An unread one of the same kind about the same record gives way to the new one: ten changes of a plan are one thing to look
 * at. Returns what a mail has told of the older one.
 */
export async function removeSuperseded(
  work: Work,
  { userId, kind, recordId }: NewNotification,
): Promise<NewNotification['mail'] | undefined> {
  const rows = await work.db
    .deleteFrom('notification')
    .where('userId', '=', userId)
    .where('kind', '=', kind)
    .where('recordId', '=', recordId)
    .where('readAt', 'is', null)
    .where(ownRows(work))
    .returning('mail')
    .execute()
  return rows.some(({ mail }) => mail === 'written') ? 'written' : rows[0]?.mail
}

export const insertNotification = (work: Work, notification: NewNotification) =>
  work.db
    .insertInto('notification')
    .values({ ...notification, id: uuidv7(), organisationId: work.actor.organisationId, readAt: null })
    .onConflict(conflict => conflict.columns(['userId', 'position']).doNothing())
    .execute()

// Following the ledger ------------------------------------------------------------

/** Holds the position until the transaction is over; undefined while another server has it. `system` works for the system. */
export async function holdPosition(system: Db): Promise<number | undefined> {
  const row = await system
    .selectFrom('ledgerFollower')
    .select('position')
    .where('name', '=', 'notifications')
    .forUpdate()
    .skipLocked()
    .executeTakeFirst()
  return row?.position
}

export const movePosition = (system: Db, position: number) =>
  system.updateTable('ledgerFollower').set({ position }).where('name', '=', 'notifications').execute()

/** How far lines have been told of, and who was told after a position. `system` works for the system. */
export async function selectNews(system: Db, after: number | undefined): Promise<{ upTo: number; userIds: string[] }> {
  const { position: upTo } = await system
    .selectFrom('ledgerFollower')
    .select('position')
    .where('name', '=', 'notifications')
    .executeTakeFirstOrThrow()
  if (after === undefined || upTo <= after) return { upTo, userIds: [] }
  const rows = await system
    .selectFrom('notification')
    .select('userId')
    .distinct()
    .where('position', '>', after)
    .where('position', '<=', upTo)
    .limit(100_000)
    .execute()
  return { upTo, userIds: rows.map(row => row.userId) }
}

// Digests and the end ----------------------------------------------------------------

/** Users with something for a digest who had none of this day yet. */
export async function selectDigestUsers(work: Work, day: string, limit: number): Promise<Recipient[]> {
  const { rows } = await sql<Recipient>`
    select account.id as user_id, account.person_id, account.email, account.display_name as name, account.language
    from (select distinct user_id from notification where ${ownRows(work)} and mail = 'digest' and read_at is null) as due
    join user_account account on account.id = due.user_id and account.status = 'active' and ${ownRows(work, 'account.organisation_id')}
    where not exists (
      select from mail where mail.organisation_id = ${work.actor.organisationId} and mail.key = 'digest.' || account.id || '.' || ${day}
    )
    order by account.id limit ${limit}`.execute(work.db)
  return rows
}

export const selectForDigest = (work: Work, userIds: readonly string[]): Promise<(NotificationRow & { userId: string })[]> =>
  work.db
    .selectFrom('notification')
    .select(['id', 'userId', 'kind', 'recordType', 'recordId', 'at', 'readAt'])
    .where('userId', '=', sql<string>`any(${[...userIds]}::uuid[])`)
    .where('mail', '=', 'digest')
    .where('readAt', 'is', null)
    .where(ownRows(work))
    .orderBy('id', 'desc')
    .limit(20_000)
    .execute()

export const markMailed = (work: Work, ids: readonly string[]) =>
  work.db
    .updateTable('notification')
    .set({ mail: 'written' })
    .where('id', '=', sql<string>`any(${[...ids]}::uuid[])`)
    .where(ownRows(work))
    .execute()

/** Resolves with the number of rows that went. */
export async function deleteNotificationsBefore(work: Work, before: Date, limit: number): Promise<number> {
  const { numDeletedRows } = await work.db
    .deleteFrom('notification')
    .where('id', 'in', eb =>
      eb.selectFrom('notification').select('id').where('at', '<', before).where(ownRows(work)).orderBy('at').limit(limit),
    )
    .where(ownRows(work))
    .executeTakeFirst()
  return Number(numDeletedRows)
}
