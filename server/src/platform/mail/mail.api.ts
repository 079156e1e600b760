import { z } from 'zod'
import { endpoint } from '#platform/http/endpoint.ts'
import { uuid } from '#platform/http/uuid.ts'
import { language } from '#platform/i18n/translated.ts'

// The outbox as an administrator reads it: what was written, to whom, and what became of it.

export const mailStatus = z.enum(['waiting', 'sending', 'sent', 'failed', 'cancelled'])
export type MailStatus = z.infer<typeof mailStatus>

export const mailRow = z.strictObject({
  id: uuid,
  version: z.int(),
  kind: z.enum(['invitation', 'password-reset', 'notification', 'digest']),
  userId: uuid,
  recipient: z.string(),
  recipientName: z.string(),
  subject: z.string(),
  status: mailStatus,
  /** Why it failed or was cancelled. */
  fault: z.enum(['refused', 'given-up', 'outcome-unknown', 'address-invalid', 'no-longer-wanted', 'too-late']).nullable(),
  attempts: z.int(),
  createdAt: z.iso.datetime(),
  /** Of a waiting mail: not before this. */
  nextAttemptAt: z.iso.datetime().nullable(),
  endedAt: z.iso.datetime().nullable(),
})
export type MailRow = z.infer<typeof mailRow>

/** Whether mails leave: `off` without an SMTP server, where they wait; `demo` never sends. */
export const mailState = z.enum(['on', 'off', 'demo'])
export type MailState = z.infer<typeof mailState>

export const listMails = endpoint({
  name: 'listMails',
  method: 'GET',
  path: '/mails',
  summary: 'Mails of this organisation, newest first',
  needs: 'mail.read',
  changes: [],
  reads: ['mail'],
  query: z.strictObject({
    status: mailStatus.optional(),
    userId: uuid.optional(),
    before: uuid.optional(),
    limit: z.coerce.number().int().min(1).max(200).default(50),
  }),
  returns: z.strictObject({ state: mailState, waiting: z.int(), failed: z.int(), mails: z.array(mailRow), next: uuid.nullable() }),
})

export const mail = mailRow.extend({
  language,
  /** As it is sent; a one-time link is not in it, since it is made when the mail is sent. */
  text: z.string(),
  /** What the receiving server said last. */
  answer: z.string().nullable(),
})
export type Mail = z.infer<typeof mail>

export const getMail = endpoint({
  name: 'getMail',
  method: 'GET',
  path: '/mails/:mailId',
  summary: 'One mail with its text',
  needs: 'mail.read',
  changes: [],
  reads: ['mail'],
  returns: mail,
})

export const retryMail = endpoint({
  name: 'retryMail',
  method: 'POST',
  path: '/mails/:mailId/retry',
  versioned: true,
  summary: 'Sends a mail that failed once more; 409 for any other',
  needs: 'mail.write',
  changes: ['mail.retried'],
  returns: mail,
})
