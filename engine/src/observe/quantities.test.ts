import { expect, test } from 'vitest'
import { formatAge, formatClock, formatCount, formatRate } from './quantities.ts'
import { cutText, fitText, plainText, widthOf } from './text-width.ts'

test.each<[number, string]>([
  [0, '0'],
  [0.4, '0'],
  [-3, '0'],
  [Number.NaN, '0'],
  [1, '1'],
  [999.4, '999'],
  [999.6, '1.00 k'],
  [1234, '1.23 k'],
  [9996, '10.0 k'],
  [45_600, '45.6 k'],
  [99_960, '100 k'],
  [610_000_000, '610 M'],
  [1.2e9, '1.20 G'],
  [3e18, '3000 P'],
])('%d is %s', (value, text) => expect(formatCount(value)).toBe(text))

test.each<[number, string, string]>([
  [610e6, 'bit/s', '610 Mbit/s'],
  [87, 'bit/s', '87 bit/s'],
  [87_000, 'packets/s', '87.0 k packets/s'],
])('%d %s is %s', (value, unit, text) => expect(formatRate(value, unit)).toBe(text))

test.each<[number, string]>([
  [-5, '0:00'],
  [7999, '0:07'],
  [723_000, '12:03'],
  [11_523_000, '3:12:03'],
  [183_600_000, '2 d 03 h'],
])('%d ms are %s', (ms, text) => expect(formatAge(ms)).toBe(text))

test('the clock is UTC', () => expect(formatClock(1_772_334_764_900)).toBe('03:12:44 UTC'))

test.each<[string, number]>([
  ['Bộ Nội vụ', 9],
  ['Bộ'.normalize('NFD'), 2],
  ['内務省', 6],
  ['한국', 4],
  ['', 0],
])('%s takes %d columns', (text, columns) => expect(widthOf(text)).toBe(columns))

test.each<[string, number, string]>([
  ['192.0.2.10', 10, '192.0.2.10'],
  ['192.0.2.10', 6, '192.0…'],
  ['内務省', 5, '内務…'],
  ['内務省', 4, '内…'],
  ['ab', 0, ''],
])('%s in %d columns is %s', (text, columns, cut) => expect(cutText(text, columns)).toBe(cut))

test('texts are fitted to a side', () => {
  expect(fitText('内', 4)).toBe('内  ')
  expect(fitText('7', 3, 'right')).toBe('  7')
})

test('what a terminal would obey is taken out', () => expect(plainText('a\u001b[31mb\u0007\u202ec\n')).toBe('a[31mbc'))
