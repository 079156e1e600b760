import fc from 'fast-check'
import { expect, test } from 'vitest'
import { encodeBaselines, restoreBaselines } from './baseline-file.ts'
import { createBaselines, learnedValues } from './baselines.ts'
import type { Baselines } from './baselines.ts'

const hour = 3_600_000
const bytesOf = (baselines: Baselines): Uint8Array => new Uint8Array(Buffer.concat([...encodeBaselines(baselines)]))
const listOf = (baselines: Baselines) => [...baselines.list()].map(({ target, usual }) => ({ target, usual: [...usual] }))

/** A day and an hour of a thousand packets a second, in looks a minute apart. */
function learned(target: string): Baselines {
  const baselines = createBaselines()
  for (let at = 0; at < 25 * hour; at += 60_000) baselines.observe(target, at, 1000, 8_000_000, false)
  return baselines
}

test('what was learned is known after a restart, and learning goes on', () => {
  const before = learned('192.0.2.10')
  const after = createBaselines()
  expect(restoreBaselines(after, bytesOf(before))).toEqual({ targets: 1 })
  expect(after.findUsual('192.0.2.10', 30 * hour)).toEqual(before.findUsual('192.0.2.10', 30 * hour))
  expect(after.findUsual('192.0.2.10', 30 * hour)).toEqual({ packetsPerSecond: 1000, bitsPerSecond: 8_000_000 })
  // The second week may raise an hour by a quarter.
  for (let at = 168 * hour; at < 170 * hour; at += 60_000) after.observe('192.0.2.10', at, 5000, 8_000_000, false)
  expect(after.findUsual('192.0.2.10', 168 * hour)).toMatchObject({ packetsPerSecond: 1250 })
})

test('whatever is known comes back as it was, and what is not known stays unknown', () => {
  const rate = fc.oneof(fc.constant(NaN), fc.float({ min: 0, noNaN: true, noDefaultInfinity: true }))
  const target = fc.record({
    target: fc.string({ minLength: 1, maxLength: 64, unit: 'grapheme-ascii' }),
    usual: fc.array(rate, { minLength: learnedValues, maxLength: learnedValues }).map(values => Float32Array.from(values)),
  })
  fc.assert(
    fc.property(fc.uniqueArray(target, { maxLength: 5, selector: one => one.target }), targets => {
      const before = createBaselines()
      for (const one of targets) before.restore(one)
      const after = createBaselines()
      const known = listOf(before)
      expect(restoreBaselines(after, bytesOf(before))).toEqual({ targets: known.length })
      expect(listOf(after)).toEqual(known)
    }),
    { numRuns: 50 },
  )
})

test('of a file that was cut, changed or is another one nothing is taken up', () => {
  const whole = bytesOf(learned('2001:db8::10'))
  const broken: Uint8Array[] = [new Uint8Array(), new TextEncoder().encode('something else'), new Uint8Array([...whole, 0])]
  for (let length = 0; length < whole.length; length += 97) broken.push(whole.slice(0, length))
  const withRate = (rate: number): Uint8Array => {
    const bytes = whole.slice()
    new DataView(bytes.buffer).setFloat32(8 + 1 + '2001:db8::10'.length, rate, true)
    return bytes
  }
  broken.push(withRate(-1), withRate(Infinity), whole.with(8, 255), whole.with(whole.length - 4, 7), whole.with(9, 0xff))
  for (const bytes of broken) {
    const baselines = createBaselines()
    expect(restoreBaselines(baselines, bytes)).toHaveProperty('damagedAt')
    expect(baselines.size).toBe(0)
  }
})

test('any bytes are read to an end without a throw', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 4000 }), bytes => {
      const baselines = createBaselines()
      const marked = new Uint8Array([...new TextEncoder().encode('LTBASE01'), ...bytes])
      for (const input of [bytes, marked]) restoreBaselines(baselines, input)
      expect(baselines.size).toBeLessThanOrEqual(3)
    }),
  )
})

test('a file with more targets than there is room for fills the room', () => {
  const before = createBaselines()
  for (let number = 0; number < 5; number++) before.restore({ target: `192.0.2.${number}`, usual: new Float32Array(learnedValues).fill(1) })
  const after = createBaselines({ maxTargets: 3 })
  expect(restoreBaselines(after, bytesOf(before))).toEqual({ targets: 5 })
  expect({ size: after.size, refused: after.refused }).toEqual({ size: 3, refused: 2 })
})
