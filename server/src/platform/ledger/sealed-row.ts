import { hash as digestOf } from 'node:crypto'
import { erasureVerb } from './line-check.ts'

// One line with its seal and payload as the binary COPY of `copyLinesBetween` sends them, compared byte by byte: most of the time
// of a proof is spent here, and making strings of these bytes would double it.

/** The fields of `copyLinesBetween`, in order. */
export const sealedFields = [
  'position',
  'lineId',
  'hash',
  'body',
  'at',
  'organisation',
  'actor',
  'verb',
  'recordType',
  'recordId',
  'saltAndContent',
  'payloadOrganisation',
  'payloadLine',
] as const
const field = Object.fromEntries(sealedFields.map((name, index) => [name, index])) as Record<(typeof sealedFields)[number], number>

/** Where the fields of the row in hand begin and how long they are, -1 for null. */
const starts = new Int32Array(sealedFields.length)
const lengths = new Int32Array(sealedFields.length)
let bytes: Buffer = Buffer.alloc(0)

/** Takes the row in hand; the functions below speak of it. */
export function holdRow(row: Buffer, at: number): void {
  bytes = row
  for (let index = 0; index < sealedFields.length; index++) {
    const length = row.readInt32BE(at)
    at += 4
    starts[index] = at
    lengths[index] = length
    if (length > 0) at += length
  }
}

const slice = (index: number): Buffer => bytes.subarray(starts[index], starts[index]! + lengths[index]!)

const readBigInt = (at: number): number => bytes.readInt32BE(at) * 0x1_0000_0000 + bytes.readUInt32BE(at + 4)

/** False of a line that waits for the sealer, or was passed over by it. */
export const isSealed = (): boolean => lengths[field.position]! >= 0
export const heldPosition = (): number => readBigInt(starts[field.position]!)
/** Hash of the seal in hand, as binary string. */
export const heldHash = (): string => bytes.toString('binary', starts[field.hash], starts[field.hash]! + lengths[field.hash]!)
export const hasBody = (): boolean => lengths[field.body]! >= 0
/** SHA-256 of the body in hand, as binary string. */
export const heldBodyDigest = (): string => digestOf('sha256', slice(field.body), 'binary')

// Where the comparison stands in the body, and where the body ends; -1 once something differed.
let cursor = -1
let end = 0

function pass(text: Buffer): void {
  if (cursor < 0) return
  if (cursor + text.length > end) return void (cursor = -1)
  for (let index = 0; index < text.length; index++) if (bytes[cursor + index] !== text[index]) return void (cursor = -1)
  cursor += text.length
}

function passField(index: number): void {
  const length = lengths[index]!
  if (cursor < 0) return
  if (length < 0 || cursor + length > end) return void (cursor = -1)
  const start = starts[index]!
  for (let offset = 0; offset < length; offset++) if (bytes[cursor + offset] !== bytes[start + offset]) return void (cursor = -1)
  cursor += length
}

// Two hexadecimal digits of each byte, as they stand in a text.
const hexPairs = Uint16Array.from({ length: 256 }, (_, byte) => Buffer.from(byte.toString(16).padStart(2, '0')).readUInt16BE())
const dash = 0x2d
const quote = 0x22
const backslash = 0x5c

/** A UUID of 16 bytes, written in the body as text. */
function passUuid(index: number): void {
  if (cursor < 0) return
  if (lengths[index] !== 16 || cursor + 36 > end) return void (cursor = -1)
  let at = starts[index]!
  for (let digit = 0; digit < 36; digit += 2) {
    if (digit === 8 || digit === 13 || digit === 18 || digit === 23) {
      if (bytes[cursor + digit] !== dash) return void (cursor = -1)
      digit += 1
    }
    if (((bytes[cursor + digit]! << 8) | bytes[cursor + digit + 1]!) !== hexPairs[bytes[at++]!]) return void (cursor = -1)
  }
  cursor += 36
}

const nullText = Buffer.from('null')
const quoteText = Buffer.from('"')

function passUuidOrNull(index: number): void {
  if (lengths[index]! < 0) return pass(nullText)
  pass(quoteText)
  passUuid(index)
  pass(quoteText)
}

