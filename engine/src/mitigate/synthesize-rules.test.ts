import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  ackFlood,
  amplification,
  createDice,
  pingFlood,
  spoofedSynFlood,
  takePackets,
  together,
  udpFlood,
  usualTraffic,
} from '../../test/attack-kit.ts'
import type { Dice, MadePacket } from '../../test/attack-kit.ts'
import { batchOf } from '../../test/rules-kit.ts'
import type { FlowLike } from '../../test/rules-kit.ts'
import { createFlowBatch } from '../flow/flow-batch.ts'
import type { FlowBatch } from '../flow/flow-batch.ts'
import { compareRules } from './compare-rules.ts'
import { encodeNlri } from './encode-nlri.ts'
import { findDecidingRule, matchFlow } from './match-flow.ts'
import { isUntouchable } from './never-touch.ts'
import { containsPrefix, parsePrefix } from './prefix.ts'
import type { Prefix } from './prefix.ts'
import { synthesizeRules } from './synthesize-rules.ts'
import type { Synthesis, SynthesisOptions } from './synthesize-rules.ts'

const prefix = (text: string): Prefix => parsePrefix(text)!
const target = prefix('192.0.2.10')
const options: SynthesisOptions = { target, owned: [prefix('192.0.2.0/24')], measure: 'packets', fromMs: 5000 }
const empty = createFlowBatch(0)

const everyLength = (least: number, most: number): number[] => Array.from({ length: most - least + 1 }, (_, index) => least + index)

/** Share of a batch that a filter decides. */
function shareFiltered({ rules }: Synthesis, batch: FlowBatch): number {
  let filtered = 0
  for (let row = 0; row < batch.length; row++) if ((findDecidingRule(rules, batch, row)?.actions.length ?? 0) > 0) filtered++
  return filtered / batch.length
}

// The numbers of the synthesis were chosen on attacks of these kinds with other seeds, ports and lengths; what is asserted here,
// and on captures in test/conformance, played no part in it.
describe('an attack is covered by 95 in 100 and good traffic hit by less than one in 100:', () => {
  test.each<[string, number, (dice: Dice) => Generator<MadePacket>]>([
    ['DNS answers, the larger ones in fragments', 2, dice => amplification(dice, { port: 53, sizes: [700, 1300, 2400, 4000] })],
    ['DNS answers of every length', 3, dice => amplification(dice, { port: 53, sizes: everyLength(500, 3000) })],
    [
      'DNS answers of every length and SYN at once',
      4,
      dice =>
        together(
          [amplification(dice, { port: 53, sizes: everyLength(400, 2500) }), spoofedSynFlood(dice, { port: 80, length: 44 })],
          [1, 1],
        ),
    ],
    ['memcached in fragments', 2, dice => amplification(dice, { port: 11_211, sizes: [1400, 9000, 30_000] })],
    [
      'SNMP and chargen at once',
      2,
      dice =>
        together(
          [amplification(dice, { port: 161, sizes: [1100, 1480, 5000] }), amplification(dice, { port: 19, sizes: [74, 1020] })],
          [4, 3],
        ),
    ],
    ['SYN to one port, from everywhere', 1, dice => spoofedSynFlood(dice, { port: 80, length: 40 })],
    ['SYN to any port with odd lengths', 1, dice => spoofedSynFlood(dice, { port: 'any', length: 56 })],
    [
      'SYN and amplification at once',
      3,
      dice => together([spoofedSynFlood(dice, { port: 443, length: 48 }), amplification(dice, { port: 389, sizes: [1450, 2950] })], [1, 1]),
    ],
    ['UDP of one length to one port', 1, dice => udpFlood(dice, { lengths: [540, 540], port: 443 })],
    ['ACK from one network', 1, dice => ackFlood(dice, { network: 0x2d00_0000, length: 52 })],
    ['large pings', 1, dice => pingFlood(dice, { length: 1400 })],
  ])('%s, by %d rules or fewer', (_name, most, make) => {
    const attack = takePackets(make(createDice(71)), 20_000)
    const unseen = takePackets(usualTraffic(createDice(72)), 20_000)
    for (const usual of [takePackets(usualTraffic(createDice(73)), 10_000), empty]) {
      const synthesis = synthesizeRules(attack, usual, options)
      expect(synthesis.rules.length).toBeLessThanOrEqual(most)
      expect(shareFiltered(synthesis, attack)).toBeGreaterThanOrEqual(0.95)
      expect(shareFiltered(synthesis, unseen)).toBeLessThanOrEqual(0.01)
    }
  })
})

