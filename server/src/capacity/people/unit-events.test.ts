import { describe, expect, test } from 'vitest'
import { makeTestFramework } from '../../../test/capacity-kit.ts'
import { makeTestUnits, refusal } from '../../../test/units-kit.ts'
import type { EventBody } from '../../../test/units-kit.ts'
import { changePerson, getPerson, listPeople } from './people.ts'
import { getUnitHistory, listUnitEvents, renameOrMoveUnit } from './unit-events.ts'
import { cancelUnitEvent } from './unit-event-undo.ts'
import { findTreeFault } from './unit-tree.ts'
import { changeUnit, createUnit, listUnits } from './units.ts'

const { database, authority, userId, as, newCode, makeUnit, makePerson, preview, record, founded } = await makeTestUnits()

const codesOn = async (asOf?: string): Promise<string[]> => (await as(work => listUnits(work, { asOf }))).map(({ code }) => code)
const placeOn = async (personId: string, asOf: string): Promise<string | undefined> => {
  const { people } = await as(work => listPeople(work, { asOf, limit: 200 }))
  return people.find(({ id }) => id === personId)?.unit?.code
}

test('a unit is called differently from a day on, and stays the same unit with its people', async () => {
  const unit = await makeUnit('OLD')
  const an = await makePerson('Nguyễn An', unit.id)
  const body = { code: 'NEW', name: { vi: 'Mới' }, parentId: null, happensOn: '2027-03-01', basis: 'Quyết định 5' }
  const event = await as(work => renameOrMoveUnit(work, unit.id, 1, body))
  expect(event).toMatchObject({ kind: 'rename', predecessors: [{ code: unit.code }], successors: [{ code: 'NEW' }] })
  expect(await codesOn()).toContain(unit.code)
  expect(await codesOn('2027-02-28')).toContain(unit.code)
  const later = await codesOn('2027-03-01')
  expect([later.includes('NEW'), later.includes(unit.code)]).toEqual([true, false])
  expect([await placeOn(an.id, '2027-02-28'), await placeOn(an.id, '2027-03-01')]).toEqual([unit.code, 'NEW'])
  expect((await as(work => getPerson(work, an.id))).posts).toHaveLength(1)
  const { states, events } = await as(work => getUnitHistory(work, unit.id))
  expect(states.map(({ code, startsOn, endsBefore }) => [code, startsOn, endsBefore])).toEqual([
    [unit.code, null, '2027-03-01'],
    ['NEW', '2027-03-01', null],
  ])
  expect(events).toEqual([event])
})

test('a code may be used again once the unit that had it has ended, and not before', async () => {
  const unit = await makeUnit('REUSED')
  await record({ kind: 'dissolve', predecessorIds: [unit.id], happensOn: '2026-01-01' })
  const again = { code: unit.code, name: { vi: 'Khác' }, parentId: null }
  expect(await refusal(as(work => createUnit(work, again)))).toBe('code taken-until')
  expect(await refusal(as(work => createUnit(work, { ...again, startsOn: '2025-12-31' })))).toBe('code taken')
  const next = await as(work => createUnit(work, { ...again, startsOn: '2026-01-01' }))
  expect((await as(listUnits)).find(({ code }) => code === unit.code)?.id).toBe(next.id)
  expect((await as(work => listUnits(work, { asOf: '2025-12-31' }))).find(({ code }) => code === unit.code)?.id).toBe(unit.id)
})

test('the database itself refuses two states of a unit, or two units with a code, on one day', async () => {
  const [one, other] = [await makeUnit('X'), await makeUnit('Y')]
  const insert = (unitId: string, code: string): Promise<unknown> =>
    database.asOwner(
      `insert into unit_state (id, organisation_id, unit_id, code, name, valid) values (gen_random_uuid(), $1, $2, $3, '{}', '[2026-01-01,2026-02-01)')`,
      [authority.organisationId, unitId, code],
    )
  await expect(insert(one.id, 'FREE')).rejects.toThrow('unit_state_unit_id_valid_excl')
  await database.asOwner(`update unit_state set valid = '[2026-06-01,)' where unit_id = $1`, [other.id])
  await expect(insert(other.id, one.code)).rejects.toThrow('unit_state_organisation_id_code_valid_excl')
})

