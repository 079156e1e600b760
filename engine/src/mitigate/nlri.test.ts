import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { arbitraryMatch, equals, matchPrefix, range } from '../../test/rules-kit.ts'
import { decodeNlri, decodeNlris } from './decode-nlri.ts'
import { encodeNlri } from './encode-nlri.ts'
import type { FlowSpecMatch } from './flowspec-rule.ts'

const bytesOf = (hex: string): Uint8Array => Uint8Array.from(hex.split(' ').filter(Boolean), pair => parseInt(pair, 16))
const hexOf = (bytes: Uint8Array): string => [...bytes].map(byte => byte.toString(16).padStart(2, '0')).join(' ')
const decode = (hex: string, family: 4 | 6 = 4) => decodeNlri(bytesOf(hex), 0, bytesOf(hex).length, family)

// Worked out by hand from the RFC's text, one for each kind of component.
test.each<[string, string, FlowSpecMatch]>([
  [
    'UDP from port 123 to a host',
    '0c 01 20 c0 00 02 07 03 81 11 06 81 7b',
    { family: 4, destination: matchPrefix('192.0.2.7/32'), protocols: equals(17), sourcePorts: equals(123) },
  ],
  [
    'a port range or one port, from a network whose length is no whole byte',
    '14 01 18 c0 00 02 02 13 c6 33 60 04 13 03 ff 55 04 07 91 1f 91',
    {
      family: 4,
      destination: matchPrefix('192.0.2.0/24'),
      source: matchPrefix('198.51.96.0/19'),
      ports: [...range(1023, 1031), ...equals(8081)],
    },
  ],
  ['every destination', '02 01 00', { family: 4, destination: matchPrefix('0.0.0.0/0') }],
  [
    'ICMP by type and code',
    '09 03 81 01 07 81 03 08 81 04',
    { family: 4, protocols: equals(1), icmpTypes: equals(3), icmpCodes: equals(4) },
  ],
  [
    'SYN set and none of ACK, RST, FIN',
    '05 09 01 02 c2 15',
    {
      family: 4,
      tcpFlags: [
        { and: false, not: false, test: 'all', bits: 2 },
        { and: true, not: true, test: 'any', bits: 0x15 },
      ],
    },
  ],
  [
    'length, DSCP and fragment',
    '0d 0a 13 05 78 d5 05 dc 0b 86 2e 0c 81 02',
    {
      family: 4,
      packetLengths: range(1400, 1500),
      dscp: [{ and: false, compare: '!=', value: 46 }],
      fragment: [{ and: false, not: false, test: 'all', bits: 2 }],
    },
  ],
  [
    'IPv6 with an offset of whole bytes, and a flow label',
    '0f 01 50 20 12 34 56 78 9a bc 0d a1 00 01 23 45',
    { family: 6, destination: matchPrefix('0:0:1234:5678:9abc::/80', 32), flowLabels: equals(0x12345) },
  ],
  [
    'IPv6 with an offset within a byte: the pattern moves up',
    '05 02 1c 0c 23 45',
    { family: 6, source: matchPrefix('0002:3450::/28', 12) },
  ],
])('%s', (_name, hex, match) => {
  expect(hexOf(encodeNlri(match))).toBe(hex)
  expect(decode(hex, match.family)).toEqual({ match, next: bytesOf(hex).length })
})

test('from 240 bytes on, the length has two', () => {
  const of = (ports: number): FlowSpecMatch => ({
    family: 4,
    sourcePorts: equals(...Array.from({ length: ports }, (_, index) => index + 1)),
  })
  expect(encodeNlri(of(119)).subarray(0, 2)).toEqual(Uint8Array.of(239, 6))
  expect(encodeNlri(of(120)).subarray(0, 3)).toEqual(Uint8Array.of(0xf0, 241, 6))
  expect(() => encodeNlri(of(2000))).toThrow(RangeError)
  for (const ports of [119, 120, 255]) expect(decodeNlri(encodeNlri(of(ports)), 0, 600, 4)).toMatchObject({ match: of(ports) })
})

test('what a match cannot say is refused when it is written', () => {
  expect(() => encodeNlri({ family: 4 })).toThrow(RangeError)
  expect(() => encodeNlri({ family: 4, protocols: [] })).toThrow(RangeError)
  expect(() => encodeNlri({ family: 4, dscp: equals(256) })).toThrow(RangeError)
  expect(() => encodeNlri({ family: 4, ports: equals(-1) })).toThrow(RangeError)
})