test('good traffic among the flows of an attack stays outside of the rules', () => {
  const flood = together([spoofedSynFlood(createDice(81), { port: 443, length: 44 }), usualTraffic(createDice(82))], [17, 3])
  const unseen = takePackets(usualTraffic(createDice(83)), 20_000)
  for (const usual of [takePackets(usualTraffic(createDice(84)), 10_000), empty]) {
    const synthesis = synthesizeRules(takePackets(flood, 20_000), usual, options)
    expect(synthesis.coverage).toBeCloseTo(0.85, 2)
    expect(shareFiltered(synthesis, unseen)).toBeLessThanOrEqual(0.01)
  }
})

test('the rule for a spoofed flood says what is constant in it, drops, and lives as long as it is told', () => {
  const attack = takePackets(spoofedSynFlood(createDice(1), { port: 443, length: 40 }), 5000)
  const { rules, coverage, blackhole } = synthesizeRules(attack, takePackets(usualTraffic(createDice(2)), 5000), {
    ...options,
    lifeMs: 60_000,
  })
  expect(coverage).toBe(1)
  expect(rules).toMatchObject([
    {
      match: {
        destination: { ...target, offset: 0 },
        protocols: [{ compare: '=', value: 6 }],
        destinationPorts: [{ compare: '=', value: 443 }],
        tcpFlags: [
          { test: 'all', bits: 2, not: false },
          { test: 'any', bits: 0xfd, not: true, and: true },
        ],
        packetLengths: [{ compare: '=', value: 40 }],
      },
      actions: [{ kind: 'drop' }],
      fromMs: 5000,
      untilMs: 65_000,
      reason: { key: 'tcp-flags', actionKey: 'no-collateral-seen' },
    },
  ])
  expect(blackhole).toMatchObject({ prefix: target, community: 0xffff_029a, expected: { coverage: 1, collateral: 1, usualPackets: 5000 } })
})

test('a flood that looks like clients is limited to what was usual, not dropped', () => {
  const attack = takePackets(spoofedSynFlood(createDice(1), { port: 443, length: 60 }), 5000)
  const usual = takePackets(usualTraffic(createDice(2)), 20_000)
  const { rules, collateral } = synthesizeRules(attack, usual, options)
  expect(collateral).toBeGreaterThan(0.01)
  expect(rules).toMatchObject([{ actions: [{ kind: 'limit-bytes' }], reason: { actionKey: 'limited-to-usual-peak' } }])
  const [action] = rules[0]!.actions
  const perSecond = [0, 0]
  for (let row = 0; row < usual.length; row++)
    if (matchFlow(rules[0]!.match, usual, row)) perSecond[Math.floor(usual.start[row]! / 1000)]! += usual.bytes[row]!
  expect(action).toEqual({ kind: 'limit-bytes', bytesPerSecond: Math.max(...perSecond) })
})

test('an attack that is like the usual traffic has no rule, and the black hole says what it costs', () => {
  const attack = takePackets(usualTraffic(createDice(4)), 10_000)
  const synthesis = synthesizeRules(attack, takePackets(usualTraffic(createDice(5)), 10_000), options)
  expect(synthesis).toMatchObject({ rules: [], coverage: 0, withheld: 'nothing-separates', blackhole: { expected: { collateral: 1 } } })
})

test.each<[string, Partial<SynthesisOptions>, string]>([
  ["not the owner's", { owned: [prefix('198.51.100.0/24')] }, 'target-not-owned'],
  ['wider than what the owner has', { target: prefix('192.0.0.0/16') }, 'target-not-owned'],
  ['never to be touched', { neverTouch: { destinations: [prefix('192.0.2.8/29')] } }, 'target-never-touch'],
  ['not attacked', { target: prefix('192.0.2.11') }, 'no-attack-flows'],
])('no rules for a target that is %s', (_name, more, withheld) => {
  const attack = takePackets(pingFlood(createDice(1), { length: 1000 }), 100)
  expect(synthesizeRules(attack, empty, { ...options, ...more })).toMatchObject({ rules: [], withheld })
})

test('a resolver answers through a filter on its port, by a rule that is tried before', () => {
  const attack = takePackets(amplification(createDice(1), { port: 53, sizes: [1400] }), 5000)
  const neverTouch = { sources: [prefix('203.0.113.53')], ports: [179] }
  const { rules } = synthesizeRules(attack, empty, { ...options, neverTouch })
  const from = (flow: FlowLike): boolean =>
    (findDecidingRule(rules, batchOf([{ destination: '192.0.2.10', ...flow }]), 0)?.actions.length ?? 0) > 0
  const answer = { protocol: 17, sourcePort: 53, destinationPort: 5000, length: 1405 }
  expect(from({ ...answer, source: '198.51.100.9' })).toBe(true)
  expect(from({ ...answer, source: '203.0.113.53' })).toBe(false)
  expect(from({ ...answer, source: '198.51.100.9', destinationPort: 179 })).toBe(false)
  expect(rules.filter(rule => rule.reason.key === 'never-touch')).toHaveLength(2)
})

