import type { ChainRole } from 'luytre/capacity/frameworks/reporting-chain.api.ts'
import { expect, test } from 'vitest'
import { boxHeight, inOrder, layOut, treesOf } from '#capacity/frameworks/reporting-tree.ts'

const role = (id: string, reportsToId: string | null): ChainRole => ({ id, code: id.toUpperCase(), name: { en: id }, reportsToId })
const roles = [
  role('chief', null),
  role('lead', 'chief'),
  role('one', 'lead'),
  role('two', 'lead'),
  role('side', 'chief'),
  role('other', null),
  role('last', 'other'),
]
const trees = treesOf(roles)

test('every role stands once, below the one that it reports to', () => {
  expect(inOrder(trees).map(({ role: { id }, depth }) => `${depth} ${id}`)).toEqual([
    '0 chief',
    '1 lead',
    '2 one',
    '2 two',
    '1 side',
    '0 other',
    '1 last',
  ])
})

test('a role whose chief is not in the chain stands at the top', () => {
  expect(treesOf([role('alone', 'elsewhere')]).map(node => node.role.id)).toEqual(['alone'])
})

test.each([1200, 900, 700, 390, 300])('at %i pixels no two boxes lie on one another and none lies outside', width => {
  const { roles: placed, lines, height } = layOut(trees, width)
  expect(placed).toHaveLength(7)
  expect(lines).toHaveLength(5)
  for (const [index, one] of placed.entries()) {
    expect(one.x + one.width).toBeLessThanOrEqual(width)
    expect(one.y).toBeGreaterThanOrEqual(0)
    expect(one.y + boxHeight).toBeLessThanOrEqual(height)
    for (const other of placed.slice(index + 1)) {
      const isApart = Math.abs(one.y - other.y) >= boxHeight || one.x + one.width <= other.x || other.x + other.width <= one.x
      expect(isApart, `${one.role.id} and ${other.role.id}`).toBe(true)
    }
  }
})

test('where there is room a role stands beside the middle of those that report to it', () => {
  const y = new Map(layOut(trees, 1200).roles.map(one => [one.role.id, one.y]))
  expect(y.get('lead')).toBe((y.get('one')! + y.get('two')!) / 2)
  expect(y.get('chief')).toBe((y.get('lead')! + y.get('side')!) / 2)
})

test('a chain of nobody takes no room', () => {
  expect(layOut([], 800)).toMatchObject({ roles: [], lines: [], height: 0 })
})
