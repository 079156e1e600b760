import { describe, expect, test } from 'vitest'
import { carryNeeds, createStaffingNeed, getStaffingNeed } from '#capacity/needs/needs.ts'
import { inWork } from '#platform/database/connection.ts'
import { programActor } from '#platform/organisations/organisations.ts'
import { makeTestFramework, readLedger } from '../../../test/capacity-kit.ts'
import { makeTestUnits, refusal } from '../../../test/units-kit.ts'
import type { EventBody } from '../../../test/units-kit.ts'
import { changePerson, getPerson } from './people.ts'
import { renameOrMoveUnit } from './unit-events.ts'
import { countUnits } from './units.store.ts'

const { database, authority, userId, as, newCode, makeUnit, makePerson, preview, record, founded } = await makeTestUnits()

/** Who supervises the person on the day, by name. */
const supervisorOn = async (personId: string, day: string): Promise<string | undefined> => {
  const { posts } = await as(work => getPerson(work, personId))
  return posts.find(post => post.startsOn <= day && (post.endsBefore === null || post.endsBefore > day))?.supervisor?.name
}

test('who is led from a unit that is dissolved is listed, also in another unit; who goes on elsewhere leads on', async () => {
  const [unit, other] = [await makeUnit('LEADS'), await makeUnit('LED')]
  const [leaving, moving] = [await makePerson('Trần Đi', unit.id), await makePerson('Lê Chuyển', unit.id)]
  const led = await makePerson('Nguyễn An', other.id, { supervisorId: leaving.id })
  const later = await makePerson('Phạm Sau', other.id, { supervisorId: leaving.id, startsOn: '2027-03-01' })
  const kept = await makePerson('Vũ Ở', other.id, { supervisorId: moving.id })
  const { withoutSupervisor } = await record({
    kind: 'dissolve',
    predecessorIds: [unit.id],
    posts: [
      { postId: leaving.posts[0]!.id, successor: null, unitId: null, supervisorId: null },
      { postId: moving.posts[0]!.id, successor: null, unitId: other.id, supervisorId: null },
    ],
  })
  expect(withoutSupervisor.map(({ name }) => name).toSorted()).toEqual(['Nguyễn An', 'Phạm Sau'])
  expect([await supervisorOn(led.id, '2026-12-31'), await supervisorOn(led.id, '2027-01-01')]).toEqual(['Trần Đi', undefined])
  expect(await supervisorOn(later.id, '2027-03-01')).toBeUndefined()
  expect(await supervisorOn(kept.id, '2027-01-01')).toBe('Lê Chuyển')
})

test('who begins another post later on still supervises in it', async () => {
  const [unit, other] = [await makeUnit('PAUSE'), await makeUnit('AFTER')]
  const head = await makePerson('Trần Nghỉ', unit.id)
  const led = await makePerson('Nguyễn An', other.id, { supervisorId: head.id })
  const at = await as(work => getPerson(work, head.id))
  const { staffCode, name, reading, nameCulture, email } = at
  await as(work =>
    changePerson(work, head.id, at.version, {
      staffCode,
      name,
      reading,
      nameCulture,
      email,
      post: { unitId: other.id, title: '', supervisorId: null, roleCode: null, startsOn: '2027-02-01' },
    }),
  )
  await record({
    kind: 'dissolve',
    predecessorIds: [unit.id],
    posts: [{ postId: head.posts[0]!.id, successor: null, unitId: null, supervisorId: null }],
  })
  expect(await supervisorOn(led.id, '2027-01-01')).toBe('Trần Nghỉ')
})

test('one who came and one who left since the preview are as many people, and yet nobody is moved unseen', async () => {
  const [unit, other] = [await makeUnit('SWAP'), await makeUnit('OTHER')]
  const leaving = await makePerson('Nguyễn Ra', unit.id)
  const { digest } = await preview([unit.id], '2027-01-01')
  await database.asOwner('delete from post where person_id = $1', [leaving.id])
  await makePerson('Nguyễn Vào', unit.id)
  const transfer = {
    kind: 'transfer',
    predecessorIds: [unit.id],
    successorIds: [other.id],
    defaultSuccessor: 0,
  } satisfies Partial<EventBody>
  expect(await refusal(record({ ...transfer, expectedPosts: digest }))).toBe('unit-event.preview-stale')
  expect((await record(transfer)).moved).toBe(1)
})

test('a post that was planned for after the end is taken back, with a line', async () => {
  const unit = await makeUnit('SOON-GONE')
  const late = await makePerson('Lê Sau', unit.id, { startsOn: '2027-02-01' })
  const postId = late.posts[0]!.id
  const { ended } = await record({
    kind: 'dissolve',
    predecessorIds: [unit.id],
    posts: [{ postId, successor: null, unitId: null, supervisorId: null }],
  })
  expect(ended).toBe(1)
  expect((await as(work => getPerson(work, late.id))).posts).toEqual([])
  expect((await readLedger(database, postId)).map(({ verb }) => verb)).toEqual(['post.started', 'post.withdrawn'])
})

test('a unit that is renamed later may take people over; one that ends later may not', async () => {
  const [unit, heir, ending] = [await makeUnit('FROM'), await makeUnit('TO'), await makeUnit('ENDING')]
  const rename = { code: newCode('TO'), name: { vi: 'Mới' }, parentId: null, happensOn: '2027-06-01', basis: 'x' }
  await as(work => renameOrMoveUnit(work, heir.id, 1, rename))
  await record({ kind: 'dissolve', predecessorIds: [ending.id], happensOn: '2027-06-01' })
  const transfer = { kind: 'transfer', predecessorIds: [unit.id], defaultSuccessor: 0 } satisfies Partial<EventBody>
  expect(await refusal(record({ ...transfer, successorIds: [ending.id] }))).toBe('successorIds unit-changes-later')
  expect(await refusal(record({ ...transfer, successorIds: [heir.id] }))).toBe('done')
})

