import type { Unit } from 'luytre/capacity/people/people.api.ts'
import { expect, test } from 'vitest'
import { choicesOfUnits, unitAndBelow, unitLines } from '#capacity/people/unit-tree.ts'

const unit = (id: string, parentId: string | null): Unit => ({
  id,
  parentId,
  code: id.toUpperCase(),
  name: { vi: id },
  version: 1,
  startsOn: null,
  endsBefore: null,
  people: 0,
})
const units = [unit('a', null), unit('b', null), unit('a1', 'a'), unit('b1', 'b'), unit('a11', 'a1')]

test('each unit stands under its parent, siblings in their order', () => {
  expect(unitLines(units).map(({ unit: { id }, depth }) => [id, depth])).toEqual([
    ['a', 0],
    ['a1', 1],
    ['a11', 2],
    ['b', 0],
    ['b1', 1],
  ])
})

test('a unit whose parent is not visible stands at the top', () => {
  expect(unitLines([unit('a1', 'a')])).toHaveLength(1)
})

test('a unit cannot be put under itself or under what is below it', () => {
  expect([...unitAndBelow(units, 'a')]).toEqual(['a', 'a1', 'a11'])
})

test('choices show name, code and depth', () => {
  expect(choicesOfUnits(units, name => name.vi ?? '')[2]).toEqual({ value: 'a11', label: '\u00A0\u00A0\u00A0\u00A0\u00A0\u00A0a11 (A11)' })
})