test('units merge on a day: posts and the units below go on in the new one, supervisors and plans stay', async () => {
  const [a, b] = [await makeUnit('A'), await makeUnit('B')]
  const below = await makeUnit('BELOW', { parentId: a.id })
  const head = await makePerson('Trần Trưởng', a.id)
  const an = await makePerson('Nguyễn An', a.id, { supervisorId: head.id })
  const late = await makePerson('Lê Sau', b.id, { supervisorId: head.id, startsOn: '2027-02-01' })
  const framework = await makeTestFramework(database, authority.organisationId, 'merge')
  const [{ id: planId }] = (await database.asOwner<{ id: string }>(
    `insert into development_plan (id, organisation_id, person_id, half_year_id, framework_id, duties, target_role_id, created_by, created_at)
     values (gen_random_uuid(), $1, $2, $3, $4, '', $5, $6, now()) returning id`,
    [authority.organisationId, an.id, authority.halfYearId, framework.id, framework.analyst, userId],
  )) as [{ id: string }]
  const happensOn = '2026-12-01'
  const found = await preview([a.id, b.id], happensOn)
  expect(found.posts.map(({ person, supervisor, plans }) => [person.name, supervisor?.name, plans.map(({ id }) => id)])).toEqual([
    ['Nguyễn An', 'Trần Trưởng', [planId]],
    ['Lê Sau', 'Trần Trưởng', []],
    ['Trần Trưởng', undefined, []],
  ])
  expect(found.parts.map(({ id }) => id)).toEqual([below.id])
  const withoutPlans = await preview([a.id, b.id], happensOn, { userId, roles: ['administrator'] })
  expect(withoutPlans.posts.map(({ person, plans }) => [person.name, plans.length])).toEqual([
    ['Nguyễn An', 0],
    ['Lê Sau', 0],
    ['Trần Trưởng', 0],
  ])

  const body = { kind: 'merge', predecessorIds: [a.id, b.id], happensOn, founded: [founded('AB')], defaultSuccessor: 0 } as const
  expect(await refusal(record({ ...body, founded: [...body.founded], predecessorIds: [...body.predecessorIds], expectedPosts: '' }))).toBe(
    'unit-event.preview-stale',
  )
  const { event, moved, ended, withoutSupervisor } = await record({
    ...body,
    founded: [...body.founded],
    predecessorIds: [...body.predecessorIds],
  })
  expect({ moved, ended, withoutSupervisor }).toEqual({ moved: 3, ended: 0, withoutSupervisor: [] })
  const ab = event.successors[0]!
  expect(event.predecessors.map(({ code }) => code)).toEqual([a.code, b.code])
  expect([await placeOn(an.id, '2026-11-30'), await placeOn(an.id, happensOn)]).toEqual([a.code, ab.code])
  expect([await placeOn(late.id, '2027-01-31'), await placeOn(late.id, '2027-02-01')]).toEqual([undefined, ab.code])
  const after = await as(work => getPerson(work, an.id))
  expect(after.posts.map(({ unit, startsOn, endsBefore, supervisor }) => [unit.code, startsOn, endsBefore, supervisor?.id])).toEqual([
    [ab.code, happensOn, null, head.id],
    [a.code, '2024-01-01', happensOn, head.id],
  ])
  const units = await as(work => listUnits(work, { asOf: happensOn }))
  expect(units.find(({ id }) => id === below.id)?.parentId).toBe(ab.id)
  expect(units.find(({ id }) => id === a.id)).toBeUndefined()
  // Until the day everything is as it was.
  expect((await as(listUnits)).find(({ id }) => id === below.id)?.parentId).toBe(a.id)
  expect(await database.asOwner('select id from development_plan where person_id = $1', [an.id])).toEqual([{ id: planId }])
})

