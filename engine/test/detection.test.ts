import { describe, expect, test } from 'vitest'
import { createBaselines } from '#detect/baselines.ts'
import { vectorOfKind, standardProfile } from '#detect/profiles.ts'
import { formatAddress } from '#flow/addresses.ts'
import type { ScenarioAttack } from '#generate/scenario.ts'
import { kindNames } from '#window/kinds.ts'
import { firstHost, runScenario, score, startMs } from './run-scenario.ts'

// What is found, what is not, and how soon, on labelled traffic. Detectors were corrected until the seeds 101 to 180 passed;
// those from 2000 on were drawn afterwards and nothing was changed for them. Limits and tables were tuned on neither. The
// traffic is of our own making (scenario.ts), so this is evidence of the mechanism and not of any network.

const minute = 60_000
const hour = 60 * minute
const second = 1000

/** Packets a second that a vector may have. */
function limitOf(vector: string): number {
  const limit = standardProfile.kinds[kindNames[vectorOfKind.indexOf(vector)]!]
  return limit!.packetsPerSecond!
}

describe('a quiet day stays silent', () => {
  test.each([
    ['every packet looked at', 2101, 1, 60_000, 24],
    ['one packet in 1000', 2102, 1000, 60_000, 24],
    ['one packet in 100, long flows told every half hour, up to noon', 2103, 100, 1_800_000, 13],
  ])('%s', (_, seed, samplingRate, activeTimeoutMs, lastsHours) => {
    const { events, flows } = runScenario(
      { seed, hosts: 200, flowsPerSecond: 60, samplingRate, activeTimeoutMs },
      { lastsMs: lastsHours * hour, stepMs: 2 * second },
    )
    expect(events).toEqual([])
    expect(flows).toBeGreaterThan(100_000)
  })
})

const vectors: [ScenarioAttack['vector'], number][] = [
  ['syn-flood', 20_000],
  ['syn-ack-reflection', 20_000],
  ['ack-flood', 200_000],
  ['rst-flood', 20_000],
  ['udp-flood', 150_000],
  ['icmp-flood', 20_000],
  ['fragment-flood', 30_000],
  ['protocol-flood', 80_000],
  ['dns-reflection', 40_000],
  ['ntp-reflection', 30_000],
  ['cldap-reflection', 20_000],
  ['ssdp-reflection', 20_000],
  ['memcached-reflection', 20_000],
]

describe('a day with attacks', () => {
  test.each([
    ['every packet looked at', 2111, 1],
    ['one packet in 100', 2112, 100],
  ])('%s: all are named, and nothing else', (_, seed, samplingRate) => {
    const attacks = vectors.map(([vector, packetsPerSecond], index): ScenarioAttack => {
      const from = startMs + (index + 1) * 10 * minute + index * 137
      return { vector, packetsPerSecond, target: firstHost + 3 + index * 11, startMs: from, endMs: from + 90 * second }
    })
    const { events } = runScenario({ seed, hosts: 200, flowsPerSecond: 60, samplingRate, attacks }, { lastsMs: 2.6 * hour, stepMs: 100 })
    const result = score(events, attacks)
    expect(result).toMatchObject({ precision: 1, recall: 1, wrong: [] })
    expect(Math.max(...result.timesToDetectMs.map(Number))).toBeLessThanOrEqual(1000)
    // Each of them ends, and not before it does.
    const ends = events.filter(({ event }) => event === 'end')
    expect(ends).toHaveLength(attacks.length)
    for (const { startMs: began, endMs } of ends) expect(endMs! - began).toBeGreaterThan(85 * second)
  })
})

