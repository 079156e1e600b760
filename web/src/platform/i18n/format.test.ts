import fc from 'fast-check'
import { expect, test } from 'vitest'
import { formatDate, formatDuration, formatInstant, isDay, readTypedDate, typedDate } from '#platform/i18n/format.ts'
import { languages } from '#platform/i18n/languages.ts'

test('a day is written as the reader writes it', () => {
  expect(languages.map(language => formatDate('2026-04-01', language))).toEqual(['01/04/2026', '1 Apr 2026', '2026/04/01'])
})

test.each(['2026-13-45', '2026-02-29', '2026-4-1', '2026-04-01T00:00', '0000-00-00', ''])('%j is no day', text => {
  expect(isDay(text)).toBe(false)
})

test.each(['2026-04-01', '2028-02-29', '0001-01-01'])('%s is a day', text => {
  expect(isDay(text)).toBe(true)
})

test("an instant shows in the authority's time zone", () => {
  expect(formatInstant('2026-11-22T18:30:00Z', 'ja', 'Asia/Ho_Chi_Minh')).toBe('2026/11/23 01:30')
})

test('a duration is written in words, its two largest units', () => {
  expect(formatDuration(2 * 86_400_000 + 5 * 3_600_000 + 59_000, 'en')).toBe('2 days, 5 hours')
  expect(formatDuration(400, 'en')).toBe('0 seconds')
})

test.each([
  ['1/4/2026', 'vi', '2026-04-01'],
  ['01.04.2026', 'en', '2026-04-01'],
  ['2026-04-01', 'vi', '2026-04-01'],
  ['2026年4月1日', 'ja', '2026-04-01'],
  ['２０２６／０４／０１', 'ja', '2026-04-01'],
  ['01/04/2026', 'ja', '2026-04-01'],
  ['29/02/2028', 'vi', '2028-02-29'],
  ['29/02/2026', 'vi', undefined],
  ['31/4/2026', 'vi', undefined],
  ['1/4/26', 'vi', undefined],
  ['tháng tư', 'vi', undefined],
] as const)('%s typed in %s is the day %s', (typed, language, day) => {
  expect(readTypedDate(typed, language)).toBe(day)
})

test('every day that is shown for typing is read back as the same day', () => {
  const days = fc
    .date({ min: new Date('1900-01-01'), max: new Date('2199-12-31'), noInvalidDate: true })
    .map(date => date.toISOString().slice(0, 10))
  fc.assert(fc.property(days, fc.constantFrom(...languages), (day, language) => readTypedDate(typedDate(day, language), language) === day))
})