test('who comes before a planned merger goes on in what succeeds the unit; where several do, people have to say', async () => {
  const [a, b] = [await makeUnit('A'), await makeUnit('B')]
  await record({ kind: 'merge', predecessorIds: [a.id, b.id], founded: [founded('AB')], defaultSuccessor: 0 })
  const an = await makePerson('Nguyễn An', a.id)
  expect(an.posts.map(({ unit, startsOn, endsBefore }) => [unit.code.slice(0, 2), startsOn, endsBefore])).toEqual([
    ['AB', '2027-01-01', null],
    [a.code, '2024-01-01', '2027-01-01'],
  ])
  const split = await makeUnit('SPLIT')
  await record({ kind: 'split', predecessorIds: [split.id], founded: [founded('S'), founded('T')] })
  expect(await refusal(makePerson('Lê Bình', split.id))).toBe('post.unitId unit-ends')
})

test('a unit splits: each post goes where it is said, and nobody and no unit below is left behind', async () => {
  const [unit, other] = [await makeUnit('WHOLE'), await makeUnit('OTHER')]
  const below = await makeUnit('BELOW', { parentId: unit.id })
  const head = await makePerson('Trần Trưởng', unit.id)
  const an = await makePerson('Nguyễn An', unit.id, { supervisorId: head.id })
  const split = {
    kind: 'split',
    predecessorIds: [unit.id],
    founded: [founded('LEFT'), founded('RIGHT')],
  } satisfies Partial<EventBody>
  const parts = [{ unitId: below.id, successor: 1, parentId: null }]
  expect(await refusal(record(split))).toBe('unit-event.unplaced-units')
  expect(await refusal(record({ ...split, parts }))).toBe('unit-event.unplaced-posts')
  const postOf = (person: typeof an): string => person.posts[0]!.id
  const { withoutSupervisor, moved, ended } = await record({
    ...split,
    parts,
    posts: [
      { postId: postOf(head), successor: null, unitId: null, supervisorId: null },
      { postId: postOf(an), successor: null, unitId: other.id, supervisorId: null },
    ],
  })
  expect({ moved, ended }).toEqual({ moved: 1, ended: 1 })
  expect(withoutSupervisor).toEqual([{ id: an.id, name: 'Nguyễn An' }])
  expect(await placeOn(an.id, '2027-01-01')).toBe(other.code)
  expect(await placeOn(head.id, '2027-01-01')).toBeUndefined()
})

test('a function passes to a unit elsewhere; one that goes on keeps those who are not named', async () => {
  const ministry = await makeUnit('MIC')
  const police = await makeUnit('MPS')
  const [ais, a05] = [await makeUnit('AIS', { parentId: ministry.id }), await makeUnit('A05', { parentId: police.id })]
  const an = await makePerson('Nguyễn An', ais.id)
  await record({
    kind: 'transfer',
    predecessorIds: [ais.id],
    successorIds: [a05.id],
    defaultSuccessor: 0,
    happensOn: '2025-03-01',
  })
  // The day has passed: today's list shows it at once.
  expect((await as(work => getPerson(work, an.id))).unit?.code).toBe(a05.code)
  expect([await placeOn(an.id, '2025-02-28'), await placeOn(an.id, '2025-03-01')]).toEqual([ais.code, a05.code])

  const binh = await makePerson('Lê Bình', a05.id)
  await record({
    kind: 'split',
    predecessorIds: [a05.id],
    successorIds: [a05.id],
    founded: [founded('A06')],
    posts: [{ postId: binh.posts[0]!.id, successor: 1, unitId: null, supervisorId: null }],
  })
  expect([await placeOn(an.id, '2027-01-01'), (await placeOn(binh.id, '2027-01-01'))?.slice(0, 3)]).toEqual([a05.code, 'A06'])
})

