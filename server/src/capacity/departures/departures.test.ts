import { v7 as uuidv7 } from 'uuid'
import { describe, expect, test } from 'vitest'
import { changePlan, proposePlan } from '#capacity/development-plans/development-plans.ts'
import { listPlans } from '#capacity/development-plans/list-plans.ts'
import { getPlan } from '#capacity/development-plans/plan-view.ts'
import { changePerson, getPerson } from '#capacity/people/people.ts'
import { inWork } from '#platform/database/connection.ts'
import { Problem } from '#platform/http/problem.ts'
import { programActor } from '#platform/organisations/organisations.ts'
import { makeTestOffice, makeTestPerson, readLedger } from '../../../test/capacity-kit.ts'
import type { TestPerson } from '../../../test/capacity-kit.ts'
import { getDepartures, recordDeparture, takeNextEffect, withdrawDeparture } from './departures.ts'

// Today is 2026-11-22 in these tests.
const office = await makeTestOffice()
const { database, authority, framework, unitId } = office

/** A head with two people who report, each made for one test alone. */
async function makeTeam() {
  const head = await makeTestPerson(database, authority, 'Lê Trưởng', { unitId })
  const heir = await makeTestPerson(database, authority, 'Phạm Kế', { unitId })
  const an = await makeTestPerson(database, authority, 'Nguyễn An', { unitId, supervisor: head, roleCode: 'ANALYST' })
  const chi = await makeTestPerson(database, authority, 'Trần Chi', { unitId, supervisor: head, roleCode: 'ANALYST' })
  return { head, heir, an, chi }
}

type Body = Parameters<typeof recordDeparture>[2]
const record = (person: TestPerson, body: Partial<Body>) =>
  authority.as({}, work =>
    recordDeparture(work, person.id, {
      kind: 'leave',
      happensOn: '2026-11-20',
      cause: null,
      note: '',
      supervisorId: null,
      others: [],
      expectedReports: 0,
      ...body,
    }),
  )
const read = (person: TestPerson, day?: string) => authority.as({}, work => getDepartures(work, person.id, { day }))
const supervisorOf = async (person: TestPerson) => (await authority.as({}, work => getPerson(work, person.id))).supervisor?.id ?? null
const propose = (person: TestPerson, halfYearId = authority.halfYearId) =>
  authority.as({}, work =>
    proposePlan(work, person.id, { halfYearId, targetRoleId: framework.analyst, currentRoleId: null, duties: '', language: 'vi' }),
  )
const runOn = async (day: string): Promise<void> => {
  const actor = programActor(authority.organisationId, 'job:departures.take-effect')
  while ((await inWork(database.app.db, actor, takeNextEffect, new Date(`${day}T03:00:00Z`))) === 'again');
}
const statusOfAccount = async ({ id }: TestPerson) =>
  (await database.asOwner<{ status: string }>('select status from user_account where person_id = $1', [id]))[0]!.status
const refusal = (attempt: Promise<unknown>): Promise<string> =>
  attempt.then(
    () => 'done',
    error => {
      if (!(error instanceof Problem)) throw error
      return error.details.fields?.map(({ path, code }) => `${path} ${code}`).join(', ') ?? error.code
    },
  )
const verbsOf = async (id: string) => (await readLedger(database, id)).map(({ verb }) => verb)

