import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createFlowBatch } from '../flow/flow-batch.ts'
import type { FlowBatch } from '../flow/flow-batch.ts'
import { createPrefixTable, parsePrefix } from '../flow/prefix-table.ts'
import { columnCount } from './hot-targets.ts'
import { kind } from './kinds.ts'
import { createTrafficWindow } from './traffic-window.ts'
import type { TrafficWindow, WindowBounds } from './traffic-window.ts'

const startMs = 1_700_000_000_000

function createWindow(bounds: Partial<WindowBounds> = {}, packetsPerSecond = 0): TrafficWindow {
  const prefixes = ['10.0.0.0/8', '2001:db8::/32'].map(text => parsePrefix(text)!)
  const bar = { packetsPerSecond, bitsPerSecond: Infinity }
  const list = prefixes.map(({ family, length }) => ({ family, length, hostBar: bar, netBar: bar }))
  return createTrafficWindow({
    networks: { table: createPrefixTable(prefixes), list },
    bounds: { maxTargets: 1024, maxHotTargets: 64, ...bounds },
  })
}

interface Flow {
  host: number
  packets: number
  bytes?: number
  lastsMs?: number
  rate?: number
}

function batchOf(flows: readonly Flow[]): FlowBatch {
  const batch = createFlowBatch(Math.max(1, flows.length))
  for (const [row, { host, packets, bytes = packets * 100, lastsMs = 0, rate = 1 }] of flows.entries()) {
    batch.family[row] = 4
    batch.destination[row * 4] = host
    batch.source[row * 4] = row
    batch.protocol[row] = 17
    batch.packets[row] = packets
    batch.bytes[row] = bytes
    batch.start[row] = 5_000_000
    batch.end[row] = 5_000_000 + lastsMs
    batch.samplingRate[row] = rate
  }
  batch.length = flows.length
  return batch
}

/** Packets a second to a host, of the last second and of two and a half; undefined when it has no rich counters. */
function ratesOf(window: TrafficWindow, host: number): { now: number; steady: number } | undefined {
  for (let one = 0; one < window.hot.capacity; one++) {
    const slot = window.hot.slotOf(one)
    if (slot < 0 || !window.targets.isHost(slot) || window.targets.words[slot * 16] !== host) continue
    const now = new Float64Array(columnCount)
    const steady = new Float64Array(columnCount)
    window.hot.readRates(one, now, steady, window.fraction)
    return { now: now[kind.udp]!, steady: steady[kind.udp]! }
  }
  return undefined
}

const host = 0x0a00_0001

describe('rates', () => {
  test('are those of the second that passed, wherever in a tick it is looked', () => {
    const window = createWindow()
    for (let at = 0; at < 5000; at += 10) window.count(batchOf([{ host, packets: 7 }]), startMs + at)
    for (const later of [0, 30, 60, 90]) {
      window.advance(startMs + 5000 + later)
      const { now, steady } = ratesOf(window, host)!
      expect(now).toBeGreaterThan(700 - later * 0.7 - 8)
      expect(now).toBeLessThan(708)
      expect(steady).toBeGreaterThan(660)
    }
    window.advance(startMs + 6200)
    expect(ratesOf(window, host)!.now).toBe(0)
  })

  test('count a long flow with its rate, not in the moment in which it came', () => {
    const window = createWindow()
    // A minute of 100 packets a second, told at its end, by one of 60 flows each second.
    for (let at = 0; at < 300_000; at += 1000) window.count(batchOf([{ host, packets: 6000, lastsMs: 60_000 }]), startMs + at)
    const { now } = ratesOf(window, host)!
    expect(now).toBeGreaterThan(5000)
    expect(now).toBeLessThan(7000)
  })

  test('show a flood with the first report of flows that lasted a minute', () => {
    const window = createWindow()
    window.count(batchOf(Array.from({ length: 60 }, () => ({ host, packets: 60_000, lastsMs: 60_000 }))), startMs)
    // 60 flows of 1000 packets a second.
    expect(ratesOf(window, host)!.now).toBeGreaterThan(50_000)
    expect(ratesOf(window, host)!.now).toBeLessThan(70_000)
  })

  test('do not depend on what an exporter takes for now', () => {
    const rates = [0, -86_400_000, 4_000_000_000_000].map(skewMs => {
      const window = createWindow()
      for (let at = 0; at < 3000; at += 100) {
        const batch = batchOf([{ host, packets: 50, lastsMs: 700 }])
        for (const time of [batch.start, batch.end]) time[0]! += skewMs
        window.count(batch, startMs + at)
      }
      return ratesOf(window, host)!.now
    })
    expect(new Set(rates).size).toBe(1)
  })
})