// 2000-01-01, from which PostgreSQL counts microseconds.
const epochSecond = 946_684_800
let knownSecond = NaN
let knownText = Buffer.alloc(0)

/** An instant of 64 bits, written in the body with milliseconds. */
function passInstant(): void {
  if (cursor < 0) return
  if (lengths[field.at] !== 8) return void (cursor = -1)
  const microseconds = readBigInt(starts[field.at]!)
  const second = Math.floor(microseconds / 1e6)
  if (second !== knownSecond) {
    const date = new Date((second + epochSecond) * 1000)
    if (Number.isNaN(date.getTime())) return void (cursor = -1)
    knownSecond = second
    knownText = Buffer.from(date.toISOString().slice(0, -4))
  }
  pass(knownText)
  const milliseconds = (microseconds - second * 1e6) / 1000
  if (cursor < 0 || !Number.isInteger(milliseconds) || cursor + 4 > end) return void (cursor = -1)
  const said = bytes[cursor]! * 100 + bytes[cursor + 1]! * 10 + bytes[cursor + 2]! - 0x30 * 111
  const isDigits = (bytes[cursor + 1]! - 0x30) >>> 0 < 10 && (bytes[cursor + 2]! - 0x30) >>> 0 < 10
  if (!isDigits || said !== milliseconds || bytes[cursor + 3] !== 0x5a) return void (cursor = -1)
  cursor += 4
}

const texts = {
  actor: Buffer.from('{"actor":'),
  at: Buffer.from(',"at":"'),
  id: Buffer.from('","format":1,"id":"'),
  organisation: Buffer.from('","organisation":'),
  origin: Buffer.from(',"origin":"'),
  payload: Buffer.from('","payload":'),
  recordId: Buffer.from(',"recordId":"'),
  recordType: Buffer.from('","recordType":"'),
  roles: Buffer.from('","roles":['),
  verb: Buffer.from('],"verb":"'),
  end: Buffer.from('"}'),
}
const erasure = Buffer.from(erasureVerb)

/**
 * Whether body, columns and payload in hand agree, found by comparing bytes: the body is canonical text, so all but origin and
 * roles follow from the columns in their order. False says only that it is for the parser to find out (an escape,
 * another format, an erased payload, a difference).
 */
export function isPlainlyIntact(): boolean {
  cursor = starts[field.body]!
  end = cursor + lengths[field.body]!
  pass(texts.actor)
  passUuidOrNull(field.actor)
  pass(texts.at)
  passInstant()
  pass(texts.id)
  passUuid(field.lineId)
  pass(texts.organisation)
  passUuidOrNull(field.organisation)
  pass(texts.origin)
  if (cursor < 0) return false
  cursor = bytes.indexOf(quote, cursor)
  if (cursor < 0 || cursor >= end || bytes[cursor - 1] === backslash) return false
  pass(texts.payload)
  if (cursor < 0) return false
  const digestAt = bytes[cursor] === quote ? cursor + 1 : -1
  if (digestAt < 0) pass(nullText)
  else cursor += 66
  pass(texts.recordId)
  passUuid(field.recordId)
  pass(texts.recordType)
  passField(field.recordType)
  pass(texts.roles)
  if (cursor < 0) return false
  cursor = bytes.indexOf(0x5d, cursor)
  pass(texts.verb)
  passField(field.verb)
  pass(texts.end)
  if (cursor !== end || isErasure()) return false
  return digestAt < 0 ? lengths[field.payloadLine]! < 0 : isPayloadIntact(digestAt)
}

/** Whether the line in hand has a payload. */
export const hasPayload = (): boolean => lengths[field.payloadLine]! >= 0

const isErasure = (): boolean => lengths[field.verb] === erasure.length && slice(field.verb).equals(erasure)

function isPayloadIntact(digestAt: number): boolean {
  if (lengths[field.saltAndContent]! < 0 || bytes[digestAt + 64] !== quote) return false
  const [own, payloads] = [field.organisation, field.payloadOrganisation]
  if (lengths[own] !== lengths[payloads] || (lengths[own]! > 0 && !slice(own).equals(slice(payloads)))) return false
  return digestOf('sha256', slice(field.saltAndContent), 'hex') === bytes.toString('binary', digestAt, digestAt + 64)
}
