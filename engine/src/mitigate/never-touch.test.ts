import fc from 'fast-check'
import { expect, test } from 'vitest'
import { arbitraryMatch, batchOf, equals, matchPrefix } from '../../test/rules-kit.ts'
import { compareRules } from './compare-rules.ts'
import type { FlowSpecMatch } from './flowspec-rule.ts'
import { matchFlow } from './match-flow.ts'
import { exemptionsFor, isUntouchable } from './never-touch.ts'
import type { NeverTouch } from './never-touch.ts'
import { parsePrefix } from './prefix.ts'
import type { Prefix } from './prefix.ts'

const prefix = (text: string): Prefix => parsePrefix(text)!
const destination = matchPrefix('192.0.2.0/24')
const dns: FlowSpecMatch = { family: 4, destination, protocols: equals(17), sourcePorts: equals(53) }

test.each<[string, FlowSpecMatch, NeverTouch, FlowSpecMatch[] | undefined]>([
  ['a source', dns, { sources: [prefix('203.0.113.53')] }, [{ family: 4, destination, source: matchPrefix('203.0.113.53/32') }]],
  ['a host within the target', dns, { destinations: [prefix('192.0.2.7')] }, [{ family: 4, destination: matchPrefix('192.0.2.7/32') }]],
  ['a host elsewhere', dns, { destinations: [prefix('198.51.100.7')] }, []],
  ['a source of the other family', dns, { sources: [prefix('2001:db8::/32')] }, []],
  ['a port that the filter could meet', dns, { ports: [179] }, [{ family: 4, destination, protocols: equals(17), ports: equals(179) }]],
  ['a port that it could not', { ...dns, destinationPorts: equals(80) }, { ports: [179] }, []],
  ['a port, where the filter is on ICMP', { family: 4, destination, protocols: equals(1) }, { ports: [179] }, []],
  [
    'a port, where the filter is on later fragments, which tell none',
    { family: 4, destination, fragment: [{ and: false, not: false, test: 'all', bits: 2 }] },
    { ports: [179] },
    [],
  ],
  ['all that the filter matches', { ...dns, source: matchPrefix('203.0.113.0/24') }, { sources: [prefix('203.0.0.0/16')] }, undefined],
  ['the whole target', dns, { destinations: [prefix('192.0.0.0/16')] }, undefined],
])('what passes before a filter for %s', (_name, filter, neverTouch, exemptions) => {
  expect(exemptionsFor(filter, neverTouch)).toEqual(exemptions)
})

test('whatever the filter: what may not be touched meets an exemption first, or there is no filter', () => {
  const flow = fc.record({
    source: fc.constantFrom('203.0.113.53', '198.51.100.9'),
    destination: fc.constantFrom('192.0.2.7', '192.0.2.8'),
    protocol: fc.constantFrom(1, 6, 17),
    sourcePort: fc.constantFrom(53, 179, 5000),
    destinationPort: fc.constantFrom(22, 179, 6000),
    tcpFlags: fc.nat({ max: 255 }),
    fragment: fc.constantFrom(0, 1, 2, 4),
    length: fc.nat({ max: 1500 }),
  })
  const fourth = arbitraryMatch.filter(match => match.family === 4)
  const aims = fc.constantFrom(destination, matchPrefix('192.0.2.7/32'), matchPrefix('0.0.0.0/0'))
  const from = fc.constantFrom(undefined, matchPrefix('203.0.113.53/32'), matchPrefix('203.0.113.0/24'), matchPrefix('0.0.0.0/0'))
  const neverTouch = fc.record({
    sources: fc.subarray([prefix('203.0.113.53'), prefix('203.0.0.0/16')]),
    destinations: fc.subarray([prefix('192.0.2.7')]),
    ports: fc.subarray([22, 179]),
  })
  // Few of the fields, so that filters match something.
  const some = fc.subarray(['protocols', 'sourcePorts', 'destinationPorts', 'tcpFlags', 'packetLengths', 'fragment', 'ports'] as const, {
    maxLength: 2,
  })
  fc.assert(
    fc.property(
      fourth,
      some,
      aims,
      from,
      neverTouch,
      fc.array(flow, { maxLength: 20 }),
      (match, fields, aim, source, untouchable, flows) => {
        const named = Object.fromEntries(fields.flatMap(field => (match[field] ? [[field, match[field]]] : []))) as Partial<FlowSpecMatch>
        const filter: FlowSpecMatch = { ...named, family: 4, destination: aim, ...(source ? { source } : {}) }
        const exemptions = exemptionsFor(filter, untouchable)
        if (!exemptions) return
        const batch = batchOf(flows)
        for (const exemption of exemptions) expect(compareRules(exemption, filter)).toBeLessThan(0)
        for (let row = 0; row < batch.length; row++) {
          if (!matchFlow(filter, batch, row)) continue
          const passes = exemptions.some(exemption => matchFlow(exemption, batch, row))
          expect(passes).toBe(isUntouchable(untouchable, batch, row))
        }
      },
    ),
    { numRuns: 1000 },
  )
})