test('a sampled packet alone earns no rich counters', () => {
  const window = createWindow({}, 500)
  window.count(batchOf([{ host, packets: 3000, rate: 1000 }]), startMs)
  expect(ratesOf(window, host)).toBeUndefined()
  window.count(batchOf(Array.from({ length: 5 }, () => ({ host, packets: 1000, rate: 1000 }))), startMs + 10)
  expect(ratesOf(window, host)).toBeDefined()
})

test('the net around a host, and the network, receive what the host does', () => {
  const window = createWindow()
  window.count(batchOf([1, 2, 3].map(last => ({ host: 0x0a00_0000 + last, packets: 10 }))), startMs)
  const sums: [boolean, number][] = []
  for (let one = 0; one < window.hot.capacity; one++) {
    const slot = window.hot.slotOf(one)
    if (slot < 0) continue
    const now = new Float64Array(columnCount)
    window.hot.readRates(one, now, new Float64Array(columnCount), window.fraction)
    sums.push([window.targets.isHost(slot), now[kind.udp]!])
  }
  expect(sums.filter(([isHost]) => isHost).map(([, packets]) => packets)).toEqual([10, 10, 10])
  expect(sums.filter(([isHost]) => !isHost).map(([, packets]) => packets)).toEqual([30, 30])
})

test('an attack on a million hosts takes the memory of the bound, and the busy host stays', () => {
  const window = createWindow({ maxTargets: 4096, maxHotTargets: 32 }, 1000)
  const others = 2000
  for (let step = 0; step < 500; step++) {
    const flows = Array.from({ length: others }, (_, index) => ({ host: 0x0a10_0000 + step * others + index, packets: 1 }))
    window.count(batchOf([...flows, { host, packets: 2000 }]), startMs + step * 10)
  }
  const { targets, hot, counters } = window
  expect(targets.counters.targets).toBeLessThanOrEqual(4096 + 8)
  expect(targets.counters.evicted).toBeGreaterThan(900_000)
  expect(hot.size).toBeLessThanOrEqual(32)
  expect(counters.flows).toBe(500 * (others + 1))
  expect(ratesOf(window, host)!.now).toBeGreaterThan(190_000)
})

test('below its bound the table grows, and nearly nobody gives way', () => {
  const window = createWindow({ maxTargets: 1_048_576 })
  for (let tick = 0; tick < 40; tick++) {
    // Hosts all over 10.0.0.0/8, by a multiplication that no hash here makes.
    const flows = Array.from({ length: 4000 }, (_, index) => ({
      host: 0x0a00_0000 + (Math.imul((tick % 10) * 4000 + index, 0x85eb_ca6b) >>> 8),
      packets: 1,
    }))
    window.count(batchOf(flows), startMs + tick * 50)
  }
  const { targets, evicted, refused } = window.targets.counters
  expect(targets).toBeGreaterThan(40_000)
  expect(evicted).toBeLessThan(10)
  expect(refused).toBe(0)
})

