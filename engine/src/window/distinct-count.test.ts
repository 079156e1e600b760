import { expect, test } from 'vitest'
import { countDistinct, hashWords, noteDistinct, registersPerCount } from './distinct-count.ts'

test.each([0, 1, 10, 500, 5000, 100_000, 1_000_000])('%i different ones are counted to 15 percent, however often each comes', number => {
  const registers = new Uint8Array(registersPerCount)
  for (let round = 0; round < 2; round++)
    for (let one = 0; one < number; one++) noteDistinct(registers, 0, hashWords(one * 7, 0, 0, one & 3))
  expect(Math.abs(countDistinct(registers, 0) - number)).toBeLessThanOrEqual(number * 0.15)
})

test('two sets together count what is in either', () => {
  const registers = new Uint8Array(registersPerCount * 2)
  for (let one = 0; one < 2000; one++) noteDistinct(registers, one < 1200 ? 0 : registersPerCount, hashWords(one, 0, 0, 0))
  for (let one = 0; one < 1000; one++) noteDistinct(registers, registersPerCount, hashWords(one, 0, 0, 0))
  expect(Math.abs(countDistinct(registers, 0, registersPerCount) - 2000)).toBeLessThan(300)
})