test('a post gets another supervisor with the event, also where its unit goes on, and nobody stands above themselves', async () => {
  const [unit, next] = [await makeUnit('BEFORE'), await makeUnit('NEXT')]
  const [head, an, binh] = [
    await makePerson('Trần Trưởng', unit.id),
    await makePerson('Nguyễn An', unit.id),
    await makePerson('Lê Bình', unit.id),
  ]
  const under = (person: typeof an, successor: number, supervisor: typeof an) => ({
    postId: person.posts[0]!.id,
    successor,
    unitId: null,
    supervisorId: supervisor.id,
  })
  const split = {
    kind: 'split',
    predecessorIds: [unit.id],
    successorIds: [unit.id, next.id],
    happensOn: '2025-03-01',
  } satisfies Partial<EventBody>
  expect(await refusal(record({ ...split, posts: [under(an, 0, binh), under(binh, 1, an)] }))).toBe('posts cycle')
  expect(await refusal(record({ ...split, posts: [under(an, 0, an)] }))).toBe('posts.0.supervisorId cycle')
  const { moved, ended } = await record({ ...split, posts: [under(an, 0, head), under(binh, 1, head)] })
  expect({ moved, ended }).toEqual({ moved: 1, ended: 0 })
  const nowOf = async ({ id }: typeof an) => {
    const { unit: now, supervisor } = await as(work => getPerson(work, id))
    return [now?.code, supervisor?.name]
  }
  expect([await nowOf(an), await nowOf(binh)]).toEqual([
    [unit.code, 'Trần Trưởng'],
    [next.code, 'Trần Trưởng'],
  ])
})

test('what cannot be is refused: circles, units that are not there, a second event before a planned one', async () => {
  const top = await makeUnit('TOP')
  const below = await makeUnit('BELOW', { parentId: top.id })
  const move = (unitId: string, version: number, parentId: string | null, happensOn: string) =>
    refusal(as(work => renameOrMoveUnit(work, unitId, version, { code: newCode('M'), name: { vi: 'M' }, parentId, happensOn, basis: 'x' })))
  expect(await move(top.id, 1, below.id, '2027-01-01')).toBe('parentId cycle')
  expect(await move(top.id, 1, top.id, '2027-01-01')).toBe('parentId cycle')
  expect(await move(below.id, 1, null, '2027-06-01')).toBe('done')
  expect(await move(below.id, 2, null, '2027-01-01')).toBe('happensOn unit-changes-later')
  // From the day on that the other one stands beside it, there is no circle.
  expect(await move(top.id, 1, below.id, '2027-06-01')).toBe('done')

  const gone = await makeUnit('GONE')
  await record({ kind: 'dissolve', predecessorIds: [gone.id] })
  expect(await move(gone.id, 2, null, '2027-02-01')).toBe('happensOn unit-not-there')
  expect(await refusal(record({ kind: 'transfer', predecessorIds: [(await makeUnit('Z')).id], successorIds: [gone.id] }))).toBe(
    'successorIds unit-not-there',
  )
  const child = await makeUnit('CHILD')
  expect(await move(child.id, 1, gone.id, '2026-12-01')).toBe('parentId parent-missing')
})

test.each([
  ['merge', { predecessorIds: 1, successorIds: 1 }, 'predecessorIds more-than-one'],
  ['merge', { predecessorIds: 2, successorIds: 0 }, 'successorIds exactly-one'],
  ['transfer', { predecessorIds: 1, successorIds: 2 }, 'successorIds exactly-one'],
  ['split', { predecessorIds: 1, successorIds: 1 }, 'successorIds more-than-one'],
  ['dissolve', { predecessorIds: 1, successorIds: 1 }, 'successorIds none'],
] as const)('%s of %o is refused', async (kind, counts, expected) => {
  const make = async (count: number) => Promise.all(Array.from({ length: count }, async () => (await makeUnit('N')).id))
  expect(
    await refusal(record({ kind, predecessorIds: await make(counts.predecessorIds), successorIds: await make(counts.successorIds) })),
  ).toBe(expected)
})

