import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { arbitraryMatch, batchOf, equals, matchPrefix, range } from '../../test/rules-kit.ts'
import type { FlowLike } from '../../test/rules-kit.ts'
import { decodeNlri } from './decode-nlri.ts'
import { encodeNlri } from './encode-nlri.ts'
import type { BitmaskTerm, FlowSpecMatch } from './flowspec-rule.ts'
import { holdsNumber, matchFlow } from './match-flow.ts'

const bits = (kind: 'all' | 'any', value: number, { not = false, and = false } = {}): BitmaskTerm => ({ and, not, test: kind, bits: value })
const answer: FlowLike = { protocol: 17, sourcePort: 53, destinationPort: 40_000, length: 1400 }
const later: FlowLike = { protocol: 17, fragment: 2, length: 1500 }
const syn: FlowLike = { protocol: 6, sourcePort: 1025, destinationPort: 443, tcpFlags: 2, length: 60 }

describe('matches, and does not:', () => {
  test.each<[string, Omit<FlowSpecMatch, 'family'>, FlowLike, FlowLike]>([
    ['the destination', { destination: matchPrefix('192.0.2.0/25') }, { destination: '192.0.2.127' }, { destination: '192.0.2.128' }],
    ['the source', { source: matchPrefix('198.51.100.7/32') }, { source: '198.51.100.7' }, { source: '198.51.100.6' }],
    ['a protocol', { protocols: equals(6, 17) }, answer, { protocol: 1 }],
    ['a source port', { sourcePorts: equals(53) }, answer, { ...answer, sourcePort: 54 }],
    ['a source port, not of a later fragment', { sourcePorts: range(0, 65_535) }, answer, later],
    ['a source port, not of SCTP', { sourcePorts: equals(53) }, answer, { ...answer, protocol: 132 }],
    ['either port', { ports: equals(443) }, syn, answer],
    ['both ports', { sourcePorts: equals(1025), destinationPorts: equals(443) }, syn, { ...syn, sourcePort: 443, destinationPort: 1025 }],
    ['an ICMP type', { icmpTypes: equals(8) }, { protocol: 1, icmpType: 8 }, { protocol: 58, icmpType: 8 }],
    ['an ICMP code', { icmpCodes: equals(0) }, { protocol: 1 }, { protocol: 17 }],
    ['flags that are all set', { tcpFlags: [bits('all', 0x12)] }, { ...syn, tcpFlags: 0x1a }, syn],
    ['flags of which one is set', { tcpFlags: [bits('any', 0x12)] }, syn, { ...syn, tcpFlags: 1 }],
    ['just one flag', { tcpFlags: [bits('all', 2), bits('any', 0xfd, { not: true, and: true })] }, syn, { ...syn, tcpFlags: 0x12 }],
    ['no flag at all, of TCP only', { tcpFlags: [bits('any', 0xff, { not: true })] }, { ...syn, tcpFlags: 0 }, { ...answer, tcpFlags: 0 }],
    ['a packet length', { packetLengths: range(1300, 1400) }, answer, { ...answer, length: 1401 }],
    ['the average length of a flow', { packetLengths: equals(100) }, { packets: 7, length: 100 }, { packets: 7, length: 101 }],
    ['DSCP', { dscp: equals(46) }, { tos: 0xb8 | 1 }, { tos: 46 }],
    ['later fragments', { fragment: [bits('all', 2)] }, later, { ...later, fragment: 4 }],
    ['whole packets', { fragment: [bits('any', 6, { not: true })] }, { ...answer, fragment: 1 }, later],
  ])('%s', (_name, match, yes, no) => {
    expect(matchFlow({ family: 4, ...match }, batchOf([yes]), 0)).toBe(true)
    expect(matchFlow({ family: 4, ...match }, batchOf([no]), 0)).toBe(false)
  })
})

test('a family matches its own packets only, and a flow label none that a batch can tell', () => {
  const batch = batchOf([{ source: '2001:db8::1', destination: '2001:db8::2' }])
  expect(matchFlow({ family: 6, protocols: equals(17) }, batch, 0)).toBe(true)
  expect(matchFlow({ family: 4, protocols: equals(17) }, batch, 0)).toBe(false)
  expect(matchFlow({ family: 6, flowLabels: equals(0) }, batch, 0)).toBe(false)
})

test('of a prefix with an offset the first bits may be anything', () => {
  const match: FlowSpecMatch = { family: 6, destination: matchPrefix('0:0:1234:5600::/56', 32) }
  const to = (destination: string): boolean => matchFlow(match, batchOf([{ source: '2001:db8::1', destination }]), 0)
  expect(to('2001:db8:1234:56ff::1')).toBe(true)
  expect(to('fd00::1234:5601:0:0:0:1'.replace('::', ':0:'))).toBe(true)
  expect(to('2001:db8:1234:57ff::1')).toBe(false)
})

test('AND binds closer than OR', () => {
  const terms = [...range(10, 20), ...range(15, 30), { and: true, compare: '!=' as const, value: 25 }]
  const holding = Array.from({ length: 40 }, (_, value) => value).filter(value => holdsNumber(terms, value))
  expect(holding).toEqual([10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 26, 27, 28, 29, 30])
})

test('a match means the same after it went over the wire', () => {
  const flow = fc.record({
    protocol: fc.constantFrom(1, 6, 17, 58),
    sourcePort: fc.nat({ max: 65_535 }),
    destinationPort: fc.nat({ max: 65_535 }),
    tcpFlags: fc.nat({ max: 255 }),
    icmpType: fc.nat({ max: 255 }),
    fragment: fc.nat({ max: 15 }),
    tos: fc.nat({ max: 255 }),
    length: fc.nat({ max: 65_535 }),
    addresses: fc.constantFrom({ source: '192.0.2.1', destination: '198.51.100.1' }, { source: '2001:db8::1', destination: '2001:db8::2' }),
  })
  fc.assert(
    fc.property(arbitraryMatch, flow, (match, { addresses, ...fields }) => {
      const nlri = encodeNlri(match)
      const decoded = decodeNlri(nlri, 0, nlri.length, match.family)
      const batch = batchOf([{ ...fields, ...addresses }])
      expect('match' in decoded && matchFlow(decoded.match, batch, 0)).toBe(matchFlow(match, batch, 0))
    }),
  )
})
