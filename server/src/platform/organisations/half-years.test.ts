import { expect, test } from 'vitest'
import { dayIn, halfYearAt } from './half-years.ts'

test.each([
  ['2026-01-01', 1, 0, { code: '2026-H1', startsOn: '2026-01-01', endsBefore: '2026-07-01' }],
  ['2026-12-31', 1, 0, { code: '2026-H2', startsOn: '2026-07-01', endsBefore: '2027-01-01' }],
  ['2026-11-22', 1, 1, { code: '2027-H1', startsOn: '2027-01-01', endsBefore: '2027-07-01' }],
  ['2026-03-31', 4, 0, { code: '2025-H2', startsOn: '2025-10-01', endsBefore: '2026-04-01' }],
  ['2026-04-01', 4, 0, { code: '2026-H1', startsOn: '2026-04-01', endsBefore: '2026-10-01' }],
  ['2026-11-22', 4, -2, { code: '2025-H2', startsOn: '2025-10-01', endsBefore: '2026-04-01' }],
] as const)('%s with years from month %i, %i steps on', (date, startMonth, offset, period) => {
  expect(halfYearAt(date, startMonth, offset)).toEqual(period)
})

test('a day is the day of the place, not of Greenwich', () => {
  expect(dayIn('Asia/Ho_Chi_Minh', new Date('2026-06-30T17:30:00Z'))).toBe('2026-07-01')
})
