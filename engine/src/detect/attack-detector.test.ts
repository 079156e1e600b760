import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseAddress } from '../flow/addresses.ts'
import { createFlowBatch } from '../flow/flow-batch.ts'
import type { FlowBatch } from '../flow/flow-batch.ts'
import { createAttackDetector } from './attack-detector.ts'
import type { AttackEvent } from './attack-detector.ts'
import { describeAttack } from './describe-attack.ts'
import { readNetworks } from './read-networks.ts'

const startMs = 1_700_000_000_000
const { networks } = readNetworks({ networks: [{ prefix: '2001:db8::/32', owner: 'Ministry' }, { prefix: '192.0.2.0/24' }] }, [])

/** One flow of memcached's answers to each of the targets. */
function batchTo(targets: readonly string[], packets: number): FlowBatch {
  const batch = createFlowBatch(targets.length)
  for (const [row, target] of targets.entries()) {
    const { family, words } = parseAddress(target)!
    batch.family[row] = family
    batch.destination.set(words, row * 4)
    batch.source[row * 4] = row
    batch.protocol[row] = 17
    batch.sourcePort[row] = 11_211
    batch.packets[row] = packets
    batch.bytes[row] = packets * 1400
  }
  batch.length = targets.length
  return batch
}

function detect(
  targetsAt: (step: number) => readonly string[],
  { packets, steps = 40 }: { packets: number; steps?: number },
): AttackEvent[] {
  const events: AttackEvent[] = []
  const detector = createAttackDetector({
    networks,
    bounds: { maxTargets: 4096, maxHotTargets: 64 },
    onAttack: event => events.push(event),
  })
  for (let step = 0; step < steps; step++) detector.take(batchTo(targetsAt(step), packets), startMs + step * 50)
  detector.close()
  return events
}

test('an attack on a host of IPv6 is told of that host', () => {
  const events = detect(() => ['2001:db8:1:2::3'], { packets: 5000 })
  expect(describeAttack(events[0]!)).toMatchObject({
    target: '2001:db8:1:2::3',
    scope: 'host',
    owner: 'Ministry',
    name: 'memcached-reflection',
  })
  expect(new Set(events.map(({ target }) => target))).toEqual(new Set(['2001:db8:1:2::3']))
})

test('one spread over a /64 is told of the /64', () => {
  const hosts = Array.from({ length: 100 }, (_, host) => `2001:db8:1:2::${(host + 1).toString(16)}`)
  const events = detect(() => hosts, { packets: 30 })
  expect(describeAttack(events[0]!)).toMatchObject({ target: '2001:db8:1:2::/64', scope: 'net', name: 'carpet-bombing' })
  expect(events.every(({ scope }) => scope === 'net')).toBe(true)
})

test('what is in flight when the input ends is told as ended, and nothing before anything came', () => {
  const events = detect(() => ['192.0.2.9'], { packets: 5000 })
  expect(events.at(-1)!.event).toBe('end')
  expect(detect(() => [], { packets: 0, steps: 0 })).toEqual([])
})

test('an attack goes through a silence of the exporters, and ends after half a minute', () => {
  const events: AttackEvent[] = []
  const detector = createAttackDetector({ networks, bounds: { maxTargets: 64, maxHotTargets: 8 }, onAttack: event => events.push(event) })
  const burst = (from: number): void => {
    for (let step = 0; step < 20; step++) detector.take(batchTo(['192.0.2.9'], 5000), from + step * 50)
  }
  burst(startMs)
  burst(startMs + 20_000)
  for (let at = startMs + 21_000; at < startMs + 60_000; at += 1000) detector.advance(at)
  expect(events.map(({ event }) => event)).toContain('end')
  expect(events.filter(({ event }) => event === 'start')).toHaveLength(1)
  const { attack, atMs } = events.at(-1)!
  expect(attack.lastMs - startMs).toBeGreaterThan(20_000)
  expect(atMs - attack.lastMs).toBeGreaterThanOrEqual(30_000)
  expect(detector.openAttacks).toBe(0)
})

test('a burst before a long silence is not missed', () => {
  const events: AttackEvent[] = []
  const detector = createAttackDetector({ networks, bounds: { maxTargets: 64, maxHotTargets: 8 }, onAttack: event => events.push(event) })
  detector.take(batchTo(['192.0.2.9'], 10), startMs)
  for (let flow = 0; flow < 5; flow++) detector.take(batchTo(['192.0.2.9'], 20_000), startMs + 150)
  detector.advance(startMs + 20 * 60_000)
  expect(events[0]).toMatchObject({ event: 'start', target: '192.0.2.9' })
})

