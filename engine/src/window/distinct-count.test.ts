import { expect, test } from 'vitest'
import { countDistinct, distinctPlace, distinctRank, hashWord, hashWords, noteDistinct, registersPerCount } from './distinct-count.ts'

const note = (registers: Uint8Array, at: number, hash: number): void => noteDistinct(registers, at, distinctPlace(hash), distinctRank(hash))

test.each([0, 1, 10, 500, 5000, 100_000, 1_000_000])('%i different ones are counted to 15 percent, however often each comes', number => {
  const registers = new Uint8Array(registersPerCount)
  for (let round = 0; round < 2; round++) for (let one = 0; one < number; one++) note(registers, 0, hashWords(one * 7, 0, 0, one & 3))
  expect(Math.abs(countDistinct(registers, 0) - number)).toBeLessThanOrEqual(number * 0.15)
})

test('two sets together count what is in either', () => {
  const registers = new Uint8Array(registersPerCount * 2)
  for (let one = 0; one < 2000; one++) note(registers, one < 1200 ? 0 : registersPerCount, hashWords(one, 0, 0, 0))
  for (let one = 0; one < 1000; one++) note(registers, registersPerCount, hashWords(one, 0, 0, 0))
  expect(Math.abs(countDistinct(registers, 0, registersPerCount) - 2000)).toBeLessThan(300)
})

test.each([1, 256, 65_536, 40_503])('IPv4 addresses that differ by %i are counted to 15 percent', step => {
  const registers = new Uint8Array(registersPerCount)
  for (let one = 0; one < 20_000; one++) note(registers, 0, hashWord((0x0a00_0000 + one * step) >>> 0))
  expect(Math.abs(countDistinct(registers, 0) - 20_000)).toBeLessThanOrEqual(20_000 * 0.15)
})
