import type { Work } from '#platform/database/work.ts'
import type { Arguments } from '#platform/http/endpoint.ts'
import { Problem, notFound } from '#platform/http/problem.ts'
import type { Language } from '#platform/i18n/languages.ts'
import { recordChange } from '#platform/ledger/ledger.ts'
import { getOrganisation } from '#platform/organisations/organisations.ts'
import { reachOf } from '#platform/permissions/reach.ts'
import { letterContent, letterText, oneTimeLink } from './letter.ts'
import type { Letter } from './letter.ts'
import type { Mail, MailRow, MailState, listMails as listing } from './mail.api.ts'
import * as store from './mail.store.ts'

// The outbox. A mail is written in the transaction of what it tells of, and sent by the sender (sender.ts) at most once:
// of one key there is one mail, and what may have gone out is not sent again by itself.

export { oneTimeLink } from './letter.ts'
export type { Letter } from './letter.ts'

export interface QueuedMail {
  /** What it is about: a second mail of the same key is not written. */
  key: string
  kind: store.MailKind
  userId: string
  recipient: string
  recipientName: string
  language: Language
  letter: Letter
  notAfter?: Date
}

/** Writes a mail into the outbox; false when one of its key is there already. */
export async function queueMail(work: Work, { letter, notAfter, ...mail }: QueuedMail): Promise<boolean> {
  const { subject, parts, footer } = letter
  const row = await store.insertMail(work, { ...mail, subject, content: JSON.stringify({ parts, footer }), notAfter: notAfter ?? null })
  if (!row) return false
  await recordChange(work, {
    verb: 'mail.queued',
    recordType: 'mail',
    recordId: row.id,
    after: { kind: mail.kind, userId: mail.userId, recipient: mail.recipient, subject },
  })
  return true
}

/** A demonstration never sends, whatever is configured. */
export const mailStateOf = ({ isDemo }: { isDemo: boolean }, sendsMail: boolean): MailState => (isDemo ? 'demo' : sendsMail ? 'on' : 'off')

export async function listMails(work: Work, query: Arguments<typeof listing>['query'], sendsMail: boolean) {
  reachOf(work, 'mail.read')
  const { status, userId, before, limit } = query
  // One more than asked for tells whether there is a next page.
  const rows = await store.selectMails(work, { status, userId, before, limit: limit + 1 })
  const mails = rows.slice(0, limit).map(present)
  return {
    state: mailStateOf(await getOrganisation(work), sendsMail),
    waiting: await store.countMails(work, 'waiting'),
    failed: await store.countMails(work, 'failed'),
    mails,
    next: rows.length > limit ? mails.at(-1)!.id : null,
  }
}

export async function getMail(work: Work, mailId: string): Promise<Mail> {
  reachOf(work, 'mail.read')
  const row = await store.findMail(work, mailId)
  if (!row) throw notFound('mail')
  const { language, content, answer } = row
  return { ...present(row), language, text: letterText(letterContent.parse(content), `[${oneTimeLink}]`), answer }
}

/** For a person who has seen why it failed. What may have gone out arrives twice then; the page says so. */
export async function retryMail(work: Work, mailId: string, version: number): Promise<Mail> {
  reachOf(work, 'mail.write')
  const before = await getMail(work, mailId)
  if (before.version !== version) throw new Problem(412, 'version.conflict', { current: before })
  if (before.status !== 'failed') throw new Problem(409, 'mail.not-failed')
  if (!(await store.requeueMail(work, mailId, version)))
    throw new Problem(412, 'version.conflict', { current: await getMail(work, mailId) })
  await recordChange(work, { verb: 'mail.retried', recordType: 'mail', recordId: mailId, before: { fault: before.fault } })
  return getMail(work, mailId)
}

const present = (row: Pick<store.MailRecord, keyof MailRow>): MailRow => ({
  id: row.id,
  version: row.version,
  kind: row.kind,
  userId: row.userId,
  recipient: row.recipient,
  recipientName: row.recipientName,
  subject: row.subject,
  status: row.status,
  fault: row.fault,
  attempts: row.attempts,
  createdAt: row.createdAt.toISOString(),
  nextAttemptAt: row.status === 'waiting' ? row.nextAttemptAt.toISOString() : null,
  endedAt: row.endedAt?.toISOString() ?? null,
})
