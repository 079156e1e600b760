import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { RoleNeed } from '#capacity/frameworks/frameworks.api.ts'
import { rankGaps } from './gaps.ts'
import type { Have } from './gaps.ts'

const element = (id: string, kind: 'competency' | 'statement' = 'competency', level: number | null = null) =>
  ({ id, kind, code: id, parentId: null, level, name: {}, text: {} }) as const

const need = (id: string, level: number, importance: 'required' | 'helpful'): RoleNeed => ({
  relationId: `relation-${id}`,
  importance,
  level,
  element: element(id),
  statements: [1, 2, 3].map(step => element(`${id}.${step}`, 'statement', step)),
})

const role = [
  need('a', 2, 'helpful'),
  need('b', 3, 'required'),
  need('c', 2, 'required'),
  need('d', 3, 'required'),
  need('e', 1, 'helpful'),
]
const agreed = (levels: Record<string, number>): Map<string, Have> =>
  new Map(Object.entries(levels).map(([id, level]) => [id, { level, from: 'agreed' as const }]))

test.each([
  ['nothing rated: required first, larger first, then the order of the framework', {}, ['b 0→3', 'd 0→3', 'c 0→2', 'a 0→2', 'e 0→1']],
  ['a level that is reached is no gap', { b: 3, d: 3, a: 2 }, ['c 0→2', 'e 0→1']],
  ['a level above the need is no gap', { c: 3, b: 3, d: 3, a: 3, e: 3 }, []],
  ['a smaller gap comes after a larger one', { b: 2, d: 1 }, ['c 0→2', 'd 1→3', 'b 2→3', 'a 0→2', 'e 0→1']],
  ['a large helpful gap stays behind a small required one', { b: 2, c: 2, d: 3 }, ['b 2→3', 'a 0→2', 'e 0→1']],
])('%s', (_fact, levels, expected) => {
  const gaps = rankGaps(role, agreed(levels))
  expect(gaps.map(gap => `${gap.element.id} ${gap.have}→${gap.need}`)).toEqual(expected)
  expect(gaps.map(gap => gap.priority)).toEqual(expected.map((_, index) => index + 1))
})

test('the statements of a gap are those above what is there, up to what is needed', () => {
  const [gap] = rankGaps([need('c', 2, 'required')], agreed({ c: 1 }))
  expect(gap!.statements.map(statement => statement.code)).toEqual(['c.2'])
  expect(rankGaps([need('c', 2, 'required')], new Map())[0]!.statements.map(statement => statement.code)).toEqual(['c.1', 'c.2'])
})

test('what nobody rated counts as 0', () => {
  expect(rankGaps(role, agreed({ b: 3 })).find(gap => gap.element.id === 'd')).toMatchObject({ have: 0, haveFrom: 'none', missing: 3 })
})

// Properties over any role and any ratings -----------------------------------------

const anyNeeds = fc
  .uniqueArray(fc.record({ id: fc.string({ minLength: 1 }), level: fc.integer({ min: 0, max: 9 }), isRequired: fc.boolean() }), {
    selector: entry => entry.id,
    minLength: 1,
    maxLength: 30,
  })
  .map(entries => entries.map(({ id, level, isRequired }) => need(id, level, isRequired ? 'required' : 'helpful')))
const anyHave = (needs: RoleNeed[]) =>
  fc
    .array(fc.option(fc.integer({ min: 0, max: 9 })), { minLength: needs.length, maxLength: needs.length })
    .map(
      levels =>
        new Map(
          needs.flatMap(({ element: { id } }, index) =>
            levels[index] === null ? [] : [[id, { level: levels[index]!, from: 'agreed' as const }]],
          ),
        ),
    )
const anyCase = anyNeeds.chain(needs => fc.tuple(fc.constant(needs), anyHave(needs), fc.nat(needs.length - 1)))

test('rating a line higher never makes its gap more urgent, and never makes another one less urgent', () => {
  fc.assert(
    fc.property(anyCase, fc.nat(9), ([needs, have, index], rise) => {
      const id = needs[index]!.element.id
      const before = rankGaps(needs, have)
      const level = Math.min(9, (have.get(id)?.level ?? 0) + rise)
      const after = rankGaps(needs, new Map([...have, [id, { level, from: 'agreed' }]]))
      const priority = (gaps: typeof before, of: string) => gaps.find(gap => gap.element.id === of)?.priority ?? Infinity
      expect(priority(after, id)).toBeGreaterThanOrEqual(priority(before, id))
      for (const { element: other } of needs)
        if (other.id !== id) expect(priority(after, other.id)).toBeLessThanOrEqual(priority(before, other.id))
    }),
  )
})

test('changing one rating below the need changes the gaps', () => {
  fc.assert(
    fc.property(anyCase, fc.nat(9), ([needs, have, index], level) => {
      const { element: rated, level: needed } = needs[index]!
      const old = have.get(rated.id)?.level ?? 0
      fc.pre(Math.min(old, needed) !== Math.min(level, needed))
      expect(rankGaps(needs, new Map([...have, [rated.id, { level, from: 'agreed' }]]))).not.toEqual(rankGaps(needs, have))
    }),
  )
})

test('gaps and lines that are met make up the role; priorities are 1 to n; required ones come first', () => {
  fc.assert(
    fc.property(anyCase, ([needs, have]) => {
      const gaps = rankGaps(needs, have)
      const met = needs.filter(({ element: { id }, level }) => (have.get(id)?.level ?? 0) >= level)
      expect(gaps.length + met.length).toBe(needs.length)
      expect(gaps.map(gap => gap.priority)).toEqual(gaps.map((_, index) => index + 1))
      const firstHelpful = gaps.findIndex(gap => gap.importance === 'helpful')
      if (firstHelpful >= 0) expect(gaps.slice(firstHelpful).every(gap => gap.importance === 'helpful')).toBe(true)
    }),
  )
})
