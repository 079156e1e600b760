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
