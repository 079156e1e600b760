import { expect, test } from 'vitest'
import { createBlockCoverage } from './block-coverage.ts'
import { fuzz, tryInputs } from './fuzz-loop.ts'
import { hold } from './fuzz-target.ts'
import type { FuzzTarget } from './fuzz-target.ts'
import { targets } from './targets.ts'

/** Breaks its promise once three marks came, each in an input of its own that is only found from the one before. */
const broken: FuzzTarget = {
  name: 'broken',
  maxInputBytes: 32,
  seeds: () => [Uint8Array.from([1, 2, 3, 4])],
  open(note) {
    let marks = 0
    return {
      take(input) {
        let equal = 0
        while (equal < 3 && input[equal] === 0xff) equal++
        note(0, equal)
        if (equal === 3) marks++
        hold(marks < 3, 'three marks are too many')
      },
      settle: () => {},
    }
  },
}

test('what is found step by step, and needs what came before, is found and told in the fewest inputs', () => {
  const { finding } = fuzz(broken, { inputs: 100_000, seed: 1, corpus: [] })
  expect(finding?.promise).toBe('three marks are too many')
  const { inputs, round } = finding!
  expect(inputs).toHaveLength(3)
  expect(inputs[2]).toEqual(Uint8Array.of(0xff, 0xff, 0xff))
  expect(tryInputs(broken, round, inputs)?.message).toBe('three marks are too many')
  expect(tryInputs(broken, round, inputs.slice(1))).toBeUndefined()
})

test('the same seed does the same, another does something else', () => {
  const target = targets.find(({ name }) => name === 'sflow5')!
  const run = (seed: number): Uint8Array[] => fuzz(target, { inputs: 3000, seed, corpus: [] }).kept
  expect(run(3)).toEqual(run(3))
  expect(run(3)).not.toEqual(run(4))
})

test('code that an input is the first to run is told', () => {
  const target = targets.find(({ name }) => name === 'netflow5')!
  const [seed] = target.seeds()
  const coverage = createBlockCoverage()
  const decoder = target.open(() => {}, 0)
  coverage.start()
  decoder.take(seed!)
  const first = coverage.takeNew()
  expect([...first.keys()].some(file => file.endsWith('/wire/netflow5.ts'))).toBe(true)
  decoder.take(seed!)
  expect(coverage.takeNew().size).toBe(0)
  // Sixteen bytes are less than a header.
  decoder.take(seed!.slice(0, 16))
  expect(coverage.takeNew().size).toBeGreaterThan(0)
  coverage.stop()
})
