import { once } from 'node:events'
import { createReadStream } from 'node:fs'
import type { Writable } from 'node:stream'
import type { Connection } from '#platform/database/connection.ts'
import { inSnapshot } from '#platform/database/snapshot.ts'
import type { Finding, Verification } from './findings.ts'
import { readPublicKeys } from './keyring.ts'
import { passedOverMax } from './ledger-source.ts'
import type { LedgerSource, Payload, Statement, StoredLine, UnsealedLine } from './ledger-source.ts'
import { parseSignedPosition } from './signed-position.ts'
import { readStatementFiles, verifySource } from './verify.ts'
import type { VerifyOptions } from './verify.ts'
import { findUnsealed, readCheckpoints, readLines } from './verify.store.ts'

// The ledger as JSON lines, to be kept elsewhere and checked anywhere: `verifyExport` needs the file and a public key.
//   {"luytreLedger":1,"exportedAt":…,"keys":[…],"payloads":false,"unsealed":0,"passedOver":0}
//   {"passedOverLine":…,"body":…}                          lines without a seal that should have one
//   {"position":1,"line":…,"hash":…,"body":…,"payload":…}  a seal with its line
//   {"signed":{…},"place":…}                               a checkpoint, or the signed head
//   {"end":{"lines":…,"signed":…}}
// Without payloads the digest in the body remains, and neither content nor salt: with the salt one could try values.

const exportFormat = 1
// Far more than one line with its payload needs.
const recordMaxLength = 64 * 1024 * 1024

export interface Exported {
  lines: number
  unsealed: number
  signedPositions: number
}

/** Writes the whole ledger in one snapshot; ends with what it wrote and leaves `out` open. */
export async function exportLedger(
  connection: Connection,
  out: Writable,
  options: { withPayload?: boolean; dataDirectory?: string; now?: Date } = {},
): Promise<Exported> {
  const files = await readStatementFiles(options.dataDirectory, [])
  // A full disk is told between two writes, too.
  let outFailure: Error | undefined
  const onError = (error: Error): void => void (outFailure = error)
  out.on('error', onError)
  const write = async (text: string): Promise<void> => {
    if (outFailure) throw outFailure
    if (text !== '' && !out.write(text)) await once(out, 'drain')
  }
  try {
    return await inSnapshot(connection.pool, async client => {
      const { tail, passedOver, passedOverCount } = await findUnsealed(client)
      const checkpoints = (await readCheckpoints(client)).map(signed => ({ signed, place: 'database' }))
      const heads = files.statements.filter(({ signed }) => signed.kind === 'head').map(({ signed }) => ({ signed, place: 'head' }))
      const statements: Statement[] = [...checkpoints, ...heads]
      const keys = [...new Set(statements.map(({ signed }) => signed.key))]
      const header = {
        luytreLedger: exportFormat,
        exportedAt: (options.now ?? new Date()).toISOString(),
        keys,
        payloads: options.withPayload ?? false,
        unsealed: tail,
        passedOver: passedOverCount,
      }
      await write(`${JSON.stringify(header)}\n`)
      await write(passedOver.map(one => `${JSON.stringify({ passedOverLine: one.lineId, body: one.body })}\n`).join(''))
      let lines = 0
      for await (const batch of readLines(client)) {
        lines += batch.length
        await write(batch.map(line => recordOf(line, options.withPayload ?? false)).join(''))
      }
      await write(statements.map(statement => `${JSON.stringify(statement)}\n`).join(''))
      await write(`${JSON.stringify({ end: { lines, signed: statements.length } })}\n`)
      return { lines, unsealed: tail, signedPositions: statements.length }
    })
  } finally {
    out.off('error', onError)
  }
}

function recordOf({ position, lineId, hash, body, payload }: StoredLine, withPayload: boolean): string {
  return `${JSON.stringify({ position, line: lineId, hash, body, payload: payload === null ? null : exportedPayload(payload, withPayload) })}\n`
}

function exportedPayload(payload: Payload, withPayload: boolean): Payload {
  if (payload === 'withheld') return payload
  const { salt, content, erasedBy } = payload
  // An emptied payload holds nothing to withhold, and an empty one that names no eraser is to be found out.
  return withPayload || content === null ? { salt, content, erasedBy } : 'withheld'
}

