import { describe, expect, test } from 'vitest'
import { createAttackDetector } from '../detect/attack-detector.ts'
import { createFlowBatch } from '../flow/flow-batch.ts'
import { createDecoder } from '../wire/decoder.ts'
import { ratesBetween, renderLine, renderLive } from './live-summary.ts'
import type { LiveRates } from './live-summary.ts'
import { takeSnapshot } from './snapshot.ts'
import type { EngineSnapshot, ExporterState, RunningAttack } from './snapshot.ts'
import { widthOf } from './text-width.ts'

/** 2026-03-01 03:12:44 UTC. */
const atMs = 1_772_334_764_000
const receiving = { method: 'recvmmsg', datagrams: 0, droppedByKernel: 0, faults: 0, receiveBufferBytes: 1 }

/** An engine that has heard nothing. */
const decoder = createDecoder({ batch: createFlowBatch(2), deliver() {} })
const detector = createAttackDetector({ onAttack() {}, bounds: { maxTargets: 64, maxHotTargets: 4 } })
const calm = takeSnapshot(
  { receiving, decoder, detection: { detector, attacksStarted: {}, scans: 0 }, startedMs: atMs - 723_000, lagMs: 0 },
  atMs,
  10,
)
const rates: LiveRates = { datagrams: 1234, records: 28_400, bits: 1.24e9, packets: 182_000, dropped: 0 }
const wide = { columns: 110, rows: 30, hasColour: false }

const attack: RunningAttack = {
  target: '192.0.2.10',
  owner: 'Bộ Nội vụ',
  name: 'dns-reflection',
  vectors: ['dns-reflection', 'fragment-flood'],
  startMs: atMs - 62_000,
  packetsPerSecond: 58_200,
  bitsPerSecond: 610e6,
  peakPacketsPerSecond: 60_000,
  peakBitsPerSecond: 640e6,
}
const exporter: ExporterState = {
  exporter: '198.51.100.1',
  protocol: 'ipfix',
  domain: 7,
  templates: 2,
  samplingRate: 1000,
  lost: 0,
  lossUnit: 'records',
  late: 0,
  restarts: 0,
}

const withDetection = (change: Partial<NonNullable<EngineSnapshot['detection']>>, rest: Partial<EngineSnapshot> = {}): EngineSnapshot => ({
  ...calm,
  ...rest,
  detection: { ...calm.detection!, ...change },
})
const busiest = [
  { target: '192.0.2.10', packetsPerSecond: 58_200, bitsPerSecond: 612e6 },
  { target: '2001:db8:1:2::51', packetsPerSecond: 514, bitsPerSecond: 306e6 },
]
const busy = withDetection({ attacks: [attack], busiest, attacksStarted: { 'dns-reflection': 1 } }, { exporters: [exporter] })

test('a calm night is a few lines, and says that it is calm', () => {
  expect(renderLive(calm, rates, 'detect on 127.0.0.1 port 2055', { ...wide, columns: 80 })).toEqual([
    'Lũy Tre  detect on 127.0.0.1 port 2055                   03:12:44 UTC   up 12:03',
    '1.23 k datagrams/s   28.4 k records/s   1.24 Gbit/s   182 k packets/s',
    'Nothing lost, nothing dropped, nothing rejected.',
    '',
    'No attack',
    '',
    'No exporter has sent anything yet',
  ])
})

test('an attack comes first, with its owner, age, rates and peak', () => {
  expect(renderLive(busy, rates, 'detect', wide).slice(3)).toEqual([
    '',
    '1 attack',
    '192.0.2.10      dns-reflection + fragment-flood, Bộ Nội vụ    1:02  610 Mbit/s 58.2 k pkt/s   peak 640 Mbit/s',
    '',
    '1 exporter',
    '198.51.100.1    ipfix, domain 7, 1 in 1.00 k: nothing lost',
    '',
    'Busiest hosts',
    `192.0.2.10          612 Mbit/s 58.2 k pkt/s   ${'█'.repeat(40)}`,
    `2001:db8:1:2::51    306 Mbit/s    514 pkt/s   ${'█'.repeat(20)}`,
  ])
})

test('an attack that has stopped is quiet until it is told as ended', () => {
  const stopped = withDetection({ attacks: [{ ...attack, packetsPerSecond: 0, bitsPerSecond: 0 }] })
  const shown = renderLive(stopped, rates, 'detect', wide).find(line => line.startsWith('192.0.2.10'))
  expect(shown).toMatch(/1:02 +quiet +peak 640 Mbit\/s$/)
})

test.each([
  [19, 30],
  [80, 3],
])('in %d columns and %d rows nothing could be read, and nothing is shown', (columns, rows) => {
  expect(renderLive(busy, rates, 'detect', { ...wide, columns, rows })).toEqual([])
})