test('who returns later is the same person with another post', async () => {
  const unit = await makeUnit('U')
  const an = await makePerson('Nguyễn An', unit.id)
  await record({
    kind: 'dissolve',
    predecessorIds: [unit.id],
    happensOn: '2026-02-01',
    posts: [{ postId: an.posts[0]!.id, successor: null, unitId: null, supervisorId: null }],
  })
  const left = await as(work => getPerson(work, an.id))
  expect([left.unit, left.leftOn]).toEqual([null, '2026-02-01'])
  const other = await makeUnit('V')
  const { staffCode, name, reading, nameCulture, email } = left
  const back = await as(work =>
    changePerson(work, an.id, left.version, {
      staffCode,
      name,
      reading,
      nameCulture,
      email,
      post: { unitId: other.id, title: '', supervisorId: null, roleCode: null, startsOn: '2026-09-01' },
    }),
  )
  expect([back.unit?.code, back.leftOn, back.posts.length]).toEqual([other.code, null, 2])
  expect(await placeOn(an.id, '2026-05-01')).toBeUndefined()
})

test('events are listed page by page, the latest day first', async () => {
  const days: string[] = []
  let after: string | undefined
  do {
    const page = await as(work => listUnitEvents(work, { limit: 3, after }))
    days.push(...page.events.map(({ happensOn }) => happensOn))
    after = page.next ?? undefined
  } while (after)
  expect(days.length).toBeGreaterThan(8)
  expect(days).toEqual(days.toSorted().toReversed())
})

test('a correction is no event: the state of today is written anew', async () => {
  const unit = await makeUnit('TYPO')
  await as(work => changeUnit(work, unit.id, 1, { code: unit.code, name: { vi: 'Đúng' }, parentId: null }))
  const { states, events } = await as(work => getUnitHistory(work, unit.id))
  expect([states.length, states[0]!.name, events]).toEqual([1, { vi: 'Đúng' }, []])
})

test.each([
  [[['a', null, null, null]], undefined],
  [[['a', 'b', null, null]], 'parent-missing a 2026-01-01'],
  [
    [
      ['a', 'b', null, null],
      ['b', null, null, '2027-01-01'],
    ],
    'parent-missing a 2027-01-01',
  ],
  [
    [
      ['a', 'b', '2027-01-01', null],
      ['b', 'a', null, null],
      ['a', null, null, '2027-01-01'],
    ],
    'cycle a 2027-01-01',
  ],
  [
    [
      ['a', 'b', '2027-01-01', '2028-01-01'],
      ['b', null, null, null],
    ],
    undefined,
  ],
] as const)('of the tree %j the first fault is %s', (rows, expected) => {
  const states = rows.map(([unitId, parentId, startsOn, endsBefore], index) => ({
    id: `${index}`,
    unitId,
    code: unitId,
    name: {},
    parentId,
    startsOn,
    endsBefore,
  }))
  const fault = findTreeFault(states, '2026-01-01')
  expect(fault && `${fault.kind} ${fault.unitId} ${fault.day}`).toBe(expected)
})

