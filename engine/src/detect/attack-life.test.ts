import { expect, test } from 'vitest'
import { createLife, live } from './attack-life.ts'
import type { Change } from './attack-life.ts'
import { nameAttack } from './describe-attack.ts'
import type { Finding } from './measures.ts'

const limit = 1000

/** Each second from `fromMs` on a look at vectors by their packets a second, above half of a limit; what was told, and by which name. */
function follow(...seconds: Record<string, number>[]) {
  const life = createLife()
  const told: { change: Change; name: string; going: string[] }[] = []
  for (const [second, rates] of seconds.entries()) {
    const findings = Object.entries(rates)
      .filter(([, rate]) => rate > limit / 2)
      .map(([vector, rate]): Finding => ({ vector, unit: 'packets/s', rate, limit, level: rate / limit, samples: rate }))
    const packetsPerSecond = findings.reduce((sum, { rate }) => sum + rate, 0)
    const look = { nowMs: second * 1000, findings, packetsPerSecond, bitsPerSecond: 0, purity: 1, newShare: () => undefined }
    const change = live(life, look, () => 1)
    const vectors = life.attack?.vectors ?? []
    const going = vectors.filter(({ untilMs }) => untilMs === undefined).map(({ name }) => name)
    if (change !== 'none') told.push({ change, name: nameAttack(vectors, 'host'), going })
  }
  return { told, vectors: life.attack?.vectors ?? [] }
}

const times = <Value>(count: number, value: Value): Value[] => Array.from({ length: count }, () => value)

test('an attack keeps the name of its greatest vector after that left, and its end tells all that took part', () => {
  const both = { 'dns-reflection': 9000, 'fragment-flood': 4000 }
  const { told, vectors } = follow(...times(5, both), ...times(40, { 'fragment-flood': 3000 }), ...times(30, {}))
  expect(told[0]).toEqual({ change: 'start', name: 'dns-reflection', going: ['dns-reflection', 'fragment-flood'] })
  expect(told.some(({ change, going }) => change === 'update' && going.join() === 'fragment-flood')).toBe(true)
  expect(told.at(-1)).toMatchObject({ change: 'end', name: 'dns-reflection' })
  expect(new Set(told.map(({ name }) => name)).size).toBe(1)
  expect(vectors).toMatchObject([
    { name: 'dns-reflection', peakRate: 9000, sinceMs: 0, untilMs: 4000 },
    { name: 'fragment-flood', peakRate: 4000, sinceMs: 0, untilMs: 44_000 },
  ])
})

test("an attack is renamed when another vector's peak becomes the greater, and not back", () => {
  const { told } = follow(...times(5, { 'syn-flood': 4000 }), ...times(5, { 'syn-flood': 4000, 'udp-flood': 6000 }), ...times(40, {}))
  expect(told.map(({ name }) => name).filter((name, index, all) => name !== all[index - 1])).toEqual(['syn-flood', 'udp-flood'])
})

test('a vector that left joins again beyond its limit, with its peak and not below it', () => {
  const steady = { 'syn-flood': 2000 }
  const calm = times(31, steady)
  const { told, vectors } = follow(
    { ...steady, 'udp-flood': 5000 },
    ...calm,
    { ...steady, 'udp-flood': 800 },
    { ...steady, 'udp-flood': 3000 },
  )
  expect(told.at(-1)).toMatchObject({ change: 'update', going: ['syn-flood', 'udp-flood'] })
  expect(vectors[1]).toMatchObject({ name: 'udp-flood', rate: 3000, peakRate: 5000, untilMs: undefined })
})