describe('time to detect', () => {
  test.each([
    [1.1, 3000],
    [2, 1000],
    [20, 400],
  ])('at %d times the limit within %d ms, in packets of any kind', (times, within) => {
    for (const [index, vector] of (['syn-flood', 'udp-flood', 'ntp-reflection', 'icmp-flood'] as const).entries()) {
      const from = startMs + minute + 37
      const attack: ScenarioAttack = {
        vector,
        target: firstHost + 150,
        packetsPerSecond: limitOf(vector) * times,
        startMs: from,
        endMs: from + 20 * second,
      }
      const { events } = runScenario(
        { seed: 2120 + index, hosts: 200, flowsPerSecond: 40, attacks: [attack] },
        { lastsMs: 90 * second, stepMs: 50 },
      )
      expect(score(events, [attack])).toMatchObject({ recall: 1, precision: 1 })
      expect(score(events, [attack]).timesToDetectMs[0]).toBeLessThanOrEqual(within)
    }
  })

  test('at 0.9 times the limit nothing is found', () => {
    for (const [index, vector] of (['syn-flood', 'udp-flood', 'ntp-reflection'] as const).entries()) {
      const attack: ScenarioAttack = {
        vector,
        target: firstHost + 150,
        packetsPerSecond: limitOf(vector) * 0.9,
        startMs: startMs + minute,
        endMs: startMs + 3 * minute,
      }
      expect(
        runScenario({ seed: 2130 + index, hosts: 200, flowsPerSecond: 40, attacks: [attack] }, { lastsMs: 4 * minute, stepMs: 100 }).events,
      ).toEqual([])
    }
  })
})

test('256 hosts at 8000 packets a second each are a carpet, found within two seconds', () => {
  const from = startMs + minute
  const attack: ScenarioAttack = {
    vector: 'carpet-bombing',
    target: firstHost,
    hosts: 256,
    packetsPerSecond: 256 * 8000,
    startMs: from,
    endMs: from + 30 * second,
  }
  const { events } = runScenario({ seed: 2140, hosts: 200, flowsPerSecond: 40, attacks: [attack] }, { lastsMs: 3 * minute, stepMs: 100 })
  const result = score(events, [attack])
  expect(result).toMatchObject({ precision: 1, recall: 1 })
  expect(result.timesToDetectMs[0]).toBeLessThanOrEqual(2000)
  expect(events[0]).toMatchObject({ event: 'start', scope: 'network', target: '198.51.100.0/24', name: 'carpet-bombing' })
})

test('pulses of a second every ten are one attack, found with the first', () => {
  const from = startMs + minute
  const attack: ScenarioAttack = {
    vector: 'udp-flood',
    target: firstHost + 9,
    packetsPerSecond: 200_000,
    startMs: from,
    endMs: from + 60 * second,
    pulses: { onMs: 1000, everyMs: 10_000 },
  }
  const { events } = runScenario({ seed: 2150, hosts: 200, flowsPerSecond: 40, attacks: [attack] }, { lastsMs: 4 * minute, stepMs: 100 })
  expect(events.filter(({ event }) => event === 'start')).toHaveLength(1)
  expect(events.filter(({ event }) => event === 'end')).toHaveLength(1)
  expect(score(events, [attack]).timesToDetectMs[0]).toBeLessThanOrEqual(2000)
})

test('thousands of sources that send little each are found when they were not there before', () => {
  const from = startMs + 5 * minute
  const attack: ScenarioAttack = {
    vector: 'many-sources',
    target: firstHost + 1,
    packetsPerSecond: 12_000,
    startMs: from,
    endMs: from + minute,
  }
  const { events } = runScenario({ seed: 2160, hosts: 200, flowsPerSecond: 400, attacks: [attack] }, { lastsMs: 7 * minute, stepMs: 25 })
  expect(score(events, [attack])).toMatchObject({ precision: 1, recall: 1 })
})

