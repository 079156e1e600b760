import { expect, test } from 'vitest'
import { listRoutes } from '#router.tsx'

test('every page is listed once, by its full address', () => {
  const paths = listRoutes().map(route => route.path)
  expect(new Set(paths).size).toBe(paths.length)
  expect(paths).toEqual(expect.arrayContaining(['/', '/sign-in', '/people', '/people/$personId', '/roster-import/$previewId', '/ledger']))
})

test('what a page needs holds for the pages within it', () => {
  const needs = Object.fromEntries(listRoutes().map(route => [route.path, route.needs]))
  expect(needs['/people/$personId']).toBe('person.read')
  expect(needs['/people/$personId/edit']).toBe('person.write')
  expect(needs['/']).toBeUndefined()
})

test('only the pages before signing in are public', () => {
  expect(listRoutes().flatMap(route => (route.isPublic ? [route.path] : []))).toEqual([
    '/sign-in',
    '/setup',
    '/set-password',
    '/reset-password',
  ])
})
