import { expect, test } from 'vitest'
import { contestRating } from '#capacity/assessments/contests.ts'
import { saveAgreedAssessment, saveSelfAssessment, saveSupervisorAssessment } from '#capacity/assessments/assessments.ts'
import { agreePlanAsSupervisor, proposePlan } from '#capacity/development-plans/development-plans.ts'
import { createStaffingNeed } from '#capacity/needs/needs.ts'
import { makeTestOffice } from '../../../test/capacity-kit.ts'
import type { TestPerson } from '../../../test/capacity-kit.ts'
import { getFirstSteps, getOwnWork, getProgress, getShortRoles, getTeamWork } from './my-work.ts'

const { authority, framework, binh, stranger, makePerson } = await makeTestOffice()
const { halfYearId } = authority

const rate = (level: number) => ({
  halfYearId,
  roleId: framework.analyst,
  baseVersion: 0,
  submit: true,
  ratings: Object.values(framework.competencies).map(elementId => ({ elementId, level, reason: 'Seen at work' })),
})
const rateAs = {
  self: (person: TestPerson) => authority.as(person.actor, work => saveSelfAssessment(work, person.id, rate(1))),
  supervisor: (person: TestPerson) => authority.as(binh.actor, work => saveSupervisorAssessment(work, person.id, rate(1))),
  agreed: (person: TestPerson) => authority.as(binh.actor, work => saveAgreedAssessment(work, person.id, rate(2))),
}
const propose = (person: TestPerson) =>
  authority.as(binh.actor, work =>
    proposePlan(work, person.id, {
      halfYearId,
      targetRoleId: framework.analyst,
      currentRoleId: framework.analyst,
      duties: '',
      language: 'en' as const,
    }),
  )

const ownOf = async (person: TestPerson) => (await authority.as(person.actor, getOwnWork)).own!
const memberOf = async (person: TestPerson) =>
  (await authority.as(binh.actor, getTeamWork)).team.find(member => member.person.id === person.id)!

test('a person’s work goes from the assessment to the plan, and the supervisor’s tasks go along', async () => {
  const an = await makePerson('Nguyễn Thị An')
  expect(await ownOf(an)).toMatchObject({
    assessment: 'none',
    role: { id: framework.analyst },
    gaps: { met: 0, total: 4, first: { length: 3 } },
    plan: null,
  })
  expect((await memberOf(an)).tasks).toEqual(['assess'])

  await rateAs.self(an)
  expect((await ownOf(an)).assessment).toBe('submitted')
  await rateAs.supervisor(an)
  expect((await memberOf(an)).tasks).toEqual(['agree-levels'])

  const sheet = await rateAs.agreed(an)
  expect(await ownOf(an)).toMatchObject({ assessment: 'agreed', gaps: { met: 2, total: 4 } })
  expect((await memberOf(an)).tasks).toEqual(['propose-plan'])

  const plan = await propose(an)
  expect(await ownOf(an)).toMatchObject({ plan: { id: plan.id, status: 'proposed', waitsForMe: true } })
  expect((await ownOf(an)).plan!.next.map(action => action.dueOn)).toEqual(
    (await ownOf(an)).plan!.next.map(action => action.dueOn).toSorted(),
  )
  expect(await memberOf(an)).toMatchObject({ tasks: ['agree-plan'], plan: { id: plan.id, status: 'proposed' } })
  await authority.as(binh.actor, work => agreePlanAsSupervisor(work, plan.id, plan.version))
  expect(await memberOf(an)).toMatchObject({ tasks: [], plan: { status: 'half-agreed' } })

  const [rating] = sheet.agreed!.ratings
  await authority.as(an.actor, work => contestRating(work, an.id, rating!.id, { reason: 'Seen otherwise' }))
  expect((await memberOf(an)).tasks).toEqual(['answer-contest'])
  expect((await ownOf(an)).openContests).toBe(1)
})

test('a supervisor sees the own people and nobody else’s', async () => {
  const person = await makePerson('Lê Thị Trúc')
  const team = async (who: TestPerson) => (await authority.as(who.actor, getTeamWork)).team.map(member => member.person.id)
  expect(await team(binh)).toContain(person.id)
  expect(await team(stranger)).not.toContain(person.id)
})

test('the progress counts each person once, and for a supervisor the own people', async () => {
  const before = await authority.as({}, getProgress)
  const person = await makePerson('Phạm Văn Tre')
  await rateAs.self(person)
  await rateAs.supervisor(person)
  await propose(person)
  const after = await authority.as({}, getProgress)
  expect(after).toEqual({
    ...before,
    people: before.people + 1,
    selfAssessed: before.selfAssessed + 1,
    supervisorAssessed: before.supervisorAssessed + 1,
    plans: before.plans + 1,
  })
  expect((await authority.as(stranger.actor, getProgress)).selfAssessed).toBe(0)
})

test('a plan whose actions have begun without agreement is overdue', async () => {
  const person = await makePerson('Vũ Thị Măng')
  const plan = await propose(person)
  expect((await memberOf(person)).isOverdue).toBe(false)
  const before = await authority.as({}, getProgress)
  await authority.as({}, work => work.db.updateTable('planAction').set({ startsOn: '2026-08-03' }).where('planId', '=', plan.id).execute())
  expect((await memberOf(person)).isOverdue).toBe(true)
  expect((await authority.as(binh.actor, getTeamWork)).team[0]!.person.id).toBe(person.id)
  expect((await authority.as({}, getProgress)).plansOverdue).toBe(before.plansOverdue + 1)
})

test('short roles come by priority, and those that are met are left out', async () => {
  const need = { unitId: null, level: 3, dueOn: '2026-06-30', reason: '' }
  await authority.as({}, work => createStaffingNeed(work, { ...need, roleId: framework.lead, people: 5, priority: 2 }))
  await authority.as({}, work => createStaffingNeed(work, { ...need, roleId: framework.analyst, people: 7, priority: 1 }))
  const { needs, short, first } = await authority.as({}, getShortRoles)
  expect([needs, short]).toEqual([2, 2])
  expect(first).toMatchObject([
    { people: 7, ready: 0, isOverdue: true },
    { people: 5, isOverdue: true },
  ])
})

test('an account without a person has no work of its own', async () => {
  expect(await authority.as({}, getOwnWork)).toEqual({ own: null })
})

test('the first steps say what is there, and nothing about accounts to those who may not see them', async () => {
  expect(await authority.as({}, getFirstSteps)).toEqual({ units: true, frameworks: true, people: true, accounts: null })
  expect((await authority.as({ roles: ['administrator'] }, getFirstSteps)).accounts).toBe(true)
})