/** Checks an exported file with no database. `publicKeyPem` may hold several keys. */
export async function verifyExport(file: string, publicKeyPem: string, options: VerifyOptions = {}): Promise<Verification> {
  const keys = readPublicKeys(publicKeyPem)
  const frame = await readFrame(file)
  const source: LedgerSource = {
    statements: frame.statements,
    faults: frame.faults,
    notes: [],
    passedOver: { lines: frame.passedOver, count: Math.max(frame.passedOver.length, frame.header?.passedOver ?? 0) },
    tail: frame.header?.unsealed ?? 0,
    lines: () => readStoredLines(file, frame.faults),
  }
  return verifySource(source, keys, options)
}

interface Header {
  unsealed: number
  passedOver: number
}

interface Frame {
  header: Header | undefined
  statements: Statement[]
  passedOver: UnsealedLine[]
  faults: Finding[]
}

/** First reading: everything but the lines of the chain, which signatures must be known before. */
async function readFrame(file: string): Promise<Frame> {
  const frame: Frame = { header: undefined, statements: [], passedOver: [], faults: [] }
  const fault = (kind: Finding['kind'], record: number): void => addFault(frame.faults, kind, file, record)
  let number = 0
  let lines = 0
  let end: { lines: number; signed: number } | undefined
  for await (const records of readRecords(file)) {
    for (const text of records) {
      number += 1
      if (end) fault('unreadable-record', number)
      if (text.startsWith('{"position":')) {
        lines += 1
        continue
      }
      const record = parseRecord(text)
      const signed = record?.['signed'] === undefined ? undefined : parseSignedPosition(JSON.stringify(record['signed']))
      if (record?.['luytreLedger'] === exportFormat && number === 1)
        frame.header = { unsealed: Number(record['unsealed']), passedOver: Number(record['passedOver']) }
      else if (signed) frame.statements.push({ signed, place: `export (${String(record!['place']).slice(0, 20)})` })
      else if (
        typeof record?.['passedOverLine'] === 'string' &&
        typeof record['body'] === 'string' &&
        frame.passedOver.length < passedOverMax
      ) {
        frame.passedOver.push({ lineId: record['passedOverLine'], body: record['body'] })
      } else if (typeof record?.['end'] === 'object') end = record['end'] as { lines: number; signed: number }
      else fault('unreadable-record', number)
    }
  }
  if (!frame.header || end?.lines !== lines || end.signed !== frame.statements.length) fault('torn-export', number)
  return frame
}

function addFault(faults: Finding[], kind: Finding['kind'], file: string, number: number): void {
  if (faults.length < 1000) faults.push({ kind, position: null, lineId: null, params: { place: file, number } })
}

/** Second reading: the lines of the chain. What cannot be read goes to `faults`. */
async function* readStoredLines(file: string, faults: Finding[]): AsyncGenerator<StoredLine[]> {
  let number = 0
  for await (const records of readRecords(file)) {
    const lines: StoredLine[] = []
    for (const text of records) {
      number += 1
      if (!text.startsWith('{"position":')) continue
      const line = parseStoredLine(text)
      if (line) lines.push(line)
      else addFault(faults, 'unreadable-record', file, number)
    }
    yield lines
  }
}

function parseRecord(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined
  } catch {
    return undefined
  }
}

const hashPattern = /^[0-9a-f]{64}$/

function parseStoredLine(text: string): StoredLine | undefined {
  const record = parseRecord(text)
  const { position, line, hash, body, payload } = record ?? {}
  if (!Number.isSafeInteger(position) || (position as number) < 1 || typeof line !== 'string') return undefined
  if (typeof hash !== 'string' || !hashPattern.test(hash) || (body !== null && typeof body !== 'string')) return undefined
  return { position: position as number, lineId: line, hash, body, columns: null, payload: parsePayload(payload) }
}

function parsePayload(value: unknown): Payload | null {
  if (value === 'withheld') return value
  if (typeof value !== 'object' || value === null) return null
  const { salt, content, erasedBy } = value as Record<string, unknown>
  const text = (one: unknown): string | null => (typeof one === 'string' ? one : null)
  return { salt: text(salt), content: text(content), erasedBy: text(erasedBy) }
}

/** The records of a file in batches of a megabyte, as text. */
async function* readRecords(file: string): AsyncGenerator<string[]> {
  let rest = ''
  for await (const chunk of createReadStream(file, { encoding: 'utf8', highWaterMark: 1024 * 1024 })) {
    const records = (rest + String(chunk)).split('\n')
    rest = records.pop()!
    if (rest.length > recordMaxLength) throw new RangeError(`${file}: a record is longer than ${recordMaxLength} characters`)
    if (records.length > 0) yield records
  }
  if (rest !== '') yield [rest]
}
