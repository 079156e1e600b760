import type { BitmaskTerm, Comparison, FlowSpecMatch, MatchPrefix, NumericTerm } from './flowspec-rule.ts'

// The components of a FlowSpec NLRI by their type numbers (IANA, Flow Spec Component Types): what `FlowSpecMatch` calls them,
// and what their values may be.

type FieldsOf<Value> = {
  [Name in keyof FlowSpecMatch]-?: Exclude<FlowSpecMatch[Name], undefined> extends Value ? Name : never
}[keyof FlowSpecMatch]
export type NumericField = FieldsOf<readonly NumericTerm[]>
export type BitmaskField = FieldsOf<readonly BitmaskTerm[]>
export type PrefixField = FieldsOf<MatchPrefix>

export type Component =
  | { type: number; kind: 'prefix'; field: PrefixField }
  | {
      type: number
      kind: 'numeric'
      field: NumericField
      /** Bits that the field has in a packet. */
      bits: number
      /** Every value is written in so many bytes; without, in as few as it needs. */
      octets?: number
      isIPv6Only?: boolean
    }
  | { type: number; kind: 'bitmask'; field: BitmaskField; bits: number; octets?: number }

/** In the order in which they must stand. */
export const components: readonly Component[] = [
  { type: 1, kind: 'prefix', field: 'destination' },
  { type: 2, kind: 'prefix', field: 'source' },
  { type: 3, kind: 'numeric', field: 'protocols', bits: 8 },
  { type: 4, kind: 'numeric', field: 'ports', bits: 16 },
  { type: 5, kind: 'numeric', field: 'destinationPorts', bits: 16 },
  { type: 6, kind: 'numeric', field: 'sourcePorts', bits: 16 },
  { type: 7, kind: 'numeric', field: 'icmpTypes', bits: 8 },
  { type: 8, kind: 'numeric', field: 'icmpCodes', bits: 8 },
  // RFC 8955 §4.2.2.9: one or two bytes.
  { type: 9, kind: 'bitmask', field: 'tcpFlags', bits: 12 },
  { type: 10, kind: 'numeric', field: 'packetLengths', bits: 16 },
  // RFC 8955 §4.2.2.11 and §4.2.2.12: one byte.
  { type: 11, kind: 'numeric', field: 'dscp', bits: 6, octets: 1 },
  { type: 12, kind: 'bitmask', field: 'fragment', bits: 4, octets: 1 },
  // RFC 8956 §3.7: four bytes.
  { type: 13, kind: 'numeric', field: 'flowLabels', bits: 20, octets: 4, isIPv6Only: true },
]

/** By the bits lt, gt and eq of a numeric operator: lt is 4, gt 2, eq 1 (RFC 8955 §4.2.1.1). */
export const comparisons: readonly Comparison[] = ['never', '=', '>', '>=', '<', '<=', '!=', 'always']

/** Bits of an operator byte that numeric and bitmask operators share, and those of the latter. */
export const operatorBit = { end: 0x80, and: 0x40, not: 0x02, match: 0x01 } as const

/** Bits of component 12 that the family knows (RFC 8955 §4.2.2.12, RFC 8956 §3.6: no DF). */
export const fragmentBitsOf = (family: 4 | 6): number => (family === 4 ? 0x0f : 0x0e)
