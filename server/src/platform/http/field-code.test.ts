import { expect, test } from 'vitest'
import { z } from 'zod'
import { fieldCode } from './field-code.ts'

const short = z.string().min(3).max(5)
const list = z.array(z.string()).min(2).max(3)
const figure = z.number().min(1).max(9)

test.each([
  [short, undefined, { code: 'required' }],
  [short, null, { code: 'required' }],
  [short, '', { code: 'required' }],
  [short, 'ab', { code: 'too-short', params: { minimum: 3 } }],
  [short, 'abcdef', { code: 'too-long', params: { maximum: 5 } }],
  [short, 7, { code: 'invalid' }],
  [list, ['a'], { code: 'too-few', params: { minimum: 2 } }],
  [list, ['a', 'b', 'c', 'd'], { code: 'too-many', params: { maximum: 3 } }],
  [z.array(z.string()).min(1), [], { code: 'required' }],
  [figure, 0, { code: 'too-small', params: { minimum: 1 } }],
  [figure, 10, { code: 'too-large', params: { maximum: 9 } }],
  [z.email(), 'an', { code: 'invalid-email' }],
  [z.iso.date(), '2026-02-30', { code: 'invalid-date' }],
  [z.uuid(), 'an', { code: 'invalid' }],
  [z.strictObject({}), { an: 1 }, { code: 'unknown' }],
  [z.enum(['a']), 'b', { code: 'invalid' }],
])('%#: %o says %o', (schema, value, said) => {
  const { error } = z.safeParse(schema as z.ZodType, value, { reportInput: true })
  expect(error!.issues.map(fieldCode)).toEqual([said])
})
