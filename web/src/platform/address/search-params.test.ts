import { expect, test } from 'vitest'
import { aDay, aFlag, anId, anyText, aVersion, oneOf, ownAddress, searchOf } from '#platform/address/search-params.ts'

test('an address keeps what fits and drops what does not, also what nobody declared', () => {
  const read = searchOf({ search: anyText, unit: anId, show: oneOf('differing', 'contested') })
  expect(read({ search: 'hà', unit: '0192f1a0-0000-7000-8000-00000000000A', show: 'all', more: 'x' })).toEqual({
    search: 'hà',
    unit: '0192f1a0-0000-7000-8000-00000000000A',
  })
  expect(read({ search: 7, unit: "' or 1=1", show: { a: 1 } })).toEqual({})
})

test('a day is one that the calendar has', () => {
  expect(aDay('2024-02-29')).toBe('2024-02-29')
  for (const odd of ['2023-02-29', '2024-13-01', '24-1-1', '', 20240229, null]) expect(aDay(odd)).toBeUndefined()
})

test('an address to go back to stays on this site', () => {
  expect(ownAddress('/plans?unit=1')).toBe('/plans?unit=1')
  for (const elsewhere of ['//example.invalid', String.raw`/\example.invalid`, 'https://example.invalid', ''])
    expect(ownAddress(elsewhere)).toBeUndefined()
})

test('versions count from one, flags are flags', () => {
  expect([aVersion(1), aVersion(0), aVersion(1.5), aVersion('1')]).toEqual([1, undefined, undefined, undefined])
  expect([aFlag(true), aFlag(false), aFlag('true')]).toEqual([true, false, undefined])
})
