import { describe, expect, test } from 'vitest'
import { linesOf, settledValues, type ListParts, type Side } from '#ui/form/conflict-lines.ts'

const letters: ListParts = {
  read: value =>
    new Map(
      value
        .split(' ')
        .filter(Boolean)
        .map(item => [item[0]!, item]),
    ),
  write: items => items.join(' '),
}
const lists = { list: letters }
const base = { title: 'Old', note: 'Old', list: 'a1 b1 c1' }

const compare = (mine: typeof base, theirs: typeof base, isBaseKnown = true) => {
  const lines = linesOf({ mine, theirs, base: isBaseKnown ? base : undefined, lists })
  const settle = (chosen: Record<string, Side> = {}) =>
    settledValues({ mine, theirs, lists, lines, chosen: new Map(Object.entries(chosen)) })
  return { lines, proposals: Object.fromEntries(lines.map(line => [line.key, line.proposed])), settle }
}

describe('two states of one record', () => {
  test('what only one side has changed is proposed as that side has it', () => {
    const { proposals, settle } = compare({ ...base, title: 'Mine' }, { ...base, note: 'Theirs' })
    expect(proposals).toEqual({ title: 'mine', note: 'theirs' })
    expect(settle()).toEqual({ title: 'Mine', note: 'Theirs', list: base.list })
  })

  test('what both have changed stays as it is here, unless the saved one is chosen', () => {
    const { proposals, settle } = compare({ ...base, title: 'Mine' }, { ...base, title: 'Theirs' })
    expect(proposals).toEqual({ title: 'mine' })
    expect(settle().title).toBe('Mine')
    expect(settle({ title: 'theirs' }).title).toBe('Theirs')
  })

  test('a list is compared item by item: changed, added and removed on either side', () => {
    const { lines, proposals, settle } = compare({ ...base, list: 'a2 b1 m1' }, { ...base, list: 'a1 b2 c1 t1' })
    expect(lines.map(({ item, mine, theirs }) => [item, mine, theirs])).toEqual([
      ['a', 'a2', 'a1'],
      ['b', 'b1', 'b2'],
      ['c', undefined, 'c1'],
      ['t', undefined, 't1'],
      ['m', 'm1', undefined],
    ])
    expect(proposals).toEqual({ 'list a': 'mine', 'list b': 'theirs', 'list c': 'mine', 'list t': 'theirs', 'list m': 'mine' })
    expect(settle().list).toBe('a2 b2 t1 m1')
    expect(settle({ 'list c': 'theirs', 'list m': 'theirs' }).list).toBe('a2 b2 c1 t1')
  })

  test('where it is not known what both began from, everything stays as it is here', () => {
    const { proposals, settle } = compare({ ...base, list: 'a1 b1' }, { ...base, title: 'Theirs' }, false)
    expect(new Set(Object.values(proposals))).toEqual(new Set(['mine']))
    expect(settle()).toEqual({ ...base, list: 'a1 b1' })
  })

  test('all of one side is that side', () => {
    const mine = { title: 'Mine', note: 'Mine', list: 'a2 x1' }
    const theirs = { title: 'Theirs', note: 'Old', list: 'b3 y1' }
    const { lines, settle } = compare(mine, theirs)
    const all = (side: Side) => settle(Object.fromEntries(lines.map(line => [line.key, side])))
    expect(all('theirs')).toEqual(theirs)
    expect(all('mine')).toEqual(mine)
  })
})