test('more exceptions than a router should carry are no rules at all', () => {
  const sources = Array.from({ length: 17 }, (_, index) => prefix(`203.0.113.${index}`))
  const attack = takePackets(pingFlood(createDice(1), { length: 1000 }), 100)
  expect(synthesizeRules(attack, empty, { ...options, neverTouch: { sources } })).toMatchObject({
    rules: [],
    withheld: 'too-many-exemptions',
  })
})

test('the same flows give the same rules, in the order of a router', () => {
  const make = (): Synthesis =>
    synthesizeRules(
      takePackets(
        together([pingFlood(createDice(1), { length: 900 }), ackFlood(createDice(2), { network: 0x2d01_0200, length: 40 })], [1, 2]),
        3000,
      ),
      takePackets(usualTraffic(createDice(3)), 3000),
      options,
    )
  const { rules } = make()
  expect(make().rules).toEqual(rules)
  for (const [index, rule] of rules.slice(1).entries()) expect(compareRules(rules[index]!.match, rule.match)).toBeLessThan(0)
})

test('records of whole connections are judged as their packets', () => {
  const dice = createDice(9)
  const clients = Array.from({ length: 400 }, (): FlowLike => ({
    source: `11.0.${dice(200)}.${dice(200)}`,
    destination: '192.0.2.10',
    protocol: 6,
    sourcePort: 32_768 + dice(20_000),
    destinationPort: 443,
    tcpFlags: 0x1b,
    packets: 10 + dice(20),
    length: 300 + dice(500),
  }))
  const flood = takePackets(spoofedSynFlood(createDice(1), { port: 443, length: 60 }), 5000)
  const { rules } = synthesizeRules(flood, batchOf(clients), options)
  // One packet in some twenty of each client is a SYN like those of the flood, though no record says so.
  expect(rules).toMatchObject([{ actions: [{ kind: 'limit-bytes' }], reason: { key: 'tcp-flags' } }])
  expect(rules[0]!.expected.collateral).toBeGreaterThan(0.005)
})

test('fragments that an exporter tells as port 0 become a rule on fragments', () => {
  const attack = takePackets(amplification(createDice(1), { port: 389, sizes: [300, 2400] }), 4000)
  attack.fragment.fill(0)
  const { rules } = synthesizeRules(attack, empty, options)
  expect(rules.map(rule => rule.reason.key)).toEqual(['amplification-ports', 'later-fragments'])
  expect(rules[1]!.match.sourcePorts).toBeUndefined()
})

test('where frames were filled up, nothing is said of lengths below what they are filled up to', () => {
  const attack = batchOf(
    Array.from({ length: 200 }, () => ({ destination: '192.0.2.10', protocol: 6, destinationPort: 80, tcpFlags: 2, length: 46 })),
  )
  const lengths = (isPadded: boolean) => synthesizeRules(attack, empty, { ...options, isPadded }).rules[0]!.match.packetLengths
  expect(lengths(false)).toEqual([{ and: false, compare: '=', value: 46 }])
  expect(lengths(true)).toEqual([{ and: false, compare: '<=', value: 46 }])
})

test('IPv6 has rules of its own', () => {
  const dice = createDice(6)
  const flows = Array.from({ length: 400 }, (): FlowLike => ({
    source: `2001:db8:${dice(65_536).toString(16)}::1`,
    destination: '2001:db8:ffff::10',
    protocol: 17,
    sourcePort: 123,
    destinationPort: dice(65_536),
    length: 488,
  }))
  const home = prefix('2001:db8:ffff::10')
  const { rules, coverage } = synthesizeRules(batchOf(flows), empty, { ...options, target: home, owned: [prefix('2001:db8:ffff::/48')] })
  expect(coverage).toBe(1)
  expect(rules).toMatchObject([{ match: { family: 6, sourcePorts: [{ value: 123 }] }, reason: { key: 'amplification-ports' } }])
})

