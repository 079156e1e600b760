import { expect, test } from 'vitest'
import { isFaultOfSurroundings } from './surroundings.ts'

test.each([
  ['disk-full', true],
  ['ledger.key-exposed', true],
  ['ENOENT', true],
  ['EAI_AGAIN', true],
  ['ECONNREFUSED', true],
  ['28P01', true],
  ['3D000', true],
  ['57P03', true],
  // Defects: the stack says where.
  ['ERR_INVALID_ARG_TYPE', false],
  ['ERR_ASSERTION', false],
  ['23505', false],
  ['42P01', false],
  [undefined, false],
])('of an error with code %s an operator hears the sentence alone: %s', (code, isOfSurroundings) => {
  expect(isFaultOfSurroundings(Object.assign(new Error('a sentence'), { code }))).toBe(isOfSurroundings)
})
