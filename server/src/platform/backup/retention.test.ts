import fc from 'fast-check'
import { expect, test } from 'vitest'
import { nameBackup } from './backup.ts'
import { chooseExpired, isBackupDue, isBackupOverdue, readBackupName } from './retention.ts'

const daily = (first: string, days: number, hour = 18): string[] =>
  Array.from({ length: days }, (_, day) => nameBackup(new Date(Date.parse(`${first}T00:00:00Z`) + day * 86_400_000 + hour * 3_600_000)))

test('of a year of daily backups the last days, weeks and months stay', () => {
  const names = daily('2026-01-01', 365)
  const expired = new Set(chooseExpired(names, { daily: 7, weekly: 4, monthly: 12 }))
  const days = names.filter(name => !expired.has(name)).map(name => name.slice(7, 15))
  expect(days.slice(0, 6)).toEqual(['20260131', '20260228', '20260331', '20260430', '20260531', '20260630'])
  expect(days.slice(6, 11)).toEqual(['20260731', '20260831', '20260930', '20261031', '20261130'])
  expect(days.slice(11, 13)).toEqual(['20261213', '20261220'])
  expect(days.slice(13)).toEqual(['20261225', '20261226', '20261227', '20261228', '20261229', '20261230', '20261231'])
})

test('of several backups of a day the newest stays', () => {
  const names = [...daily('2026-11-20', 3, 18), ...daily('2026-11-20', 3, 6)]
  expect(chooseExpired(names, { daily: 2, weekly: 0, monthly: 0 }).sort()).toEqual(
    ['luytre-20261120T060000Z.tar', 'luytre-20261120T180000Z.tar', 'luytre-20261121T060000Z.tar', 'luytre-20261122T060000Z.tar'].sort(),
  )
})

test('days without a backup do not use up what is kept', () => {
  const names = ['2026-03-01', '2026-06-01', '2026-11-22'].flatMap(day => daily(day, 1))
  expect(chooseExpired(names, { daily: 3, weekly: 0, monthly: 0 })).toEqual([])
})

test('the newest backup and files of other names are never removed, and no more is kept than was asked for', () => {
  const at = fc.date({ min: new Date('2020-01-01T00:00:00Z'), max: new Date('2030-12-31T00:00:00Z'), noInvalidDate: true })
  const few = fc.nat(20)
  fc.assert(
    fc.property(fc.uniqueArray(at.map(nameBackup), { minLength: 1, maxLength: 200 }), few, few, few, (names, days, weekly, monthly) => {
      const others = ['luytre-20261122T030000Z.tar.unfinished', 'notes.txt', 'luytre-20269922T030000Z.tar']
      const expired = chooseExpired([...others, ...names], { daily: days, weekly, monthly })
      expect(expired).not.toContain(names.toSorted().at(-1))
      expect(expired.filter(name => !names.includes(name))).toEqual([])
      expect(names.length - expired.length).toBeLessThanOrEqual(Math.max(1, days + weekly + monthly))
    }),
  )
})

test('names are read as they are written', () => {
  expect(readBackupName('luytre-20261122T030405Z.tar')).toEqual(new Date('2026-11-22T03:04:05Z'))
  expect(readBackupName('luytre-20261122T030405Z.tar.gz')).toBeUndefined()
})

test.each([
  ['none was made yet', undefined, '2026-11-22T03:00:00Z', true],
  ['the hour has not struck since', '2026-11-21T18:00:05Z', '2026-11-22T17:59:59Z', false],
  ['the hour has struck', '2026-11-21T18:00:05Z', '2026-11-22T18:00:00Z', true],
  ['one by hand after the hour counts', '2026-11-22T18:30:00Z', '2026-11-22T23:00:00Z', false],
  ['the server was off for a week', '2026-11-15T18:00:00Z', '2026-11-22T08:00:00Z', true],
])('due: %s', (_, last, now, isDue) => {
  expect(isBackupDue(last ? new Date(last) : undefined, new Date(now), 18)).toBe(isDue)
})

test('overdue is said two hours later', () => {
  const last = new Date('2026-11-21T18:00:05Z')
  expect(isBackupOverdue(last, new Date('2026-11-22T19:59:00Z'), 18)).toBe(false)
  expect(isBackupOverdue(last, new Date('2026-11-22T20:00:01Z'), 18)).toBe(true)
})