/** The same few places in both families: hosts 10 to 12 of one network, some sources, a resolver. */
const places = {
  4: {
    sources: ['198.51.100.1', '203.0.113.53', '203.0.113.54', '11.0.0.1'],
    destinations: ['192.0.2.10', '192.0.2.11', '192.0.2.12', '198.51.100.77'],
    owned: prefix('192.0.2.0/24'),
    aims: [target, prefix('192.0.2.8/30'), prefix('192.0.2.0/24')],
    neverSources: [prefix('203.0.113.53'), prefix('198.51.100.0/24')],
    neverDestinations: [prefix('192.0.2.11'), prefix('192.0.2.12/31')],
    icmp: 1,
  },
  6: {
    sources: ['2001:db8:5::1', '2001:db8:6::53', '2001:db8:6::54', '2001:dc0::1'],
    destinations: ['2001:db8::10', '2001:db8::11', '2001:db8::12', '2001:db8:5::77'],
    owned: prefix('2001:db8::/48'),
    aims: [prefix('2001:db8::10'), prefix('2001:db8::10/127'), prefix('2001:db8::/64')],
    neverSources: [prefix('2001:db8:6::53'), prefix('2001:db8:5::/48')],
    neverDestinations: [prefix('2001:db8::11'), prefix('2001:db8::12/127')],
    icmp: 58,
  },
} as const

const arbitraryFlow = (family: 4 | 6): fc.Arbitrary<FlowLike> =>
  fc.record({
    source: fc.constantFrom(...places[family].sources),
    destination: fc.constantFrom(...places[family].destinations),
    protocol: fc.constantFrom(places[family].icmp, 6, 6, 17, 17, 47),
    sourcePort: fc.constantFrom(53, 179, 2000),
    destinationPort: fc.constantFrom(22, 443, 443),
    tcpFlags: fc.constantFrom(2, 16, 18),
    icmpType: fc.constantFrom(0, 8),
    fragment: fc.constantFrom(0, 0, 0, 1, 2, 4, 6),
    length: fc.constantFrom(40, 60, 1500),
    packets: fc.constantFrom(1, 1, 3, 64),
  })
const arbitraryFlows = (family: 4 | 6) => fc.array(fc.tuple(arbitraryFlow(family), fc.integer({ min: 1, max: 12 })), { maxLength: 40 })
const repeat = (flows: readonly [FlowLike, number][]): FlowBatch =>
  batchOf(flows.flatMap(([flow, times]) => Array.from({ length: times }, () => flow)))

test.each([4, 6] as const)(
  "IPv%d, whatever the flows: no rule leaves the owner's prefix or touches what it may not, and its numbers are those of its flows",
  family => {
    const { owned, aims, neverSources, neverDestinations } = places[family]
    fc.assert(
      fc.property(
        arbitraryFlows(family),
        arbitraryFlows(family),
        fc.constantFrom<Prefix>(...aims),
        fc.constantFrom('packets' as const, 'bytes' as const),
        fc.record({
          sources: fc.subarray([...neverSources]),
          destinations: fc.subarray([...neverDestinations]),
          ports: fc.subarray([22, 53, 179]),
        }),
        fc.integer({ min: 1, max: 5 }),
        (attackFlows, usualFlows, aim, measure, neverTouch, maxRules) => {
          const [attack, usual] = [repeat(attackFlows), repeat(usualFlows)]
          const synthesis = synthesizeRules(attack, usual, { ...options, owned: [owned], target: aim, measure, neverTouch, maxRules })
          const filters = synthesis.rules.filter(rule => rule.actions.length > 0)
          expect(filters.length).toBeLessThanOrEqual(maxRules)
          for (const { match } of synthesis.rules) {
            expect(containsPrefix(aim, match.destination!)).toBe(true)
            expect(encodeNlri(match).length).toBeLessThan(240)
          }
          const inTarget = (batch: FlowBatch): number[] =>
            Array.from({ length: batch.length }, (_, row) => row).filter(row =>
              matchFlow({ family, destination: { ...aim, offset: 0 } }, batch, row),
            )
          const total = (batch: FlowBatch, rows: readonly number[]): number => rows.reduce((sum, row) => sum + batch[measure][row]!, 0)
          const decided = (batch: FlowBatch): number[] =>
            inTarget(batch).filter(row => (findDecidingRule(synthesis.rules, batch, row)?.actions.length ?? 0) > 0)
          for (const [batch, share] of [
            [attack, synthesis.coverage],
            [usual, synthesis.collateral],
          ] as const) {
            for (const row of decided(batch)) expect(isUntouchable(neverTouch, batch, row)).toBe(false)
            const all = total(batch, inTarget(batch))
            expect(share).toBeCloseTo(all > 0 ? total(batch, decided(batch)) / all : 0, 9)
            for (const { match, expected } of filters) {
              const rows = inTarget(batch).filter(row => matchFlow(match, batch, row) && !isUntouchable(neverTouch, batch, row))
              expect(batch === attack ? expected.coverage : expected.collateral).toBeCloseTo(all > 0 ? total(batch, rows) / all : 0, 9)
            }
          }
        },
      ),
      { numRuns: 120 },
    )
  },
)