describe('leaving on a day that has come', () => {
  test('hands over who reports, closes the own plan and shuts the account', async () => {
    const { head, heir, an, chi } = await makeTeam()
    const plan = await propose(head)
    const before = await read(head)
    expect(before.charges).toMatchObject({
      ratingsToMake: 2,
      plans: [{ id: plan.id, halfYearCode: '2026-H2' }],
      account: { status: 'active' },
    })
    expect(before.charges.reports.map(({ person }) => person.name)).toEqual(['Nguyễn An', 'Trần Chi'])

    const { departures, leftOn } = await record(head, { supervisorId: heir.id, expectedReports: 2, cause: 'retirement' })
    expect(departures).toMatchObject([{ status: 'done', cause: 'retirement', supervisor: { id: heir.id } }])
    expect(leftOn).toBe('2026-11-20')
    expect([await supervisorOf(an), await supervisorOf(chi)]).toEqual([heir.id, heir.id])
    expect(await statusOfAccount(head)).toBe('disabled')
    expect((await read(heir)).charges.reports).toHaveLength(2)
    expect(await verbsOf(departures[0]!.id)).toEqual(['departure.recorded'])
    expect(await verbsOf(plan.id)).toEqual(['plan.proposed', 'plan.closed'])
  })

  test('keeps the plan to read and refuses to change it', async () => {
    const person = await office.makePerson()
    const plan = await propose(person)
    await record(person, {})
    const kept = await authority.as({}, work => getPlan(work, plan.id))
    expect(kept).toMatchObject({ status: 'closed', closedOn: '2026-11-20', gaps: plan.gaps, actions: plan.actions })
    expect(Object.values(kept.may)).toEqual([false, false, false, false])
    const content = { duties: 'Khác', chosenGapIds: [], actions: [] }
    expect(await refusal(authority.as({}, work => changePlan(work, plan.id, kept.version, content)))).toBe('plan.closed')
    const closed = await authority.as({}, work => listPlans(work, { status: 'closed', personId: person.id, limit: 10 }))
    expect(closed.plans.map(({ id }) => id)).toEqual([plan.id])
    const open = await authority.as({}, work => listPlans(work, { status: 'proposed', personId: person.id, limit: 10 }))
    expect(open.plans).toEqual([])
  })

  test('of somebody who comes back does not stand in the way of another plan in the same half-year', async () => {
    const person = await office.makePerson()
    const closed = await propose(person)
    await record(person, {})
    const { version, name } = await authority.as({}, work => getPerson(work, person.id))
    await authority.as({}, work =>
      changePerson(work, person.id, version, {
        staffCode: null,
        name,
        reading: null,
        nameCulture: 'vi',
        email: null,
        post: { unitId, title: '', supervisorId: null, roleCode: null, startsOn: '2026-11-22' },
      }),
    )
    const next = await propose(person)
    expect(next.id).not.toBe(closed.id)
  })

  test('gives single people another supervisor than all', async () => {
    const { head, heir, an, chi } = await makeTeam()
    await record(head, { supervisorId: heir.id, others: [{ personId: chi.id, supervisorId: an.id }], expectedReports: 2 })
    expect([await supervisorOf(an), await supervisorOf(chi)]).toEqual([heir.id, an.id])
  })
})

test('who changes post hands over and stays: plan, post and account are not touched', async () => {
  const { head, heir, an } = await makeTeam()
  const plan = await propose(head)
  await record(head, { kind: 'hand-over', supervisorId: heir.id, expectedReports: 2 })
  expect(await supervisorOf(an)).toBe(heir.id)
  expect(await statusOfAccount(head)).toBe('active')
  expect((await authority.as({}, work => getPlan(work, plan.id))).status).toBe('proposed')
  expect((await read(head)).leftOn).toBeNull()
})

describe('what is refused', () => {
  test.each([
    ['nobody who takes over', {}, 'supervisorId required'],
    ['fewer people than report by now', { expectedReports: 1 }, 'departure.preview-stale'],
    ['an unknown supervisor', { supervisorId: uuidv7() }, 'record.not-found'],
  ] as const)('%s', async (_what, body, code) => {
    const { head } = await makeTeam()
    expect(await refusal(record(head, { expectedReports: 2, ...body }))).toBe(code)
  })

  test('handing over to oneself, to somebody without a post, or in a circle', async () => {
    const { head, an, chi } = await makeTeam()
    const gone = await makeTestPerson(database, authority, 'Đã Nghỉ')
    expect(await refusal(record(head, { supervisorId: head.id, expectedReports: 2 }))).toBe('supervisorId same-person')
    expect(await refusal(record(head, { supervisorId: gone.id, expectedReports: 2 }))).toBe('supervisorId without-post')
    const circle = [
      { personId: an.id, supervisorId: chi.id },
      { personId: chi.id, supervisorId: an.id },
    ]
    expect(await refusal(record(head, { others: circle, expectedReports: 2 }))).toBe('supervisorId cycle')
    expect(await refusal(record(head, { others: circle, expectedReports: 2, happensOn: '2027-02-01' }))).toBe('supervisorId cycle')
    expect(await supervisorOf(an)).toBe(head.id)
  })

  test('leaving twice, the own leaving, handing over nothing', async () => {
    const person = await office.makePerson()
    expect(await refusal(record(person, { kind: 'hand-over' }))).toBe('departure.nothing-to-hand-over')
    await record(person, {})
    expect(await refusal(record(person, {}))).toBe('happensOn without-post')
    const manager = await office.makePerson()
    const own = authority.as({ ...manager.actor, roles: ['capacity-manager'] }, work =>
      recordDeparture(work, manager.id, {
        kind: 'leave',
        happensOn: '2026-11-20',
        cause: null,
        note: '',
        supervisorId: null,
        others: [],
        expectedReports: 0,
      }),
    )
    expect(await refusal(own)).toBe('departure.is-own')
  })

  test('that a capacity manager shuts the account of an administrator', async () => {
    const person = await office.makePerson()
    await database.asOwner(`update membership set role = 'administrator' where user_id = $1`, [person.actor.userId])
    expect(await refusal(record(person, {}))).toBe('permission.missing')
    expect(await statusOfAccount(person)).toBe('active')
  })
})