test('a table that grows keeps what it counted', () => {
  const window = createWindow({ maxTargets: 1_000_000 })
  const flowsOf = (step: number): Flow[] =>
    Array.from({ length: 1000 }, (_, index) => ({ host: 0x0a10_0000 + step * 1000 + index, packets: 1 }))
  for (let step = 0; step < 40; step++) window.count(batchOf([{ host, packets: 10 }, ...flowsOf(step)]), startMs + step * 10)
  expect(window.targets.counters).toMatchObject({ evicted: 0, refused: 0 })
  const { targets } = window.targets.counters
  expect(targets).toBeGreaterThan(40_000)
  expect(ratesOf(window, host)!.now).toBe(400)
  // Each is found again where it was put.
  for (let step = 0; step < 40; step++) window.count(batchOf(flowsOf(step)), startMs + 400 + step * 10)
  expect(window.targets.counters.targets).toBe(targets)
})

test('a clock that leaps is counted, and counting goes on', () => {
  const window = createWindow()
  for (const at of [0, 100, -10_000_000, -9_999_900, 90_000_000, 90_000_100]) window.count(batchOf([{ host, packets: 5 }]), startMs + at)
  expect(window.counters.clockLeaps).toBe(2)
  expect(ratesOf(window, host)!.now).toBe(10)
})

const wild = fc.oneof(fc.double(), fc.constantFrom(NaN, Infinity, -Infinity, -1, 0, 2 ** 53, 1e300), fc.nat())

test('whatever is in a batch nothing throws, kinds sum to the total, and the bounds hold', () => {
  const row = fc.record({
    family: fc.constantFrom(0, 4, 6, 9),
    words: fc.tuple(fc.constantFrom(0x0a00_0001, 0x0a00_0002, 0x2001_0db8, 0xffff_ffff), fc.nat(), fc.nat({ max: 3 }), fc.nat({ max: 3 })),
    protocol: fc.constantFrom(0, 1, 6, 17, 47, 58, 255),
    sourcePort: fc.constantFrom(0, 53, 123, 4500, 65_535),
    tcpFlags: fc.nat({ max: 0xffff }),
    fragment: fc.nat({ max: 255 }),
    packets: wild,
    bytes: wild,
    start: wild,
    end: wild,
    samplingRate: wild,
  })
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.array(row, { maxLength: 30 }), fc.integer({ min: -100_000, max: 10_000_000 })), { maxLength: 8 }),
      batches => {
        const window = createWindow({ maxTargets: 16, maxHotTargets: 4 })
        let rows = 0
        let nowMs = startMs
        for (const [flows, passedMs] of batches) {
          const batch = createFlowBatch(32)
          for (const [index, { words, ...numbers }] of flows.entries()) {
            batch.destination.set(words, index * 4)
            for (const [name, value] of Object.entries(numbers)) batch[name as 'family'][index] = value
          }
          batch.length = flows.length
          rows += flows.length
          nowMs += passedMs
          window.count(batch, nowMs)
          window.advance(nowMs)
          expect(window.hot.size).toBeLessThanOrEqual(4)
        }
        const { counters, targets } = window
        expect(counters.flows + counters.flowsElsewhere + counters.flowsWithoutAddress + counters.flowsUnusable).toBe(rows)
        const sum = (values: Float64Array): number => values.reduce((total, value) => total + value, 0)
        expect(sum(counters.packetsByKind)).toBeCloseTo(counters.packets, -6)
        expect(targets.counters.targets).toBeLessThanOrEqual(24)
      },
    ),
  )
})

test('rich counters sum to what came in, whatever the times', () => {
  const flow = fc.record({ packets: fc.nat({ max: 1_000_000 }), wait: fc.nat({ max: 80 }) })
  fc.assert(
    fc.property(fc.array(flow, { minLength: 1, maxLength: 12 }), flows => {
      const window = createWindow()
      let at = startMs
      let packets = 0
      for (const one of flows) {
        at += one.wait
        packets += one.packets + 4
        window.count(batchOf([{ host, packets: one.packets + 4 }]), at)
      }
      // All within a second of the first.
      const { now } = ratesOf(window, host)!
      expect(now).toBeCloseTo(packets, 0)
    }),
  )
})
