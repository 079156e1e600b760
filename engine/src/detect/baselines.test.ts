import { describe, expect, test } from 'vitest'
import { createBaselines } from './baselines.ts'
import type { Baselines } from './baselines.ts'

const minute = 60_000
const hour = 60 * minute
const day = 24 * hour
const week = 7 * day
// A Thursday at midnight, as 1970 began.
const startMs = 2800 * week

/** Teaches a look a minute, from a time on, what `rateAt` says. */
function teach(baselines: Baselines, fromMs: number, lastsMs: number, rateAt: (ms: number) => number, isAttack = false): void {
  for (let at = fromMs; at < fromMs + lastsMs; at += minute) baselines.observe('a', at, rateAt(at), rateAt(at) * 8000, isAttack)
}

/** Busy by day, quiet by night. */
const daily = (ms: number): number => (ms % day < 8 * hour ? 100 : 1000)

describe('what is usual', () => {
  test('is known of an hour that was seen, and of others after a day', () => {
    const baselines = createBaselines()
    teach(baselines, startMs, 10 * hour, daily)
    expect(baselines.findUsual('a', startMs + week + 4 * hour)).toEqual({ packetsPerSecond: 100, bitsPerSecond: 800_000 })
    expect(baselines.findUsual('a', startMs + 3 * day)).toBeUndefined()
    expect(baselines.findUsual('b', startMs)).toBeUndefined()
    teach(baselines, startMs + 10 * hour, 20 * hour, daily)
    expect(baselines.findUsual('a', startMs + 3 * day)).toMatchObject({ packetsPerSecond: 1000 })
  })

  test('depends on the hour of the week, and a neighbour may come early', () => {
    const baselines = createBaselines()
    teach(baselines, startMs, week + hour, daily)
    expect(baselines.findUsual('a', startMs + week + 4 * hour)).toMatchObject({ packetsPerSecond: 100 })
    expect(baselines.findUsual('a', startMs + week + 7 * hour)).toMatchObject({ packetsPerSecond: 1000 })
    expect(baselines.findUsual('a', startMs + week + 12 * hour)).toMatchObject({ packetsPerSecond: 1000 })
  })

  test('is not moved by a few minutes, nor by an attack that is known', () => {
    const baselines = createBaselines()
    teach(baselines, startMs, week, daily)
    teach(baselines, startMs + week, week, ms => (ms % hour < 5 * minute ? 50_000 : daily(ms)))
    teach(baselines, startMs + 2 * week, week + hour, () => 90_000, true)
    expect(baselines.findUsual('a', startMs + 4 * hour)).toMatchObject({ packetsPerSecond: 100 })
  })
})

test('an attack that grows slowly over a day does not teach itself', () => {
  const baselines = createBaselines()
  teach(baselines, startMs, week, daily)
  // A hundredfold in a day, by less than half a percent a minute.
  teach(baselines, startMs + week, day, ms => daily(ms) * 100 ** ((ms - startMs - week) / day))
  const { packetsPerSecond } = baselines.findUsual('a', startMs + week + day - minute)!
  expect(packetsPerSecond).toBeLessThanOrEqual(1250)
})

test('growth over weeks is followed', () => {
  const baselines = createBaselines()
  for (let weeks = 0; weeks < 20; weeks++) teach(baselines, startMs + weeks * week, week, () => 1000 * 1.05 ** weeks)
  expect(baselines.findUsual('a', startMs + 20 * week + 30 * hour)!.packetsPerSecond).toBeGreaterThan(2200)
})

test('no more targets are learned than the bound allows', () => {
  const baselines = createBaselines({ maxTargets: 3 })
  for (let target = 0; target < 10; target++) baselines.observe(`${target}`, startMs, 1, 1, false)
  expect({ size: baselines.size, refused: baselines.refused }).toEqual({ size: 3, refused: 7 })
})
