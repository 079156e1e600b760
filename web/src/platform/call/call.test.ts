import { getPerson, listPeople, previewRoster } from 'luytre/capacity/people/people.api.ts'
import { expect, test } from 'vitest'
import { addressOf, fileNameOf } from '#platform/call/call.ts'

test('parameters are put into the path, escaped', () => {
  expect(addressOf(getPerson, { params: { personId: 'a/b' } })).toBe('/api/v1/people/a%2Fb')
})

test('a parameter that is missing is a mistake of ours, not a call', () => {
  expect(() => addressOf(getPerson, {})).toThrow('personId')
})

test('what the query leaves open does not reach the address', () => {
  expect(addressOf(listPeople, { query: { search: 'Ễnh', unitId: undefined, limit: 50 } })).toBe(
    '/api/v1/people?search=%E1%BB%84nh&limit=50',
  )
  expect(addressOf(listPeople, { query: { search: '' } })).toBe('/api/v1/people')
})

test('the name of an uploaded file travels in the query', () => {
  const file = new File(['x'], 'Danh sách nhân sự.xlsx')
  expect(addressOf(previewRoster, { file })).toBe('/api/v1/roster-imports?fileName=Danh+s%C3%A1ch+nh%C3%A2n+s%E1%BB%B1.xlsx')
})

test.each([
  ['attachment; filename*=UTF-8\'\'K%E1%BA%BF%20ho%E1%BA%A1ch.pdf; filename="Ke hoach.pdf"', 'Kế hoạch.pdf'],
  ['attachment; filename="plan.pdf"', 'plan.pdf'],
  [null, 'download'],
])('the name of a download is read from %s', (disposition, name) => {
  expect(fileNameOf(disposition)).toBe(name)
})
