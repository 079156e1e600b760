import { randomBytes } from 'node:crypto'
import canonicalize from 'canonicalize'
import { v7 as uuidv7 } from 'uuid'
import type { Work } from '#platform/database/work.ts'
import { payloadDigest } from './chain.ts'
import { announceLines } from './wake-up.ts'

// Every change by a person or by policy leaves one line here, in the same transaction as the change. The line is
// written unchained, so that writers never wait for each other; the sealer chains it within a second (sealer.ts).

/** What happened to one record. `before` and `after` may be personal: they go to the payload, not into the line. */
export interface Change {
  /** Dotted, past tense: `plan.proposed`. */
  verb: string
  recordType: string
  recordId: string
  before?: unknown
  after?: unknown
}

/** Version of the layout of `body`; a new layout gets a new number, old lines keep theirs. */
export const bodyFormat = 1

/** RFC 8785 text of `value`; throws on what JSON cannot hold, which is a programmer's mistake. */
export function canonicalText(value: unknown): string {
  const text = canonicalize(value)
  if (text === undefined) throw new TypeError('ledger: value has no canonical text')
  return text
}

/** Writes one line per change. All lines of a call share the instant, the actor and the origin of `work`. */
export async function recordChanges(work: Work, changes: readonly Change[]): Promise<void> {
  const { actor, now, db } = work
  const lines = []
  const payloads = []
  for (const change of changes) {
    const id = uuidv7()
    const { before, after } = change
    const hasPayload = before !== undefined || after !== undefined
    const salt = hasPayload ? randomBytes(16).toString('hex') : null
    const content = hasPayload ? canonicalText(JSON.parse(JSON.stringify({ before, after }))) : null
    lines.push({
      id,
      at: now,
      organisationId: actor.organisationId,
      actorId: actor.userId,
      verb: change.verb,
      recordType: change.recordType,
      recordId: change.recordId,
      body: canonicalText({
        format: bodyFormat,
        id,
        at: now.toISOString(),
        organisation: actor.organisationId,
        actor: actor.userId,
        roles: actor.roles,
        origin: actor.origin,
        verb: change.verb,
        recordType: change.recordType,
        recordId: change.recordId,
        payload: salt === null || content === null ? null : payloadDigest(salt, content),
      }),
    })
    if (hasPayload) payloads.push({ lineId: id, organisationId: actor.organisationId, salt, content })
  }
  if (lines.length === 0) return
  // PostgreSQL takes at most 65,535 parameters a statement; 5,000 lines of 8 stay below.
  for (let i = 0; i < lines.length; i += 5000)
    await db
      .insertInto('ledgerLine')
      .values(lines.slice(i, i + 5000))
      .execute()
  for (let i = 0; i < payloads.length; i += 5000)
    await db
      .insertInto('ledgerPayload')
      .values(payloads.slice(i, i + 5000))
      .execute()
  announceLines()
}

export const recordChange = (work: Work, change: Change): Promise<void> => recordChanges(work, [change])
