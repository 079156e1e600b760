import type { Connection } from '#platform/database/connection.ts'
import { inSystemWork, inWork } from '#platform/database/connection.ts'
import type { Work } from '#platform/database/work.ts'
import { recordChange } from '#platform/ledger/ledger.ts'
import { programActor } from '#platform/organisations/organisations.ts'
import { isDeliverable } from './address.ts'
import { letterContent, letterHtml, letterText } from './letter.ts'
import * as store from './mail.store.ts'
import type { Mailer, Outcome } from './smtp.ts'

// Sends what waits in the outbox, one mail after the other. A mail is taken (committed) before the other server hears of
// it and its end is written after: whoever dies in between leaves a mail that may have gone out. It is then not sent
// again by itself but shown as failed, outcome unknown. So each goes out at most once, and none is lost unseen.

/** Waits after the first, second … attempt; greylisting (RFC 6647) is mostly over after the second. Then it is given up. */
const waitsMinutes = [1, 5, 15, 60, 180, 360, 720, 1440]
// Longer than any attempt may take (smtp.ts).
const abandonedAfterMs = 15 * 60_000

export interface SenderOptions {
  connection: Connection
  mailer: Mailer
  /**
   * The one-time link of a mail, made anew for each attempt, so that it rests nowhere. Undefined when the
   * account may not have it any more: the mail is then not sent.
   */
  makeLink: (work: Work, mail: { kind: string; userId: string }) => Promise<string | undefined>
  countMail: (outcome: string) => void
  now?: () => Date
  /** No further mail is begun. */
  signal?: AbortSignal
}

/**
 * Sends what is due now; resolves with the number of mails that were tried. Ends at the first mail for which the mail server is
 * not reached: the others would not reach it either, and each would have used up an attempt.
 */
export async function sendDueMails(options: SenderOptions): Promise<number> {
  const { connection, now = () => new Date(), signal } = options
  const staleBefore = new Date(now().getTime() - abandonedAfterMs)
  const organisations = await inSystemWork(connection.db, system => store.selectOrganisationsDue(system, now(), staleBefore))
  let tried = 0
  for (const { id } of organisations) {
    const actor = programActor(id, 'job:mail.send')
    const work = <T>(run: (work: Work) => Promise<T>): Promise<T> => inWork(connection.db, actor, run, now())
    await work(one => failAbandoned(one, staleBefore, options))
    while (!signal?.aborted) {
      const outcome = await sendNext(work, options)
      if (outcome === 'none-due') break
      tried++
      if (outcome === 'not-reached') return tried
    }
  }
  return tried
}

type RunWork = <T>(run: (work: Work) => Promise<T>) => Promise<T>

async function failAbandoned(work: Work, staleBefore: Date, { countMail }: SenderOptions): Promise<void> {
  for (const mail of await store.selectAbandoned(work, staleBefore)) {
    await end(work, mail, { status: 'failed', fault: 'outcome-unknown', answer: null })
    countMail('unknown')
  }
}

async function sendNext(work: RunWork, options: SenderOptions): Promise<'none-due' | 'not-reached' | 'done'> {
  const taken = await work(async one => {
    const mail = await store.claimMail(one)
    if (!mail) return undefined
    const reason = whyNot(one, mail)
    const link = reason ? undefined : await options.makeLink(one, mail)
    if (reason === undefined && link !== undefined) return { mail, link }
    const fault = reason ?? 'no-longer-wanted'
    await end(one, mail, { status: fault === 'address-invalid' ? 'failed' : 'cancelled', fault, answer: null })
    options.countMail('not sent')
    return { mail, link: undefined }
  })
  if (!taken) return 'none-due'
  const { mail, link } = taken
  if (link === undefined) return 'done'

  const content = letterContent.parse(mail.content)
  const outcome = await options.mailer.send({
    id: mail.id,
    to: { name: mail.recipientName, address: mail.recipient },
    subject: mail.subject,
    text: letterText(content, link),
    html: letterHtml({ ...content, subject: mail.subject }, mail.language, link),
    at: options.now?.() ?? new Date(),
  })
  options.countMail(outcome.is)
  await work(one => end(one, mail, endingOf(outcome, mail.attempts, one.now)))
  return outcome.isReached ? 'done' : 'not-reached'
}

function whyNot(work: Work, mail: store.MailRecord): 'too-late' | 'address-invalid' | undefined {
  if (mail.notAfter && mail.notAfter < work.now) return 'too-late'
  return isDeliverable(mail.recipient) ? undefined : 'address-invalid'
}

function endingOf({ is, answer }: Pick<Outcome, 'is' | 'answer'>, attempts: number, now: Date): store.Ending {
  if (is === 'accepted') return { status: 'sent', fault: null, answer }
  if (is === 'refused') return { status: 'failed', fault: 'refused', answer }
  if (is === 'unknown') return { status: 'failed', fault: 'outcome-unknown', answer }
  const wait = waitsMinutes[attempts - 1]
  if (wait === undefined) return { status: 'failed', fault: 'given-up', answer }
  return { status: 'waiting', answer, nextAttemptAt: new Date(now.getTime() + wait * 60_000) }
}

/** A line for what became of it; an attempt that comes to nothing is told by the mail itself. */
async function end(work: Work, mail: store.MailRecord, ending: store.Ending): Promise<void> {
  await store.endAttempt(work, mail.id, ending)
  if (ending.status === 'waiting') return
  await recordChange(work, {
    verb: `mail.${ending.status}`,
    recordType: 'mail',
    recordId: mail.id,
    after: { kind: mail.kind, userId: mail.userId, recipient: mail.recipient, fault: ending.fault },
  })
}
