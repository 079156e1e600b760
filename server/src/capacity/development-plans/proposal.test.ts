import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Gap } from '#capacity/assessments/assessments.api.ts'
import { chooseGaps, kindFor, maxChosen, proposeActions, renew } from './proposal.ts'

const gap = (id: string, have: number, need: number, importance: Gap['importance'], priority = 1): Gap => ({
  relationId: `relation-${id}`,
  element: { id, kind: 'competency', code: id, parentId: null, level: null, name: {}, text: {} },
  importance,
  have,
  haveFrom: 'agreed',
  need,
  missing: need - have,
  priority,
  statements: [],
})

const halfYear = { startsOn: '2026-07-01', endsOn: '2026-12-31' }
const some = (count: number): Gap[] => Array.from({ length: count }, (_, index) => gap(`g${index}`, 1, 2, 'required', index + 1))

test.each([
  ['much to learn for a duty', 0, 3, 'required', 'course'],
  ['much to learn for something helpful', 1, 3, 'helpful', 'course'],
  ['the first step of a duty', 0, 1, 'required', 'mentoring'],
  ['the last step of a duty', 2, 3, 'required', 'on-the-job'],
  ['one step of something helpful', 0, 1, 'helpful', 'self-study'],
] as const)('%s (%i to %i, %s) is closed by %s', (_fact, have, need, importance, kind) => {
  expect(kindFor(gap('a', have, need, importance))).toBe(kind)
})

test('a proposal takes on the five most urgent gaps', () => {
  expect(chooseGaps(some(8)).map(({ priority }) => priority)).toEqual([1, 2, 3, 4, 5])
  expect(chooseGaps(some(2))).toHaveLength(2)
  expect(chooseGaps([])).toEqual([])
})

test.each([
  [
    'a half-year to come is used from its first day',
    '2026-05-01',
    ['2026-07-01 to 2026-08-30', '2026-08-31 to 2026-10-30', '2026-10-31 to 2026-12-31'],
  ],
  ['a running one from today', '2026-12-02', ['2026-12-02 to 2026-12-11', '2026-12-12 to 2026-12-21', '2026-12-22 to 2026-12-31']],
  ['its last day holds everything', '2026-12-31', ['2026-12-31 to 2026-12-31', '2026-12-31 to 2026-12-31', '2026-12-31 to 2026-12-31']],
  ['a past one is used as it was', '2027-03-01', ['2026-07-01 to 2026-08-30', '2026-08-31 to 2026-10-30', '2026-10-31 to 2026-12-31']],
])('dates: %s', (_fact, today, expected) => {
  expect(proposeActions(some(3), halfYear, today).map(({ startsOn, dueOn }) => `${startsOn} to ${dueOn}`)).toEqual(expected)
})

test('whatever the day, actions lie in the half-year, in order, and not before today', () => {
  const day = fc
    .date({ min: new Date('2026-01-01'), max: new Date('2027-12-31'), noInvalidDate: true })
    .map(date => date.toISOString().slice(0, 10))
  fc.assert(
    fc.property(day, fc.nat(maxChosen), (today, count) => {
      const actions = proposeActions(some(count), halfYear, today)
      expect(actions).toHaveLength(count)
      actions.forEach(({ startsOn, dueOn }, index) => {
        expect(startsOn >= halfYear.startsOn && dueOn <= halfYear.endsOn && startsOn <= dueOn).toBe(true)
        if (today >= halfYear.startsOn && today <= halfYear.endsOn) expect(startsOn >= today).toBe(true)
        if (index > 0) expect(startsOn >= actions[index - 1]!.startsOn).toBe(true)
      })
    }),
  )
})

test('renewed: what was chosen and is open stays, the most urgent others fill up, each has an action', () => {
  const gaps = some(7)
  const { chosen, lacking } = renew(gaps, { chosen: new Set(['g6', 'g1', 'closed']), withAction: new Set(['g6', 'closed']) })
  expect(chosen.map(({ element }) => element.id)).toEqual(['g0', 'g1', 'g2', 'g3', 'g6'])
  expect(lacking.map(({ element }) => element.id)).toEqual(['g0', 'g1', 'g2', 'g3'])
})