test('every attack starts once and ends once, whatever comes', () => {
  const batch = fc.record({
    hosts: fc.array(fc.constantFrom('192.0.2.1', '192.0.2.2', '192.0.2.77', '2001:db8::1', '2001:db8:0:1::1', '198.51.100.1'), {
      maxLength: 6,
    }),
    packets: fc.oneof(fc.nat({ max: 200_000 }), fc.constantFrom(NaN, -1, Infinity, 2 ** 53)),
    waitMs: fc.oneof(fc.nat({ max: 300 }), fc.integer({ min: -20_000, max: 100_000 }), fc.constant(10_000_000)),
  })
  fc.assert(
    fc.property(fc.array(batch, { maxLength: 30 }), batches => {
      const open = new Set<number>()
      const seen = new Set<number>()
      const detector = createAttackDetector({
        networks,
        bounds: { maxTargets: 16, maxHotTargets: 3 },
        onAttack(event) {
          const { id } = event.attack
          if (event.event === 'start') {
            expect(seen.has(id)).toBe(false)
            open.add(id)
            seen.add(id)
          } else expect(open.has(id)).toBe(true)
          if (event.event === 'end') open.delete(id)
          const told = describeAttack(event)
          expect(told.confidence).toBeGreaterThanOrEqual(0)
          expect(told.confidence).toBeLessThanOrEqual(1)
          expect(told.name).not.toBe('')
        },
      })
      let nowMs = startMs
      for (const { hosts, packets, waitMs } of batches) {
        nowMs += waitMs
        detector.take(batchTo(hosts, packets), nowMs)
        expect(detector.openAttacks).toBe(open.size)
      }
      detector.close()
      expect(open.size).toBe(0)
    }),
  )
})

/** What one detector names of packets a second to a host, each kind of them a row of a batch twenty times a second. */
function nameOf(
  rows: readonly Partial<Record<'protocol' | 'sourcePort' | 'tcpFlags' | 'fragment' | 'perSecond' | 'length', number>>[],
  atMs = startMs,
): string[] {
  const events: AttackEvent[] = []
  const detector = createAttackDetector({
    networks,
    bounds: { maxTargets: 64, maxHotTargets: 8 },
    isPacketByPacket: true,
    onAttack: event => events.push(event),
  })
  for (let step = 0; step < 60; step++) {
    const batch = batchTo(
      rows.map(() => '192.0.2.9'),
      1,
    )
    for (const [row, { protocol = 17, sourcePort = 0, tcpFlags = 0, fragment = 0, perSecond = 0, length = 1000 }] of rows.entries()) {
      batch.protocol[row] = protocol
      batch.sourcePort[row] = sourcePort
      batch.tcpFlags[row] = tcpFlags
      batch.fragment[row] = fragment
      batch.packets[row] = perSecond / 20
      batch.bytes[row] = (perSecond / 20) * length
    }
    detector.take(batch, atMs + step * 50)
  }
  detector.close()
  const last = events.findLast(({ event }) => event === 'end')
  return last ? [...new Set([describeAttack(last).name, ...last.attack.vectors.map(({ name }) => name)])] : []
}

test("a reflection has its service's name although most of it comes in fragments, and is found by both together", () => {
  const first = { sourcePort: 53, fragment: 4 }
  expect(
    nameOf([
      { ...first, perSecond: 4000 },
      { fragment: 2, perSecond: 9000 },
    ])[0],
  ).toBe('dns-reflection')
  expect(
    nameOf([
      { ...first, perSecond: 2500, length: 1400 },
      { fragment: 2, perSecond: 4500, length: 500 },
    ]),
  ).toEqual(['dns-reflection'])
  // Fragments of something else stay what they are.
  expect(
    nameOf([
      { sourcePort: 53, perSecond: 300 },
      { fragment: 2, perSecond: 20_000 },
    ]),
  ).toEqual(['fragment-flood'])
})

test('fragments of pings are pings', () => {
  expect(
    nameOf([
      { protocol: 1, fragment: 4, perSecond: 2000 },
      { protocol: 1, fragment: 2, perSecond: 4000 },
    ]),
  ).toEqual(['icmp-flood'])
})

test('SYN and its answers at once are judged together, and packets without any flag', () => {
  const tcp = (tcpFlags: number, perSecond: number) => ({ protocol: 6, tcpFlags, perSecond, length: 60 })
  expect(nameOf([tcp(2, 4000), tcp(18, 4800)])).toEqual(['syn-ack-reflection'])
  expect(nameOf([tcp(2, 3000), tcp(18, 3000)])).toEqual([])
  expect(nameOf([tcp(0, 15_000)])).toEqual(['tcp-flood'])
})

test('a capture whose clock stood still at 0 is judged, too', () => {
  const events: AttackEvent[] = []
  const detector = createAttackDetector({ networks, isPacketByPacket: true, onAttack: event => events.push(event) })
  detector.take(batchTo(['192.0.2.9'], 20_000), 0)
  detector.close()
  expect(events[0]).toMatchObject({ event: 'start', target: '192.0.2.9' })
})
