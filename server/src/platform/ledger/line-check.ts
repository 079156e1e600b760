import { payloadDigest } from './chain.ts'
import type { Payload, StoredLine } from './ledger-source.ts'

// Whether what lies beside a line's body agrees with it: the columns that are searched, and the payload.

/** `2026-11-22 03:00:00.12+00` (PostgreSQL, UTC) → `2026-11-22T03:00:00.120Z`; finer than milliseconds stays as it is. */
export function instantOf(text: string): string {
  const fraction = text.length > 22 ? text.slice(20, -3) : ''
  return `${text.slice(0, 10)}T${text.slice(11, 19)}.${fraction.padEnd(3, '0')}Z`
}

const quoted = (id: string | null): string => (id === null ? 'null' : `"${id}"`)

/** What the body says: undefined when only parsing can tell, else the payload's digest. */
type Quick = { payload: string | null } | undefined

/**
 * Compares without parsing. The body is canonical text, so its beginning and end follow from the columns: an equal text
 * has equal values. Whatever looks unusual (an escape, another format) is left to the parser.
 */
function compareAsText(line: StoredLine, body: string): Quick {
  const { columns } = line
  if (!columns) return undefined
  const start = `{"actor":${quoted(columns.actorId)},"at":"${instantOf(columns.at)}","format":1,"id":"${line.lineId}","organisation":${quoted(columns.organisationId)},"origin":"`
  if (!body.startsWith(start)) return undefined
  const originEnd = body.indexOf('"', start.length)
  if (originEnd < 0 || body[originEnd - 1] === '\\') return undefined
  const payloadAt = originEnd + 12
  if (!body.startsWith('","payload":', originEnd)) return undefined
  const hasPayload = body[payloadAt] === '"'
  const payloadEnd = hasPayload ? payloadAt + 66 : payloadAt + 4
  const middle = `,"recordId":"${columns.recordId}","recordType":"${columns.recordType}","roles":[`
  if (!body.startsWith(middle, payloadEnd)) return undefined
  const rolesEnd = body.indexOf(']', payloadEnd + middle.length)
  const end = `],"verb":"${columns.verb}"}`
  if (rolesEnd < 0 || rolesEnd + end.length !== body.length || !body.endsWith(end)) return undefined
  return { payload: hasPayload ? body.slice(payloadAt + 1, payloadEnd - 1) : null }
}

export interface LineCheck {
  /** Columns that say something else than the body, as the schema names them. */
  differing: string[]
  /** Whether the body can be read at all: JSON of a format that this program knows. */
  isReadable: boolean
  payload: string | null
  /** Set for a line that empties a payload. */
  erases?: string
}

const lower = (value: unknown): unknown => (typeof value === 'string' ? value.toLowerCase() : value)

/** The verb of a line by which the retention role empties payloads; its record is the rule. */
export const erasureVerb = 'payload.erased'

export function checkLine(line: StoredLine, body: string): LineCheck {
  const quick = compareAsText(line, body)
  if (quick && line.columns!.verb !== erasureVerb) return { differing: [], isReadable: true, payload: quick.payload }
  let said: Record<string, unknown>
  try {
    said = JSON.parse(body) as Record<string, unknown>
  } catch {
    return { differing: [], isReadable: false, payload: null }
  }
  if (typeof said !== 'object' || said === null || said['format'] !== 1) return { differing: [], isReadable: false, payload: null }
  const differing: string[] = []
  const compare = (column: string, kept: unknown, value: unknown): void => {
    if (kept !== value) differing.push(column)
  }
  compare('id', line.lineId, lower(said['id']))
  if (line.columns) {
    compare('at', instantOf(line.columns.at), said['at'])
    compare('organisation_id', line.columns.organisationId, lower(said['organisation']))
    compare('actor_id', line.columns.actorId, lower(said['actor']))
    compare('verb', line.columns.verb, said['verb'])
    compare('record_type', line.columns.recordType, said['recordType'])
    compare('record_id', line.columns.recordId, lower(said['recordId']))
  }
  const payload = typeof said['payload'] === 'string' ? said['payload'] : null
  return {
    differing,
    isReadable: true,
    payload,
    ...(said['verb'] === erasureVerb ? { erases: `${String(said['recordType'])} ${String(said['recordId'])}` } : {}),
  }
}

export type PayloadState = 'none' | 'intact' | 'withheld' | 'altered' | 'missing' | 'added' | 'unexplained' | { erasedBy: string }

/** The payload's state against the digest that the line keeps of it. */
export function checkPayload(digest: string | null, payload: Payload | null): PayloadState {
  if (digest === null) return payload === null ? 'none' : 'added'
  if (payload === null) return 'missing'
  if (payload === 'withheld') return 'withheld'
  if (payload.content !== null) return payloadDigest(payload.salt ?? '', payload.content) === digest ? 'intact' : 'altered'
  return payload.erasedBy === null ? 'unexplained' : { erasedBy: payload.erasedBy }
}
