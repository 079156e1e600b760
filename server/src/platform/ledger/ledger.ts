import { randomBytes } from 'node:crypto'
import canonicalize from 'canonicalize'
import { sql } from 'kysely'
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

const saltBytes = 16

/** Writes one line per change. All lines of a call share the instant, the actor and the origin of `work`. */
export async function recordChanges(work: Work, changes: readonly Change[]): Promise<void> {
  const { actor, now, db } = work
  const lines = []
  const payloads = []
  // Drawn at once: each draw is a call of the system.
  const salts = randomBytes(saltBytes * changes.length).toString('hex')
  for (const [index, change] of changes.entries()) {
    const id = uuidv7()
    const { before, after } = change
    const hasPayload = before !== undefined || after !== undefined
    const salt = hasPayload ? salts.slice(index * saltBytes * 2, (index + 1) * saltBytes * 2) : null
    const content = hasPayload ? canonicalText(JSON.parse(JSON.stringify({ before, after }))) : null
    lines.push({
      id,
      verb: change.verb,
      record_type: change.recordType,
      record_id: change.recordId,
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
    if (hasPayload) payloads.push({ line_id: id, salt, content })
  }
  if (lines.length === 0) return
  // As one value: a statement of PostgreSQL takes 65,535 parameters.
  await sql`
    insert into ledger_line (id, at, organisation_id, actor_id, verb, record_type, record_id, body)
    select id, ${now}::timestamptz, ${actor.organisationId}::uuid, ${actor.userId}::uuid, verb, record_type, record_id, body
    from json_to_recordset(${JSON.stringify(lines)}::json) as line (id uuid, verb text, record_type text, record_id uuid, body text)`.execute(
    db,
  )
  if (payloads.length > 0)
    await sql`
      insert into ledger_payload (line_id, organisation_id, salt, content)
      select line_id, ${actor.organisationId}::uuid, salt, content
      from json_to_recordset(${JSON.stringify(payloads)}::json) as payload (line_id uuid, salt text, content text)`.execute(db)
  announceLines()
}

export const recordChange = (work: Work, change: Change): Promise<void> => recordChanges(work, [change])