test('vectors join and leave; the attack keeps its number, its peak and its reasons', () => {
  const from = startMs + minute
  const target = firstHost + 20
  const attacks: ScenarioAttack[] = [
    { vector: 'dns-reflection', target, packetsPerSecond: 30_000, startMs: from, endMs: from + 120 * second },
    { vector: 'icmp-flood', target, packetsPerSecond: 40_000, startMs: from + 20 * second, endMs: from + 60 * second },
  ]
  const { events } = runScenario({ seed: 2170, hosts: 200, flowsPerSecond: 40, attacks }, { lastsMs: 5 * minute, stepMs: 100 })
  expect(new Set(events.map(({ id }) => id)).size).toBe(1)
  const namesAt = (ms: number): string[] =>
    (events.findLast(({ timeMs }) => timeMs <= from + ms)?.vectors ?? [])
      .filter(({ untilMs }) => untilMs === undefined)
      .map(({ name }) => name)
      .filter(name => /reflection|icmp/.test(name))
  expect(namesAt(10 * second)).toEqual(['dns-reflection'])
  expect(namesAt(50 * second)).toEqual(['dns-reflection', 'icmp-flood'])
  expect(namesAt(110 * second)).toEqual(['dns-reflection'])
  const last = events.at(-1)!
  expect(last).toMatchObject({ event: 'end', owner: 'Ministry', network: '198.51.100.0/24', scope: 'host' })
  expect(last.vectors.map(({ name }) => name)).toEqual(expect.arrayContaining(['dns-reflection', 'icmp-flood']))
  expect(last.peak.packetsPerSecond).toBeGreaterThan(65_000)
  expect(last.confidence).toBeGreaterThan(0.85)
  expect(last.reasons.map(({ measure }) => measure)).toContain('excess')
})

test('fragments of what a service answers are its own; of a target that no service answers they are a flood', () => {
  const from = startMs + minute
  const during = { startMs: from, endMs: from + 30 * second }
  const [answered, other, asked] = [firstHost + 20, firstHost + 21, firstHost + 22]
  const attacks: ScenarioAttack[] = [
    // Below the limit by what names its service, beyond it with what follows.
    { vector: 'dns-reflection', target: answered, packetsPerSecond: 4000, ...during },
    { vector: 'fragment-flood', target: answered, packetsPerSecond: 8000, ...during },
    { vector: 'fragment-flood', target: other, packetsPerSecond: 8000, ...during },
    // More than so many answers can have brought along.
    { vector: 'dns-reflection', target: asked, packetsPerSecond: 1000, ...during },
    { vector: 'fragment-flood', target: asked, packetsPerSecond: 20_000, ...during },
  ]
  const { events } = runScenario({ seed: 2190, hosts: 200, flowsPerSecond: 40, attacks }, { lastsMs: 3 * minute, stepMs: 100 })
  const found = Object.fromEntries(
    events.filter(({ event }) => event === 'end').map(({ target, name, vectors: all }) => [target, [name, ...all.map(one => one.name)]]),
  )
  expect(found).toEqual({
    [formatAddress(4, [answered])]: ['dns-reflection', 'dns-reflection'],
    [formatAddress(4, [other])]: ['fragment-flood', 'fragment-flood'],
    [formatAddress(4, [asked])]: ['dns-reflection', 'fragment-flood', 'dns-reflection'],
  })
})

test('what grows slowly, below every limit, is found by what was usual a week ago', () => {
  // The network's usual traffic is learned beforehand; the attack takes an hour to reach two thirds of the limit.
  const baselines = createBaselines()
  for (let at = startMs - 2 * 168 * hour; at < startMs; at += minute)
    baselines.observe(formatAddress(4, [firstHost + 30]), at, 4000, 20_000_000, false)
  const attack: ScenarioAttack = {
    vector: 'udp-flood',
    target: firstHost + 30,
    packetsPerSecond: 28_000,
    startMs,
    endMs: startMs + hour,
    isRamp: true,
  }
  const { events } = runScenario(
    { seed: 2180, hosts: 200, flowsPerSecond: 40, attacks: [attack] },
    { lastsMs: hour, stepMs: 500, baselines },
  )
  expect(events[0]).toMatchObject({ event: 'start', target: '198.51.100.30', vectors: [{ name: 'above-baseline' }] })
  expect(events[0]!.vectors[0]!.rate).toBeLessThan(21_000)
})