describe('planned for a day', () => {
  test('changes nothing until the program does it on that day, once', async () => {
    const { head, heir, an } = await makeTeam()
    const plan = await propose(head)
    const { departures } = await record(head, { supervisorId: heir.id, expectedReports: 2, happensOn: '2026-12-01' })
    const { id } = departures[0]!
    await runOn('2026-11-30')
    expect([await supervisorOf(an), await statusOfAccount(head)]).toEqual([head.id, 'active'])
    await runOn('2026-12-01')
    await runOn('2026-12-01')
    expect((await read(an)).person.id).toBe(an.id)
    const { posts } = await authority.as({}, work => getPerson(work, an.id))
    expect(posts.map(({ startsOn, endsBefore, supervisor }) => [startsOn, endsBefore, supervisor?.id])).toEqual([
      ['2026-12-01', null, heir.id],
      ['2024-01-01', '2026-12-01', head.id],
    ])
    expect(await statusOfAccount(head)).toBe('disabled')
    expect((await authority.as({}, work => getPlan(work, plan.id))).closedOn).toBe('2026-12-01')
    expect(await verbsOf(id)).toEqual(['departure.recorded', 'departure.took-effect'])
  })

  test('can be withdrawn until then, and planned anew', async () => {
    const person = await office.makePerson()
    const { departures } = await record(person, { happensOn: '2026-12-01' })
    expect(await refusal(record(person, { happensOn: '2026-12-05' }))).toBe('departure.planned-already')
    const [planned] = departures
    const after = await authority.as({}, work => withdrawDeparture(work, planned!.id, planned!.version))
    expect(after.departures).toMatchObject([{ status: 'withdrawn' }])
    await runOn('2026-12-02')
    expect(await statusOfAccount(person)).toBe('active')
    expect(await refusal(authority.as({}, work => withdrawDeparture(work, planned!.id, planned!.version + 1)))).toBe(
      'departure.not-planned',
    )
    expect((await record(person, { happensOn: '2026-12-05' })).departures[0]).toMatchObject({ status: 'planned' })
  })

  test('takes along who began to report in between', async () => {
    const { head, heir } = await makeTeam()
    await record(head, { supervisorId: heir.id, expectedReports: 2, happensOn: '2026-12-10' })
    const late = await makeTestPerson(database, authority, 'Võ Muộn', { unitId, supervisor: head })
    await runOn('2026-12-10')
    const { posts } = await authority.as({}, work => getPerson(work, late.id))
    expect(posts[0]).toMatchObject({ startsOn: '2026-12-10', supervisor: { id: heir.id } })
  })

  test('that cannot take effect says why, changes nothing, and is tried again the next day', async () => {
    const { head, heir, an } = await makeTeam()
    const { departures } = await record(head, { supervisorId: heir.id, expectedReports: 2, happensOn: '2026-12-20' })
    await database.asOwner(`update post set valid = '[2024-01-01,2026-12-15)' where person_id = $1`, [heir.id])
    await runOn('2026-12-20')
    const hindered = (await read(head)).departures[0]!
    expect(hindered).toMatchObject({ status: 'planned', hindrance: 'without-post' })
    expect([await supervisorOf(an), await statusOfAccount(head)]).toEqual([head.id, 'active'])
    await database.asOwner(`update post set valid = '[2024-01-01,)' where person_id = $1`, [heir.id])
    await runOn('2026-12-21')
    expect((await read(head)).departures[0]).toMatchObject({ status: 'done', hindrance: null })
    expect(await verbsOf(departures[0]!.id)).toEqual(['departure.recorded', 'departure.hindered', 'departure.took-effect'])
  })
})