test.each<[string, EngineSnapshot, Partial<LiveRates>, string]>([
  [
    'drops of the kernel, and that they go on',
    { ...calm, receiving: { ...receiving, droppedByKernel: 1500 } },
    { dropped: 20 },
    'kernel dropped 1.50 k, now 20 a second',
  ],
  ['drops that are over', { ...calm, receiving: { ...receiving, droppedByKernel: 3 } }, {}, 'kernel dropped 3'],
  ['what never came', { ...calm, exporters: [{ ...exporter, lost: 12 }] }, {}, '12 records lost'],
  ['observation domains given up', { ...calm, decoding: { ...calm.decoding, domainsGivenUp: 2 } }, {}, '2 observation domains given up'],
  ['sampling rates without room', { ...calm, decoding: { ...calm.decoding, ratesRefused: 3 } }, {}, '3 sampling rates without room'],
  ['what is rejected', { ...calm, decoding: { ...calm.decoding, rejected: 5 } }, {}, '5 rejected'],
  ['what waits', { ...calm, waiting: { sets: 4, bytes: 1, dropped: 2 } }, {}, '4 sets wait for templates   2 sets given up'],
  ['exporters without room', { ...calm, exportersRefused: 15_600 }, {}, '15.6 k datagrams of exporters without room'],
  ['targets that gave way', withDetection({ targetsEvicted: 9 }), {}, '9 targets evicted'],
  ['that it is behind', { ...calm, lagMs: 2340 }, {}, '2.3 s behind'],
])('tells of %s', (_, snapshot, change, says) => {
  const lines = renderLive(snapshot, { ...rates, ...change }, 'detect', wide)
  expect(lines[2]).toBe(says)
  expect(renderLine(snapshot, { ...rates, ...change })).toContain(says.split('   ')[0])
})

test('a kernel that does not tell of drops is no trouble', () =>
  expect(renderLive({ ...calm, receiving: { ...receiving, droppedByKernel: -1 } }, rates, 'detect', wide)[2]).toContain('Nothing lost'))

describe('whatever the terminal', () => {
  const many = withDetection(
    {
      attacks: Array.from({ length: 40 }, (_, index) => ({ ...attack, target: `2001:db8:1:2:3:4:5:${index}`, owner: '内務省情報局' })),
      busiest: Array.from({ length: 10 }, () => busiest[1]!),
    },
    { exporters: Array.from({ length: 50 }, (_, index) => ({ ...exporter, domain: index, lost: index })), lagMs: 5000 },
  )
  test.each([
    [20, 5],
    [40, 10],
    [59, 24],
    [80, 24],
    [89, 50],
    [200, 60],
  ])('of %d columns and %d rows, every line fits', (columns, rows) => {
    for (const snapshot of [calm, busy, many]) {
      const lines = renderLive(snapshot, rates, 'detect on 127.0.0.1 port 2055', { columns, rows, hasColour: false })
      expect(lines.length).toBeLessThan(rows)
      for (const line of lines) expect(widthOf(line)).toBeLessThanOrEqual(columns)
      if (rows > 8 && snapshot === many) expect(lines.join('\n')).toContain('40 attacks')
    }
  })

  test('what has no place is counted', () => {
    const lines = renderLive(many, rates, 'detect', wide)
    expect(lines).toContain('40 attacks  and 28 more')
    const shown = lines.filter(line => line.includes('ipfix')).length
    expect(shown).toBeLessThan(50)
    expect(lines).toContain(`1 exporter, 50 domains  ${shown} shown`)
    // The worst first.
    expect(lines.find(line => line.includes('ipfix'))).toContain('domain 49, 1 in 1.00 k: 49 records lost')
  })
})

test.each([
  [1, 1, '1 exporter'],
  [3, 1, '3 exporters'],
  [1, 2, '1 exporter, 2 domains'],
  [4096, 2, '4096 exporters, 8192 domains  7 shown'],
])('%i exporters with %i domains each are counted as such', (exporters, domains, says) => {
  const states = Array.from({ length: exporters * domains }, (_, index) => ({
    ...exporter,
    exporter: `2001:db8::${(index % exporters).toString(16)}`,
    domain: index,
  }))
  expect(renderLive({ ...calm, exporters: states }, rates, 'detect', { ...wide, rows: 24 })).toContain(says)
})

test('colour repeats what words say: without it nothing is lost', () => {
  const coloured = renderLive(busy, rates, 'detect', { ...wide, hasColour: true })
  expect(coloured.join('')).toContain('\u001b[1;31m192.0.2.10')
  expect(coloured.map(line => line.replaceAll(/\u001b\[[\d;]*m/g, ''))).toEqual(renderLive(busy, rates, 'detect', wide))
})

test('a name from outside moves no cursor', () => {
  const hostile = withDetection({ attacks: [{ ...attack, owner: 'x\u001b[2J\ny' }] })
  expect(renderLive(hostile, rates, 'detect', wide).join('|')).toContain('x[2Jy')
})

test('one line says the same for a log', () =>
  expect(renderLine(busy, rates)).toBe(
    '1.23 k datagrams/s, 28.4 k records/s, 1.24 Gbit/s, 182 k packets/s, 1 attack: 192.0.2.10 dns-reflection for 1:02 at 610 Mbit/s',
  ))

test('rates are what was counted between two looks, and never below zero', () => {
  const later = (datagrams: number, flows: number, seconds: number): EngineSnapshot =>
    withDetection(
      { counters: { ...calm.detection!.counters, bits: 8000, packets: 40 } },
      { atMs: atMs + seconds * 1000, receiving: { ...receiving, datagrams, droppedByKernel: 6 }, decoding: { ...calm.decoding, flows } },
    )
  expect(ratesBetween(calm, later(20, 48, 2))).toEqual({ datagrams: 10, records: 24, bits: 4000, packets: 20, dropped: 3 })
  expect(ratesBetween(later(20, 48, 2), calm).datagrams).toBe(0)
})
