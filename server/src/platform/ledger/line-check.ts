import { payloadDigest } from './chain.ts'
import type { Payload, StoredLine } from './ledger-source.ts'

// Whether what lies beside a line's body agrees with it: the columns that are searched, and the payload.

/** `2026-11-22 03:00:00.12+00` (PostgreSQL, UTC) → `2026-11-22T03:00:00.120Z`; finer than milliseconds stays as it is. */
export function instantOf(text: string): string {
  const fraction = text.length > 22 ? text.slice(20, -3) : ''
  return `${text.slice(0, 10)}T${text.slice(11, 19)}.${fraction.padEnd(3, '0')}Z`
}

/** Where `text` ends if it stands at `from`, else -1; -1 goes through a row of such steps unchanged. */
const pass = (body: string, from: number, text: string): number => (from >= 0 && body.startsWith(text, from) ? from + text.length : -1)

const passId = (body: string, from: number, id: string | null): number =>
  id === null ? pass(body, from, 'null') : pass(body, pass(body, pass(body, from, '"'), id), '"')

/** The same instant in the body and in the column, compared in pieces (see `instantOf`). */
function passInstant(body: string, from: number, at: string): number {
  if (at.length < 22) return -1
  const time = pass(body, pass(body, pass(body, from, at.slice(0, 10)), 'T'), at.slice(11, 19))
  return pass(body, pass(body, time, at.length > 22 ? at.slice(19, -3).padEnd(4, '0') : '.000'), 'Z"')
}

// Far from any digest, and no payload.
const unusual = 'unusual'

/**
 * Compares without parsing: the body is canonical text, so all but origin and roles follow from the columns in their
 * order, and an equal text has equal values. Returns the payload's digest, or `unusual` for what is left to the parser
 * (an escape, another format, a difference).
 */
function compareAsText({ lineId, columns }: StoredLine, body: string): string | null {
  if (!columns) return unusual
  let at = passId(body, pass(body, 0, '{"actor":'), columns.actorId)
  at = passInstant(body, pass(body, at, ',"at":"'), columns.at)
  at = passId(body, pass(body, at, ',"format":1,"id":'), lineId)
  at = pass(body, passId(body, pass(body, at, ',"organisation":'), columns.organisationId), ',"origin":"')
  if (at < 0) return unusual
  const originEnd = body.indexOf('"', at)
  if (originEnd < 0 || body.charCodeAt(originEnd - 1) === 0x5c) return unusual
  const payloadAt = pass(body, originEnd, '","payload":')
  if (payloadAt < 0) return unusual
  const hasPayload = body.charCodeAt(payloadAt) === 0x22
  at = pass(body, pass(body, hasPayload ? payloadAt + 66 : payloadAt + 4, ',"recordId":"'), columns.recordId)
  at = pass(body, pass(body, pass(body, at, '","recordType":"'), columns.recordType), '","roles":[')
  if (at < 0) return unusual
  at = pass(body, pass(body, pass(body, body.indexOf(']', at), '],"verb":"'), columns.verb), '"}')
  if (at !== body.length) return unusual
  return hasPayload ? body.slice(payloadAt + 1, payloadAt + 65) : null
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
  if (quick !== unusual && line.columns!.verb !== erasureVerb) return { differing: [], isReadable: true, payload: quick }
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
