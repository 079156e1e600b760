import { comparisons, components, fragmentBitsOf, operatorBit } from './components.ts'
import type { Component } from './components.ts'
import type { BitmaskTerm, FlowSpecMatch, MatchPrefix, NumericTerm } from './flowspec-rule.ts'

// FlowSpec NLRI from whoever speaks BGP to us. What is not as RFC 8955 and RFC 8956 say is rejected with the reason and the
// place, never repaired: a filter that means something else than its sender meant is worse than none. Bits that the RFCs tell
// to ignore are ignored. What one NLRI can hold is bounded by its length, 4095 bytes.

export type NlriFault =
  /** The NLRI goes on beyond the bytes that are there. */
  | 'truncated'
  | 'no-components'
  | 'unknown-component'
  /** RFC 8955 §4.2: by rising type, none twice. */
  | 'component-out-of-order'
  | 'component-twice'
  /** A component goes on beyond the NLRI; a list without an end is one. */
  | 'component-truncated'
  | 'prefix-too-long'
  | 'offset-not-below-length'
  /** A value of a length that the component does not have (TCP flags two bytes at most, DSCP and fragment one). */
  | 'value-length-wrong'
  /** A value beyond 32 bits, which no field has. */
  | 'value-too-large'

export interface DecodedNlri {
  match: FlowSpecMatch
  /** The byte after it. */
  next: number
}

export interface NlriRejection {
  reason: NlriFault
  /** Byte of the input. */
  offset: number
}

interface Cursor {
  readonly bytes: Uint8Array
  at: number
  readonly end: number
  readonly family: 4 | 6
}

/** Reads the NLRI that begins at byte `from`, its length first; nothing beyond `to` is looked at. Never throws. */
export function decodeNlri(bytes: Uint8Array, from: number, to: number, family: 4 | 6): DecodedNlri | NlriRejection {
  if (from >= to) return { reason: 'truncated', offset: from }
  const isLong = bytes[from]! >= 0xf0
  if (isLong && from + 2 > to) return { reason: 'truncated', offset: from }
  const length = isLong ? ((bytes[from]! & 15) << 8) | bytes[from + 1]! : bytes[from]!
  const start = from + (isLong ? 2 : 1)
  if (start + length > to) return { reason: 'truncated', offset: from }
  if (length === 0) return { reason: 'no-components', offset: from }
  const cursor: Cursor = { bytes, at: start, end: start + length, family }
  const match: FlowSpecMatch = { family }
  for (let before = 0; cursor.at < cursor.end;) {
    const offset = cursor.at
    const type = bytes[cursor.at++]!
    const component = components[type - 1]
    if (!component || (component.kind === 'numeric' && component.isIPv6Only === true && family === 4))
      return { reason: 'unknown-component', offset }
    if (type <= before) return { reason: type === before ? 'component-twice' : 'component-out-of-order', offset }
    before = type
    const rejection = readComponent(cursor, component, match)
    if (rejection) return rejection
  }
  return { match, next: cursor.end }
}

/** All NLRI of an attribute, up to the first that is rejected: what comes after it cannot be told apart. */
export function decodeNlris(
  bytes: Uint8Array,
  from: number,
  to: number,
  family: 4 | 6,
): { matches: FlowSpecMatch[]; rejection: NlriRejection | undefined } {
  const matches: FlowSpecMatch[] = []
  for (let at = from; at < to;) {
    const decoded = decodeNlri(bytes, at, to, family)
    if ('reason' in decoded) return { matches, rejection: decoded }
    matches.push(decoded.match)
    at = decoded.next
  }
  return { matches, rejection: undefined }
}

function readComponent(cursor: Cursor, component: Component, match: FlowSpecMatch): NlriRejection | undefined {
  if (component.kind === 'prefix') {
    const prefix = readPrefix(cursor)
    if ('reason' in prefix) return prefix
    match[component.field] = prefix
    return undefined
  }
  const found: { operator: number; value: number }[] = []
  for (let isLast = false; !isLast;) {
    const offset = cursor.at
    const operator = cursor.at < cursor.end ? cursor.bytes[cursor.at]! : 0
    const octets = 1 << ((operator >>> 4) & 3)
    if (cursor.at + 1 + octets > cursor.end) return { reason: 'component-truncated', offset }
    if (octets > longestOf(component)) return { reason: 'value-length-wrong', offset }
    let value = 0
    for (let index = 1; index <= octets; index++) value = value * 256 + cursor.bytes[cursor.at + index]!
    if (value > 0xffff_ffff) return { reason: 'value-too-large', offset }
    // RFC 8955 §4.2.1.1: on the first, AND is taken as unset.
    found.push({ operator: found.length === 0 ? operator & ~operatorBit.and : operator, value })
    cursor.at += 1 + octets
    isLast = (operator & operatorBit.end) !== 0
  }
  if (component.kind === 'numeric') match[component.field] = found.map(one => readNumeric(one, component.bits === 6 ? 0x3f : 0xffff_ffff))
  else match[component.field] = found.map(one => readBitmask(one, component.field === 'fragment' ? fragmentBitsOf(cursor.family) : 0xffff))
  return undefined
}

/** Bytes that a value may have; where the RFC only advises, all that the operator can say. */
const longestOf = (component: Component): number =>
  component.kind === 'bitmask' ? (component.octets ?? 2) : component.kind === 'numeric' && component.bits === 6 ? 1 : 8

const readNumeric = ({ operator, value }: { operator: number; value: number }, known: number): NumericTerm => ({
  and: (operator & operatorBit.and) !== 0,
  compare: comparisons[operator & 7]!,
  value: (value & known) >>> 0,
})

const readBitmask = ({ operator, value }: { operator: number; value: number }, known: number): BitmaskTerm => ({
  and: (operator & operatorBit.and) !== 0,
  not: (operator & operatorBit.not) !== 0,
  test: (operator & operatorBit.match) !== 0 ? 'all' : 'any',
  bits: value & known,
})

function readPrefix(cursor: Cursor): MatchPrefix | NlriRejection {
  const { bytes, family, end } = cursor
  const at = cursor.at
  const head = family === 4 ? 1 : 2
  if (at + head > end) return { reason: 'component-truncated', offset: at }
  const length = bytes[at]!
  const offset = family === 4 ? 0 : bytes[at + 1]!
  if (length > (family === 4 ? 32 : 128)) return { reason: 'prefix-too-long', offset: at }
  if (offset >= length && (offset !== 0 || length !== 0)) return { reason: 'offset-not-below-length', offset: at + 1 }
  const from = at + head
  const octets = Math.ceil((length - offset) / 8)
  if (from + octets > end) return { reason: 'component-truncated', offset: at }
  const words: [number, number, number, number] = [0, 0, 0, 0]
  for (let bit = offset; bit < length; bit++) {
    const place = bit - offset
    if (((bytes[from + (place >>> 3)]! >>> (7 - (place & 7))) & 1) === 1)
      words[bit >>> 5] = (words[bit >>> 5]! | (1 << (31 - (bit & 31)))) >>> 0
  }
  cursor.at = from + octets
  return { family, words, length, offset }
}
