import fc from 'fast-check'
import { expect, test } from 'vitest'
import { aloneCuts, chooseRun, chooseRuns, createAxis, maxStretches, termsOf } from './axis.ts'
import { holdsNumber } from './match-flow.ts'

test('what a set of stretches says holds for its values and no others', () => {
  const cuts = fc.array(fc.nat({ max: 70_000 }), { maxLength: 50 })
  fc.assert(
    fc.property(cuts, fc.nat({ max: 0x7fff_ffff }), fc.array(fc.nat({ max: 65_535 }), { maxLength: 20 }), (places, chosen, values) => {
      const axis = createAxis(places)
      expect(axis.starts.length).toBeLessThanOrEqual(maxStretches)
      const mask = chosen & (2 ** axis.starts.length - 1)
      const terms = termsOf(axis, mask)
      for (const value of [...values, ...axis.starts, ...axis.starts.map(start => Math.max(0, start - 1)), 65_535])
        expect(holdsNumber(terms, value)).toBe(((mask >>> axis.codeOf[value]!) & 1) === 1)
    }),
  )
})

test('the first cuts count when there are too many', () => {
  const axis = createAxis([...aloneCuts([443]), ...Array.from({ length: 60 }, (_, index) => 1000 + index)])
  expect(axis.starts).toHaveLength(maxStretches)
  expect(axis.codeOf[442]).not.toBe(axis.codeOf[443])
  expect(axis.codeOf[443]).not.toBe(axis.codeOf[444])
})

const sumOf = (values: readonly number[], mask: number): number =>
  values.reduce((sum, value, code) => sum + ((mask >>> code) & 1) * value, 0)
const runsOf = (mask: number): number => (mask & ~(mask << 1)).toString(2).replaceAll('0', '').length
const values = fc.array(fc.integer({ min: -9, max: 9 }), { minLength: 1, maxLength: 9 })

test('the best set of runs is as good as the best of all sets', () => {
  fc.assert(
    fc.property(values, fc.nat({ max: 6 }), (worth, runCost) => {
      const all = Array.from({ length: 2 ** worth.length }, (_, mask) => sumOf(worth, mask) - runsOf(mask) * runCost)
      const { mask, sum } = chooseRuns(worth, worth.length, runCost)
      expect(sum).toBe(Math.max(...all))
      expect(sumOf(worth, mask) - runsOf(mask) * runCost).toBe(sum)
    }),
  )
})

test('the best run is as good as the best of all runs', () => {
  fc.assert(
    fc.property(values, worth => {
      const masks = Array.from({ length: 2 ** worth.length }, (_, mask) => mask).filter(mask => runsOf(mask) === 1)
      const { mask, sum } = chooseRun(worth, worth.length)
      expect(sum).toBe(Math.max(...masks.map(one => sumOf(worth, one))))
      expect(sumOf(worth, mask)).toBe(sum)
      expect(runsOf(mask)).toBe(1)
    }),
  )
})