describe('rejected, with the place:', () => {
  test.each<[string, 4 | 6, string, string, number]>([
    ['nothing at all', 4, '', 'truncated', 0],
    ['half of a long length', 4, 'f1', 'truncated', 0],
    ['fewer bytes than announced', 4, '04 03 81 06', 'truncated', 0],
    ['no component', 4, '00', 'no-components', 0],
    ['a type that nobody knows', 4, '03 0e 81 06', 'unknown-component', 1],
    ['type 0', 4, '03 00 81 06', 'unknown-component', 1],
    ['a flow label in IPv4', 4, '03 0d 81 06', 'unknown-component', 1],
    ['components by falling type', 4, '06 05 81 35 03 81 11', 'component-out-of-order', 4],
    ['a component twice', 4, '06 03 81 06 03 81 11', 'component-twice', 4],
    ['a list without an end', 4, '03 03 01 06', 'component-truncated', 4],
    ['a value that is cut', 4, '03 05 91 06', 'component-truncated', 2],
    ['a prefix of 33 bits', 4, '07 01 21 c0 00 02 01 00', 'prefix-too-long', 2],
    ['a prefix that is cut', 4, '04 01 18 c0 00', 'component-truncated', 2],
    ['an IPv6 prefix without an offset', 6, '02 01 20', 'component-truncated', 2],
    ['an offset that is not below the length', 6, '03 01 20 20', 'offset-not-below-length', 3],
    ['a prefix of 129 bits', 6, '03 01 81 80', 'prefix-too-long', 2],
    ['DSCP of two bytes', 4, '04 0b 91 00 2e', 'value-length-wrong', 2],
    ['fragment of two bytes', 4, '04 0c 91 00 02', 'value-length-wrong', 2],
    ['TCP flags of four bytes', 4, '06 09 a1 00 00 00 02', 'value-length-wrong', 2],
    ['a port beyond 32 bits', 4, '0a 05 b1 00 00 00 01 00 00 00 00', 'value-too-large', 2],
  ])('%s', (_name, family, hex, reason, offset) => {
    expect(decode(hex, family)).toEqual({ reason, offset })
  })
})

test('what the RFC tells to ignore is ignored', () => {
  // AND on the first operator, the reserved bit of an operator, bits beyond a prefix, the high bits of DSCP, DF in IPv6.
  expect(decode('03 03 c9 06')).toMatchObject({ match: { protocols: equals(6) } })
  expect(decode('05 01 14 c0 00 0f')).toMatchObject({ match: { destination: matchPrefix('192.0.0.0/20') } })
  expect(decode('03 0b 81 ee')).toMatchObject({ match: { dscp: equals(46) } })
  expect(decode('03 0c 80 03', 6)).toMatchObject({ match: { fragment: [{ bits: 2 }] } })
  expect(decode('0a 05 b1 00 00 00 00 00 00 01 bb')).toMatchObject({ match: { destinationPorts: equals(443) } })
})

test('several in one attribute come out up to the first that is rejected', () => {
  const bytes = bytesOf('03 03 81 06 03 03 81 11 03 03 01 01 03 03 81 01')
  expect(decodeNlris(bytes, 0, 8, 4)).toEqual({
    matches: [
      { family: 4, protocols: equals(6) },
      { family: 4, protocols: equals(17) },
    ],
    rejection: undefined,
  })
  expect(decodeNlris(bytes, 0, bytes.length, 4)).toMatchObject({
    matches: [{}, {}],
    rejection: { reason: 'component-truncated', offset: 12 },
  })
})

test('every match comes back from its bytes', () => {
  fc.assert(
    fc.property(arbitraryMatch, fc.nat({ max: 5 }), (match, before) => {
      const nlri = encodeNlri(match)
      const bytes = new Uint8Array(before + nlri.length + 3).fill(0xff)
      bytes.set(nlri, before)
      expect(decodeNlri(bytes, before, bytes.length, match.family)).toEqual({ match, next: before + nlri.length })
    }),
    { numRuns: 2000 },
  )
})

test('no bytes make it throw, read on, or say what it cannot write', () => {
  const hostile = fc.oneof(
    fc.uint8Array({ maxLength: 60 }),
    fc.tuple(arbitraryMatch, fc.array(fc.tuple(fc.nat({ max: 80 }), fc.nat({ max: 255 })), { maxLength: 4 })).map(([match, changes]) => {
      const bytes = encodeNlri(match)
      for (const [at, value] of changes) if (at < bytes.length) bytes[at] = value
      return bytes
    }),
  )
  fc.assert(
    fc.property(hostile, fc.constantFrom(4 as const, 6 as const), (bytes, family) => {
      const decoded = decodeNlri(bytes, 0, bytes.length, family)
      if ('reason' in decoded) {
        expect(decoded.offset).toBeLessThanOrEqual(bytes.length)
        return
      }
      expect(decoded.next).toBeLessThanOrEqual(bytes.length)
      const again = encodeNlri(decoded.match)
      expect(decodeNlri(again, 0, again.length, family)).toMatchObject({ match: decoded.match })
    }),
    { numRuns: 5000 },
  )
})
