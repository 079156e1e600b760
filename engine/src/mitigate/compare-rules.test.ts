import fc from 'fast-check'
import { expect, test } from 'vitest'
import { arbitraryMatch, equals, matchPrefix, range } from '../../test/rules-kit.ts'
import { compareRules } from './compare-rules.ts'
import { encodeNlri } from './encode-nlri.ts'
import type { FlowSpecMatch } from './flowspec-rule.ts'

const host = matchPrefix('192.0.2.7/32')
const network = matchPrefix('192.0.2.0/24')

test.each<[string, FlowSpecMatch, FlowSpecMatch]>([
  ['the longer of two prefixes that overlap', { family: 4, destination: host }, { family: 4, destination: network }],
  [
    'the lower of two that do not, whatever their lengths',
    { family: 4, destination: matchPrefix('192.0.0.0/16') },
    { family: 4, destination: matchPrefix('198.51.100.1/32') },
  ],
  [
    'whoever has a component of a lower type where the other has none',
    { family: 4, destination: network, source: matchPrefix('0.0.0.0/0') },
    { family: 4, destination: network, protocols: equals(17), sourcePorts: equals(53) },
  ],
  ['whoever goes on where the other ends', { family: 4, destination: network, dscp: equals(1) }, { family: 4, destination: network }],
  ['the lower value', { family: 4, protocols: equals(6) }, { family: 4, protocols: equals(17) }],
  // A list that is not at its end yet has the lower operator byte.
  [
    'the longer list, since its first operator has no end bit',
    { family: 4, protocols: equals(17, 18) },
    { family: 4, protocols: equals(17) },
  ],
  ['by operator before value', { family: 4, packetLengths: equals(1) }, { family: 4, packetLengths: equals(300) }],
  ['ports before destination ports', { family: 4, ports: equals(179) }, { family: 4, destinationPorts: range(1, 9) }],
  [
    'the lower offset, though its prefix is shorter',
    { family: 6, destination: matchPrefix('2001:db8::/32') },
    { family: 6, destination: matchPrefix('0:0:0:1::/64', 32) },
  ],
  [
    'of one offset the longer',
    { family: 6, destination: matchPrefix('0:0:0:1::/80', 32) },
    { family: 6, destination: matchPrefix('0:0:0:1::/64', 32) },
  ],
])('first comes %s', (_name, first, second) => {
  expect(compareRules(first, second)).toBeLessThan(0)
  expect(compareRules(second, first)).toBeGreaterThan(0)
})

test('it is an order, and equal is who has the same bytes', () => {
  const family4 = arbitraryMatch.filter(match => match.family === 4)
  fc.assert(
    fc.property(family4, family4, family4, (one, other, third) => {
      const isSame = encodeNlri(one).join() === encodeNlri(other).join()
      expect(compareRules(one, other) === 0).toBe(isSame)
      expect(Math.sign(compareRules(one, other)) + Math.sign(compareRules(other, one))).toBe(0)
      if (compareRules(one, other) < 0 && compareRules(other, third) < 0) expect(compareRules(one, third)).toBeLessThan(0)
    }),
    { numRuns: 1000 },
  )
})
