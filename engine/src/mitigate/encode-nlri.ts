import { comparisons, components, fragmentBitsOf, operatorBit } from './components.ts'
import type { Component } from './components.ts'
import type { BitmaskTerm, FlowSpecMatch, MatchPrefix, NumericTerm } from './flowspec-rule.ts'
import { bitsOf, maskOfWord } from './prefix.ts'

// A match as the NLRI that BGP carries (RFC 8955 §4, RFC 8956 §3). Each match has one form here: values as short as they can
// be, the first operator without AND, unused bits zero.

/** RFC 8955 §4.1: the length field has twelve bits at most. */
export const maxNlriBytes = 4095

/** The bytes of an NLRI with its length before it. A match that is empty or too long for one is a programmer's mistake. */
export function encodeNlri(match: FlowSpecMatch): Uint8Array<ArrayBuffer> {
  const value = components.flatMap(component => encodeComponent(match, component) ?? [])
  if (value.length === 0) throw new RangeError('a FlowSpec match needs a component')
  if (value.length > maxNlriBytes) throw new RangeError(`a FlowSpec match of ${value.length} bytes; ${maxNlriBytes} are possible`)
  return Uint8Array.from([...(value.length < 240 ? [value.length] : [0xf0 | (value.length >>> 8), value.length & 255]), ...value])
}

/** Type and value of a component; undefined when the match does not have it. */
export function encodeComponent(match: FlowSpecMatch, component: Component): number[] | undefined {
  if (component.kind === 'prefix') {
    const prefix = match[component.field]
    return prefix && [component.type, ...encodePrefix(prefix)]
  }
  if (component.kind === 'numeric') {
    const terms = match[component.field]
    return terms && [component.type, ...encodeTerms(terms, component, term => comparisons.indexOf(term.compare))]
  }
  const known = component.field === 'fragment' ? fragmentBitsOf(match.family) : 0xffff
  const terms = match[component.field]?.map(term => ({ ...term, value: term.bits & known }))
  return terms && [component.type, ...encodeTerms(terms, component, operatorOf)]
}

const operatorOf = ({ not, test }: BitmaskTerm): number => (not ? operatorBit.not : 0) | (test === 'all' ? operatorBit.match : 0)

function encodeTerms<Term extends Pick<NumericTerm, 'and' | 'value'>>(
  terms: readonly Term[],
  component: { type: number; octets?: number },
  operator: (term: Term) => number,
): number[] {
  if (terms.length === 0) throw new RangeError(`FlowSpec component ${component.type} needs a value`)
  return terms.flatMap((term, index) => {
    const { value } = term
    if (!Number.isInteger(value) || value < 0 || value > 0xffff_ffff) throw new RangeError(`${value} is no value of a FlowSpec component`)
    const octets = component.octets ?? (value < 0x100 ? 1 : value < 0x1_0000 ? 2 : 4)
    if (value >= 256 ** octets) throw new RangeError(`${value} is too large for FlowSpec component ${component.type}`)
    const end = index === terms.length - 1 ? operatorBit.end : 0
    const and = term.and && index > 0 ? operatorBit.and : 0
    const bytes = Array.from({ length: octets }, (_, place) => (value >>> ((octets - 1 - place) * 8)) & 255)
    return [end | and | (Math.log2(octets) << 4) | operator(term), ...bytes]
  })
}

/** Length, for IPv6 the offset, and the bits between the two from the first byte's highest bit on. */
function encodePrefix({ family, words, length, offset }: MatchPrefix): number[] {
  if (length > bitsOf(family) || (offset !== 0 && (family === 4 || offset >= length)))
    throw new RangeError(`no prefix: /${offset}-${length}`)
  const bytes = Array.from({ length: Math.ceil((length - offset) / 8) }, () => 0)
  for (let bit = offset; bit < length; bit++) {
    const word = (words[bit >>> 5]! & maskOfWord(bit >>> 5, offset, length)) >>> 0
    if (((word >>> (31 - (bit & 31))) & 1) === 1) bytes[(bit - offset) >>> 3]! |= 0x80 >>> ((bit - offset) & 7)
  }
  return family === 4 ? [length, ...bytes] : [length, offset, ...bytes]
}
