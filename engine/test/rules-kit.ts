import fc from 'fast-check'
import { createFlowBatch } from '#flow/flow-batch.ts'
import type { FlowBatch } from '#flow/flow-batch.ts'
import { parseAddress } from '#flow/addresses.ts'
import { comparisons, fragmentBitsOf } from '#mitigate/components.ts'
import type { BitmaskTerm, FlowSpecMatch, MatchPrefix, NumericTerm } from '#mitigate/flowspec-rule.ts'
import { maskOfWord, parsePrefix } from '#mitigate/prefix.ts'

/** What a test says of a flow; the rest is blank. */
export interface FlowLike {
  source?: string
  destination?: string
  protocol?: number
  sourcePort?: number
  destinationPort?: number
  tcpFlags?: number
  icmpType?: number
  icmpCode?: number
  fragment?: number
  tos?: number
  packets?: number
  /** Of a packet. */
  length?: number
  startMs?: number
  endMs?: number
}

/** A batch of these flows, of one packet and 100 bytes where nothing else is said. */
export function batchOf(flows: readonly FlowLike[]): FlowBatch {
  const batch = createFlowBatch(Math.max(1, flows.length))
  for (const [row, flow] of flows.entries()) {
    const source = parseAddress(flow.source ?? '198.51.100.1')!
    const destination = parseAddress(flow.destination ?? '192.0.2.1')!
    batch.family[row] = destination.family
    batch.source.set(source.words, row * 4)
    batch.destination.set(destination.words, row * 4)
    batch.protocol[row] = flow.protocol ?? 17
    batch.sourcePort[row] = flow.sourcePort ?? 0
    batch.destinationPort[row] = flow.destinationPort ?? 0
    batch.tcpFlags[row] = flow.tcpFlags ?? 0
    batch.icmpType[row] = flow.icmpType ?? 0
    batch.icmpCode[row] = flow.icmpCode ?? 0
    batch.fragment[row] = flow.fragment ?? 0
    batch.tos[row] = flow.tos ?? 0
    batch.packets[row] = flow.packets ?? 1
    batch.bytes[row] = (flow.length ?? 100) * (flow.packets ?? 1)
    batch.start[row] = flow.startMs ?? 0
    batch.end[row] = flow.endMs ?? flow.startMs ?? 0
  }
  batch.length = flows.length
  return batch
}

/** A prefix of a match in text, for IPv6 with an offset. */
export function matchPrefix(text: string, offset = 0): MatchPrefix {
  const prefix = parsePrefix(text)
  if (!prefix) throw new Error(`"${text}" is no prefix`)
  return { ...prefix, offset }
}

export const equals = (...values: number[]): NumericTerm[] => values.map(value => ({ and: false, compare: '=', value }))
export const range = (from: number, to: number): NumericTerm[] => [
  { and: false, compare: '>=', value: from },
  { and: true, compare: '<=', value: to },
]

const word = fc.oneof(fc.nat({ max: 0xffff_ffff }), fc.constantFrom(0, 0xffff_ffff, 0xc000_0201))

function arbitraryPrefix(family: 4 | 6): fc.Arbitrary<MatchPrefix> {
  const bits = family === 4 ? 32 : 128
  return fc
    .record({ words: fc.tuple(word, word, word, word), length: fc.nat({ max: bits }), cut: fc.nat({ max: 127 }) })
    .map(({ words, length, cut }) => {
      const offset = family === 4 || length === 0 ? 0 : cut % length
      const kept = words.map((value, index) => (family === 4 && index > 0 ? 0 : (value & maskOfWord(index, offset, length)) >>> 0))
      return { family, words: [kept[0]!, kept[1]!, kept[2]!, kept[3]!], length, offset }
    })
}

function arbitraryTerms(max: number): fc.Arbitrary<NumericTerm[]> {
  const value = fc.oneof(fc.nat({ max }), fc.nat({ max: Math.min(max, 255) }))
  return fc
    .array(fc.record({ and: fc.boolean(), compare: fc.constantFrom(...comparisons), value }), { minLength: 1, maxLength: 5 })
    .map(terms => terms.map((term, index) => (index === 0 ? { ...term, and: false } : term)))
}

function arbitraryBits(known: number): fc.Arbitrary<BitmaskTerm[]> {
  const test = fc.constantFrom('all' as const, 'any' as const)
  const bits = fc.nat({ max: known }).map(value => value & known)
  return fc
    .array(fc.record({ and: fc.boolean(), not: fc.boolean(), test, bits }), { minLength: 1, maxLength: 4 })
    .map(terms => terms.map((term, index) => (index === 0 ? { ...term, and: false } : term)))
}

/** Any match that has an NLRI, in the form in which the decoder gives it. */
export const arbitraryMatch: fc.Arbitrary<FlowSpecMatch> = fc
  .constantFrom(4 as const, 6 as const)
  .chain(family =>
    fc.record(
      {
        family: fc.constant(family),
        destination: arbitraryPrefix(family),
        source: arbitraryPrefix(family),
        protocols: arbitraryTerms(255),
        ports: arbitraryTerms(65_535),
        destinationPorts: arbitraryTerms(65_535),
        sourcePorts: arbitraryTerms(65_535),
        icmpTypes: arbitraryTerms(255),
        icmpCodes: arbitraryTerms(255),
        tcpFlags: arbitraryBits(0xfff),
        packetLengths: arbitraryTerms(65_535),
        dscp: arbitraryTerms(63),
        fragment: arbitraryBits(fragmentBitsOf(family)),
        ...(family === 6 ? { flowLabels: arbitraryTerms(0xf_ffff) } : {}),
      },
      { requiredKeys: ['family'] },
    ),
  )
  .filter(match => Object.keys(match).length > 1)