describe('a planned event is cancelled', () => {
  const cancel = (id: string) => as(work => cancelUnitEvent(work, id))
  const everything = async (unitIds: readonly string[], personIds: readonly string[]) => ({
    states: await Promise.all(unitIds.map(id => as(async work => (await getUnitHistory(work, id)).states))),
    posts: await Promise.all(personIds.map(id => as(async work => (await getPerson(work, id)).posts))),
  })

  test('and units, those below, posts and supervisors are as if it had not been recorded', async () => {
    const [old, other] = [await makeUnit('CA'), await makeUnit('CB')]
    const below = await makeUnit('CC', { parentId: old.id })
    const boss = await makePerson('Trần Bình', other.id)
    const an = await makePerson('Nguyễn An', old.id, { supervisorId: boss.id })
    const later = await makePerson('Lê Sau', old.id, { startsOn: '2027-04-01' })
    const before = await everything([old.id, other.id, below.id], [an.id, later.id, boss.id])
    const codes = await codesOn('2027-06-01')
    const { event } = await record({
      kind: 'merge',
      predecessorIds: [old.id, other.id],
      founded: [founded('CN')],
      defaultSuccessor: 0,
    })
    expect(event.isCancellable).toBe(true)
    expect(await codesOn('2027-06-01')).not.toEqual(codes)
    await cancel(event.id)
    expect(await everything([old.id, other.id, below.id], [an.id, later.id, boss.id])).toEqual(before)
    expect(await codesOn('2027-06-01')).toEqual(codes)
    expect((await as(work => listUnitEvents(work, { limit: 200 }))).events.map(({ id }) => id)).not.toContain(event.id)
    expect(await refusal(cancel(event.id))).toBe('record.not-found')
  })

  test('also a rename', async () => {
    const unit = await makeUnit('CR')
    const before = await everything([unit.id], [])
    const body = { code: 'CRX', name: { vi: 'Mới' }, parentId: null, happensOn: '2027-03-01', basis: 'Quyết định 5' }
    const event = await as(work => renameOrMoveUnit(work, unit.id, 1, body))
    await cancel(event.id)
    expect(await everything([unit.id], [])).toEqual(before)
  })

  test('not when it has happened, and not when something changed since', async () => {
    const [past, unit, heir] = [await makeUnit('CP'), await makeUnit('CU'), await makeUnit('CH')]
    const body = { code: 'CPX', name: { vi: 'Mới' }, parentId: null, happensOn: '2026-01-01', basis: 'Quyết định 5' }
    const happened = await as(work => renameOrMoveUnit(work, past.id, 1, body))
    expect(happened.isCancellable).toBe(false)
    expect(await refusal(cancel(happened.id))).toBe('unit-event.not-planned')

    const an = await makePerson('Nguyễn An', unit.id)
    const { event } = await record({
      kind: 'transfer',
      predecessorIds: [unit.id],
      successorIds: [heir.id],
      defaultSuccessor: 0,
    })
    const [moved] = await database.asOwner<{ id: string }>(`select id from post where person_id = $1 and unit_id = $2`, [an.id, heir.id])
    await database.asOwner('update post set version = version + 1 where id = $1', [moved!.id])
    expect(await refusal(cancel(event.id))).toBe('unit-event.changed-since')
    expect(await placeOn(an.id, '2027-02-01')).toBe(heir.code)
  })

  test('also of somebody who had a later post before', async () => {
    const [unit, heir, next] = [await makeUnit('CL'), await makeUnit('CM'), await makeUnit('CO')]
    const an = await makePerson('Nguyễn An', unit.id)
    const { version, name } = await as(work => getPerson(work, an.id))
    const post = { unitId: next.id, title: 'Phó phòng', supervisorId: null, roleCode: null, startsOn: '2027-07-01' }
    await as(work => changePerson(work, an.id, version, { staffCode: null, name, reading: null, nameCulture: 'vi', email: null, post }))
    const before = await everything([unit.id], [an.id])
    const { event } = await record({
      kind: 'transfer',
      predecessorIds: [unit.id],
      successorIds: [heir.id],
      defaultSuccessor: 0,
    })
    await cancel(event.id)
    expect(await everything([unit.id], [an.id])).toEqual(before)
  })

  test('not when somebody else is planned for a unit that it founds', async () => {
    const unit = await makeUnit('CF')
    const { event } = await record({ kind: 'transfer', predecessorIds: [unit.id], founded: [founded('CG')], defaultSuccessor: 0 })
    await makePerson('Vũ Mới', event.successors[0]!.id, { startsOn: '2027-05-01' })
    expect(await refusal(cancel(event.id))).toBe('unit-event.changed-since')
  })
})
