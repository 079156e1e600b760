import { sql } from 'kysely'
import { inSystemWork } from '#platform/database/connection.ts'
import type { Connection } from '#platform/database/connection.ts'
import type { Work } from '#platform/database/work.ts'
import { findHeadPosition, listSealedLines } from '#platform/events/followed-lines.ts'
import type { FollowedLine } from '#platform/events/followed-lines.ts'
import { actingAs } from '#platform/identity/identity.ts'
import { startLoop } from '#platform/jobs/loop.ts'
import type { Loop } from '#platform/jobs/loop.ts'
import { programActor } from '#platform/organisations/organisations.ts'
import type { Log, Metrics } from '#platform/telemetry/telemetry.ts'
import { mailNotification, worthSendingMs } from './notification-mail.ts'
import { deliveryOf } from './notifications.ts'
import * as store from './notifications.store.ts'
import type { NoticeRules } from './rules.ts'

// Tells people what the ledger says. Sealed lines are read on from a kept position, and what is written for them, mails
// too, is written in the transaction in which the position moves: of every line once, whatever dies in between. Whoever
// holds the position's row does it; other servers over the same database pass by.

export { selectNews } from './notifications.store.ts'

const everyMs = 2000
const soonMs = 50
const linesMax = 500

export interface NotifierOptions {
  connection: Connection
  rules: NoticeRules
  publicUrl: () => string
  /** Called when somebody was told something. */
  onWritten?: () => void
  now?: () => Date
}

/** Tells of lines until it is stopped; `ring` says that there are new ones. */
export function startNotifying(options: NotifierOptions, to: { log: Log; metrics: Metrics }): Loop {
  return startLoop({ name: 'notifications.write', everyMs, soonMs, run: () => tellSealedLines(options), ...to })
}

/** Tells of all lines that are sealed by now; resolves with the number of those that somebody is told of. */
export async function tellSealedLines(options: NotifierOptions): Promise<number> {
  const verbs = Object.values(options.rules).flatMap(rule => rule.verbs)
  let told = 0
  for (;;) {
    const { lines, isThrough } = await inSystemWork(options.connection.db, system => tellNext(system, verbs, options))
    told += lines
    if (lines > 0) options.onWritten?.()
    if (isThrough) return told
  }
}

async function tellNext(
  system: Work['db'],
  verbs: readonly string[],
  options: NotifierOptions,
): Promise<{ lines: number; isThrough: boolean }> {
  const after = await store.holdPosition(system)
  if (after === undefined) return { lines: 0, isThrough: true }
  const head = await findHeadPosition(system)
  // A ledger that was put back to before: what is new in it is told.
  if (head < after) await store.movePosition(system, head)
  if (head <= after) return { lines: 0, isThrough: true }
  const lines = await listSealedLines(system, { after, upTo: head, limit: linesMax, verbs })
  const now = options.now?.() ?? new Date()
  for (const [organisationId, own] of Map.groupBy(lines, line => line.organisationId))
    await actingAs(system, programActor(organisationId, 'job:notifications.write'), now, work => tellLines(work, own, options))
  await sql`select set_config('luytre.system', 'on', true)`.execute(system)
  const isThrough = lines.length < linesMax
  await store.movePosition(system, isThrough ? head : lines.at(-1)!.position)
  return { lines: lines.length, isThrough }
}

async function tellLines(work: Work, lines: readonly FollowedLine[], options: NotifierOptions): Promise<void> {
  for (const line of lines) {
    const rule = options.rules[line.recordType]
    if (!rule?.verbs.includes(line.verb)) continue
    const notice = await rule.tell(work, line)
    const personIds = notice?.personIds.filter(id => id !== null) ?? []
    if (!notice || personIds.length === 0) continue
    const recipients = (await store.selectRecipients(work, personIds)).filter(({ userId }) => userId !== line.actorId)
    if (recipients.length === 0) continue
    const subject = (await rule.describe(work, [line.recordId])).get(line.recordId)
    if (!subject) continue
    const settings = await store.selectSettings(
      work,
      recipients.map(({ userId }) => userId),
    )
    for (const recipient of recipients) {
      const { userId } = recipient
      const { kind } = notice
      const { position, recordType, recordId, at } = line
      const wanted = work.now.getTime() - at.getTime() > worthSendingMs ? 'none' : deliveryOf(settings, userId, kind)
      const notification = { userId, position, kind, recordType, recordId, at, mail: mailOf[wanted] }
      // A mail that was written of one that nobody has looked at yet is enough.
      const isMailed = (await store.removeSuperseded(work, notification)) === 'written'
      await store.insertNotification(work, isMailed ? { ...notification, mail: 'written' } : notification)
      if (wanted === 'at-once' && !isMailed) await mailNotification(work, recipient, { kind, subject, position }, options.publicUrl())
    }
  }
}

const mailOf = { 'at-once': 'written', digest: 'digest', none: 'none' } as const
