import { expect, test } from 'vitest'
import { createCaptureClock } from './capture-clock.ts'

const readAll = (times: readonly number[]): { read: number[]; behind: number } => {
  const clock = createCaptureClock()
  return { read: times.map(clock.read), behind: clock.behind }
}

test('packets that come out of order do not take time back', () =>
  expect(readAll([0, 30, 20, 40])).toEqual({ read: [0, 30, 30, 40], behind: 0 }))

test('of two clocks the later one holds, and the packets of the other are counted', () =>
  expect(readAll([8000, 0, 8001, 1, 8002, 2])).toEqual({ read: [8000, 8000, 8001, 8001, 8002, 8002], behind: 3 }))

test('a clock that was set back goes on from there', () => {
  const { read, behind } = readAll([100_000, ...Array.from({ length: 70 }, (_, packet) => packet)])
  expect(read.slice(0, 65)).toEqual(Array.from({ length: 65 }, () => 100_000))
  expect(read.slice(65)).toEqual([64, 65, 66, 67, 68, 69])
  expect(behind).toBe(65)
})