test('a post begins only in a unit that exists on its first day', async () => {
  const young = await makeUnit('YOUNG', { startsOn: '2026-06-01' })
  expect(await refusal(makePerson('Nguyễn Sớm', young.id))).toBe('post.startsOn unit-not-there')
  expect(await refusal(makePerson('Nguyễn Đúng', young.id, { startsOn: '2026-06-01' }))).toBe('done')
  await record({ kind: 'dissolve', predecessorIds: [(await makeUnit('X')).id] })
  const gone = await makeUnit('GONE-SOON')
  await record({ kind: 'dissolve', predecessorIds: [gone.id] })
  expect(await refusal(makePerson('Nguyễn Muộn', gone.id, { startsOn: '2027-02-01' }))).toBe('post.startsOn unit-not-there')
})

test('a refusal names the unit that ends, be it the one that comes after the one that was chosen', async () => {
  const [first, second] = [await makeUnit('FIRST'), await makeUnit('SECOND')]
  await record({ kind: 'transfer', predecessorIds: [first.id], successorIds: [second.id], defaultSuccessor: 0 })
  await record({ kind: 'dissolve', predecessorIds: [second.id], happensOn: '2027-05-01' })
  await expect(makePerson('Nguyễn An', first.id)).rejects.toMatchObject({
    details: { fields: [{ path: 'post.unitId', code: 'unit-ends', params: { unit: second.code, date: '2027-05-01' } }] },
  })
})

test('a unit that was renamed counts once towards the most that there may be', async () => {
  const unit = await makeUnit('COUNTED')
  const before = await as(work => countUnits(work, '2026-11-22'))
  const body = { code: newCode('C'), name: { vi: 'C' }, parentId: null, happensOn: '2027-03-01', basis: 'x' }
  await as(work => renameOrMoveUnit(work, unit.id, 1, body))
  expect(await as(work => countUnits(work, '2026-11-22'))).toBe(before)
})

describe('staffing needs of units that end', () => {
  const make = async (unitId: string, part: { people?: number; dueOn?: string } = {}) => {
    const framework = await officeFramework
    const need = { roleId: framework.analyst, unitId, people: 2, level: 2, dueOn: '2027-12-31', priority: 2, reason: '', ...part }
    return as(work => createStaffingNeed(work, need))
  }
  const officeFramework = makeTestFramework(database, authority.organisationId, 'needs')
  const read = (id: string) => as(work => getStaffingNeed(work, id))

  test('are shown before, and become one need in the successor, with a line each', async () => {
    const [a, b] = [await makeUnit('NA'), await makeUnit('NB')]
    const [one, other] = [await make(a.id), await make(b.id, { people: 3, dueOn: '2027-06-30' })]
    expect((await preview([a.id, b.id], '2026-11-01')).needs.map(({ id }) => id).toSorted()).toEqual([one.id, other.id].toSorted())
    const hidden = await preview([a.id, b.id], '2026-11-01', { userId, roles: ['administrator'] })
    expect(hidden.needs).toEqual([])
    const { event } = await record({
      kind: 'merge',
      predecessorIds: [a.id, b.id],
      happensOn: '2026-11-01',
      founded: [founded('NAB')],
      defaultSuccessor: 0,
    })
    const after = [await read(one.id), await read(other.id)]
    const open = after.filter(({ endedAt }) => endedAt === null)
    expect(open).toMatchObject([{ unit: { id: event.successors[0]!.id }, people: 5, dueOn: '2027-06-30' }])
    const verbs = await Promise.all(after.map(async ({ id }) => (await readLedger(database, id)).map(({ verb }) => verb).at(-1)))
    expect(verbs.map(String).toSorted()).toEqual(['staffing-need.changed', 'staffing-need.ended'])
  })

  test('stay until the day of a planned merger, and go with it', async () => {
    const [a, b] = [await makeUnit('NC'), await makeUnit('ND')]
    const need = await make(a.id)
    await record({ kind: 'transfer', predecessorIds: [a.id], successorIds: [b.id], defaultSuccessor: 0 })
    expect((await read(need.id)).unit!.id).toBe(a.id)
    const onTheDay = () =>
      inWork(database.app.db, programActor(authority.organisationId, 'test'), carryNeeds, new Date('2027-01-01T01:00:00Z'))
    await onTheDay()
    expect((await read(need.id)).unit!.id).toBe(b.id)
    await onTheDay()
    expect(await readLedger(database, need.id)).toHaveLength(2)
  })

  test('hold a unit that nothing, or more than one, succeeds', async () => {
    const unit = await makeUnit('NE')
    await make(unit.id)
    expect(await refusal(record({ kind: 'dissolve', predecessorIds: [unit.id] }))).toBe('unit-event.unplaced-needs')
  })

  test('are not taken for a unit that has ended, or ends before with nothing to succeed it', async () => {
    const [past, planned] = [await makeUnit('NF'), await makeUnit('NG')]
    await record({ kind: 'dissolve', predecessorIds: [past.id], happensOn: '2026-02-01' })
    await record({ kind: 'dissolve', predecessorIds: [planned.id] })
    expect(await refusal(make(past.id))).toBe('unitId unit-not-there')
    expect(await refusal(make(planned.id))).toBe('unitId unit-ends')
    expect(await refusal(make(planned.id, { dueOn: '2026-12-31' }))).toBe('done')
  })
})
