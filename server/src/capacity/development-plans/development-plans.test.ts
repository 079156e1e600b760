import { describe, expect, test } from 'vitest'
import { makeTestOffice, readLedger } from '../../../test/capacity-kit.ts'
import type { TestPerson } from '../../../test/capacity-kit.ts'
import { makeTestAuthority } from '../../../test/kit.ts'
import { saveSelfAssessment, saveSupervisorAssessment } from '#capacity/assessments/assessments.ts'
import { importPack } from '#capacity/frameworks/framework-imports.ts'
import { getRoleNeeds, listRolesByCode } from '#capacity/frameworks/frameworks.ts'
import type { Language } from '#platform/i18n/languages.ts'
import { agreePlanAsPerson, agreePlanAsSupervisor, changePlan, previewPlan, proposePlan, renewPlan } from './development-plans.ts'
import type { Plan } from './development-plans.api.ts'
import { listPlans } from './list-plans.ts'
import { getPlan } from './plan-view.ts'

const { database, authority, framework, binh, stranger, makePerson } = await makeTestOffice()

/** Both sides rate the person for a role: every line at `level`, but those named. */
async function rate(person: TestPerson, roleId: string, levels: Record<string, number>, level = 0, baseVersion = 0): Promise<void> {
  const needs = await authority.as({}, async work => (await getRoleNeeds(work, [roleId])).get(roleId)!.needs)
  const ratings = needs.map(({ element }) => ({
    elementId: element.id,
    level: levels[element.code] ?? level,
    reason: 'Theo công việc đã làm',
  }))
  const input = { halfYearId: authority.halfYearId, roleId, baseVersion, submit: true, ratings }
  await authority.as(person.actor, work => saveSelfAssessment(work, person.id, input))
  await authority.as(binh.actor, work => saveSupervisorAssessment(work, person.id, input))
}

const propose = (
  person: TestPerson,
  more: { targetRoleId?: string; language?: Language; halfYearId?: string } = {},
  who: Partial<TestPerson['actor']> = {},
) =>
  authority.as(who, work =>
    proposePlan(work, person.id, {
      halfYearId: authority.halfYearId,
      targetRoleId: framework.analyst,
      currentRoleId: null,
      duties: 'Phân tích sự cố',
      language: 'vi',
      ...more,
    }),
  )
const readAs = (who: Partial<TestPerson['actor']>, plan: Plan) => authority.as(who, work => getPlan(work, plan.id))
const contentOf = (plan: Plan) => ({
  duties: plan.duties,
  chosenGapIds: plan.gaps.filter(gap => gap.isChosen).map(gap => gap.id),
  actions: plan.actions,
})
const change = (plan: Plan, more: Partial<Parameters<typeof changePlan>[3]>, who: Partial<TestPerson['actor']> = {}) =>
  authority.as(who, work => changePlan(work, plan.id, plan.version, { ...contentOf(plan), ...more }))
const agreeBoth = async (person: TestPerson, plan: Plan) => {
  const half = await authority.as(person.actor, work => agreePlanAsPerson(work, plan.id, plan.version))
  return authority.as(binh.actor, work => agreePlanAsSupervisor(work, plan.id, half.version))
}
const verbs = async (plan: Plan) => (await readLedger(database, plan.id)).map(line => line.verb)

describe('a proposal', () => {
  test('gives each line its reason: gap, need and priority by id; and each chosen gap an action in the language asked for', async () => {
    const an = await makePerson()
    await rate(an, framework.analyst, { C1: 1, C2: 1, C3: 0, C4: 3 })
    const plan = await propose(an)
    expect(
      plan.gaps.map(({ element, isChosen, reason }) => [
        element.code,
        isChosen,
        reason.have,
        reason.need,
        reason.haveFrom,
        reason.priority,
      ]),
    ).toEqual([
      ['C2', true, 1, 3, 'supervisor', 1],
      ['C1', true, 1, 2, 'supervisor', 2],
      ['C3', true, 0, 1, 'supervisor', 3],
    ])
    expect(plan.gaps[0]!.reason.elementId).toBe(framework.competencies['C2'])
    expect(plan.gaps[0]!.statements.map(({ code }) => code)).toEqual(['C2.2', 'C2.3'])
    expect(plan.actions.map(({ kind, title, startsOn, dueOn }) => `${kind} | ${title} | ${startsOn} | ${dueOn}`)).toEqual([
      'course | Khóa đào tạo: Năng lực C2, đạt mức 3 | 2026-11-22 | 2026-12-04',
      'on-the-job | Thực hành qua công việc: Năng lực C1, đạt mức 2 | 2026-12-05 | 2026-12-17',
      'self-study | Tự học: Năng lực C3, đạt mức 1 | 2026-12-18 | 2026-12-31',
    ])
    expect(plan.actions.map(action => action.gapId)).toEqual(plan.gaps.map(gap => gap.id))
    expect(plan).toMatchObject({ version: 1, status: 'proposed', may: { write: true, agreeAsPerson: false, agreeAsSupervisor: false } })
    expect(await verbs(plan)).toEqual(['plan.proposed'])
    const inJapanese = await propose(an, { language: 'ja', halfYearId: await nextHalfYear() })
    expect(inJapanese.actions[0]!.title).toBe('研修：能力C2（レベル3まで）')
  })

  test('changing one rating changes the proposal', async () => {
    const an = await makePerson()
    const preview = () =>
      authority.as({}, async work =>
        (await previewPlan(work, an.id, { halfYearId: authority.halfYearId, targetRoleId: framework.analyst })).gaps.map(
          gap => gap.element.code,
        ),
      )
    await rate(an, framework.analyst, { C1: 2, C2: 2, C3: 1, C4: 3 })
    expect(await preview()).toEqual(['C2'])
    await rate(an, framework.analyst, { C1: 2, C2: 2, C3: 0, C4: 3 }, 0, 1)
    expect(await preview()).toEqual(['C2', 'C3'])
    expect((await propose(an)).gaps.map(gap => gap.element.code)).toEqual(['C2', 'C3'])
  })

  test('the same holds for a framework of another publisher', async () => {
    const frameworkId = await authority.as({}, async work => (await importPack(work, 'secbok-aligned')).frameworkId)
    const role = (await authority.as({}, work => listRolesByCode(work, ['CISO']))).find(found => found.framework.id === frameworkId)!.role
    const needs = await authority.as({}, async work => (await getRoleNeeds(work, [role.id])).get(role.id)!.needs)
    const an = await makePerson()
    const first = needs[0]!.element.code
    await rate(an, role.id, { [first]: 0 }, 3)
    const plan = await propose(an, { targetRoleId: role.id })
    expect(plan.gaps.map(gap => gap.element.code)).toEqual([first])
    await rate(an, role.id, {}, 3, 1)
    const renewed = await authority.as({}, work => renewPlan(work, plan.id, plan.version, { language: 'en' }))
    expect(renewed).toMatchObject({ version: 2, gaps: [], actions: [] })
  })

  test('a half-year has one plan, also when two people propose at once', async () => {
    const an = await makePerson()
    const results = await Promise.allSettled([propose(an), propose(an, {}, an.actor), propose(an, {}, binh.actor)])
    const refused = results.filter(result => result.status === 'rejected')
    expect(refused).toHaveLength(2)
    for (const { reason } of refused) expect(reason).toMatchObject({ status: 409, code: 'plan.exists' })
  })

  test('nothing that one side may not see yet is in a plan that both read', async () => {
    const an = await makePerson()
    const needs = await authority.as({}, async work => (await getRoleNeeds(work, [framework.analyst])).get(framework.analyst)!.needs)
    const ratings = needs.map(({ element }) => ({ elementId: element.id, level: 3, reason: 'Rất tốt' }))
    await authority.as(an.actor, work =>
      saveSelfAssessment(work, an.id, {
        halfYearId: authority.halfYearId,
        roleId: framework.analyst,
        baseVersion: 0,
        submit: true,
        ratings,
      }),
    )
    expect((await propose(an, {}, an.actor)).gaps.every(gap => gap.reason.haveFrom === 'none')).toBe(true)
  })
})

describe('a change', () => {
  test('is sent whole: actions are changed, added, removed and put in order, and it is one line of the ledger', async () => {
    const an = await makePerson()
    const plan = await propose(an)
    const [first, second] = plan.actions
    const added = {
      gapId: null,
      kind: 'secondment' as const,
      title: ' Thực tập tại đơn vị bạn ',
      startsOn: '2026-12-01',
      dueOn: '2027-06-30',
    }
    const changed = await authority.as(binh.actor, work =>
      changePlan(work, plan.id, 1, {
        duties: 'Trực ca',
        chosenGapIds: [plan.gaps[1]!.id],
        actions: [added, { ...second!, title: 'Đổi tên' }],
      }),
    )
    expect(changed).toMatchObject({ version: 2, duties: 'Trực ca' })
    expect(changed.actions.map(({ id, title }) => [id === second!.id, title])).toEqual([
      [false, 'Thực tập tại đơn vị bạn'],
      [true, 'Đổi tên'],
    ])
    expect(changed.gaps.map(gap => gap.isChosen)).toEqual([false, true, false, false])
    const ledger = await readLedger(database, plan.id)
    expect(ledger.map(line => line.verb)).toEqual(['plan.proposed', 'plan.changed'])
    expect(ledger[1]!.payload).toMatchObject({
      before: { duties: 'Phân tích sự cố', actions: expect.arrayContaining([first]) },
      after: { duties: 'Trực ca' },
    })
  })

  test('gaps and actions of another plan are refused, and dates that make no sense', async () => {
    const plan = await propose(await makePerson())
    const other = await propose(await makePerson('Lê Văn Cường'))
    const action = plan.actions[0]!
    const fieldsOf = (more: Partial<Parameters<typeof changePlan>[3]>) =>
      change(plan, more).then(
        () => [],
        (problem: { status: number; details: { fields: { path: string; code: string }[] } }) =>
          problem.details.fields.map(field => `${field.path} ${field.code}`),
      )
    expect(await fieldsOf({ chosenGapIds: [other.gaps[0]!.id] })).toEqual(['chosenGapIds.0 unknown'])
    expect(await fieldsOf({ actions: [{ ...action, gapId: other.gaps[0]!.id }] })).toEqual(['actions.0.gapId unknown'])
    expect(await fieldsOf({ actions: [{ ...action, id: other.actions[0]!.id }] })).toEqual(['actions.0.id unknown'])
    expect(await fieldsOf({ actions: [action, action] })).toEqual(['actions.1.id unknown'])
    expect(await fieldsOf({ actions: [{ ...action, startsOn: '2026-12-02', dueOn: '2026-12-01' }] })).toEqual([
      'actions.0.dueOn before-start',
    ])
    expect(await fieldsOf({ actions: [{ ...action, startsOn: '2027-01-01', dueOn: '2027-02-01' }] })).toEqual([
      'actions.0.dueOn outside-half-year',
    ])
    expect(await fieldsOf({ actions: [{ ...action, title: '\u0000' }] })).toEqual(['actions.0.title required'])
    expect(await readAs({}, plan)).toEqual(plan)
  })

  test('a stale version gets 412 with the plan as it is now', async () => {
    const plan = await propose(await makePerson())
    await change(plan, { duties: 'Mới' })
    await expect(change(plan, { duties: 'Cũ' })).rejects.toMatchObject({
      status: 412,
      code: 'version.conflict',
      details: { current: { version: 2, duties: 'Mới' } },
    })
    await expect(authority.as({}, work => renewPlan(work, plan.id, 1, { language: 'vi' }))).rejects.toMatchObject({ status: 412 })
  })

  test('of two changes at the same time one is kept', async () => {
    const plan = await propose(await makePerson())
    const results = await Promise.allSettled(['một', 'hai', 'ba'].map(duties => change(plan, { duties })))
    expect(results.map(result => result.status).sort()).toEqual(['fulfilled', 'rejected', 'rejected'])
  })

  test('renewed, a plan keeps actions whose gap is open and those of no gap', async () => {
    const an = await makePerson()
    await rate(an, framework.analyst, { C1: 0, C2: 1, C3: 1, C4: 3 })
    const plan = await propose(an)
    expect(plan.gaps.map(gap => gap.element.code)).toEqual(['C1', 'C2'])
    const own = { gapId: null, kind: 'certification' as const, title: 'Thi chứng chỉ', startsOn: '2026-12-01', dueOn: '2026-12-20' }
    const changed = await authority.as({}, work => changePlan(work, plan.id, 1, { ...contentOf(plan), actions: [...plan.actions, own] }))
    await rate(an, framework.analyst, { C1: 2, C2: 2, C3: 0, C4: 3 }, 0, 1)
    const renewed = await authority.as({}, work => renewPlan(work, plan.id, 2, { language: 'en' }))
    expect(renewed.gaps.map(({ id, element, reason }) => [element.code, reason.have, id === plan.gaps[1]!.id])).toEqual([
      ['C2', 2, true],
      ['C3', 0, false],
    ])
    expect(renewed.actions.map(action => action.title)).toEqual([
      plan.actions[1]!.title,
      'Thi chứng chỉ',
      'Self-study: Competency C3, to level 1',
    ])
    expect(renewed.actions[1]).toEqual(changed.actions[2])
    expect(await verbs(plan)).toEqual(['plan.proposed', 'plan.changed', 'plan.renewed'])
  })
})

describe('agreement', () => {
  test('both agree to what they read, and the second does not undo the first', async () => {
    const an = await makePerson()
    const plan = await propose(an)
    expect((await readAs(an.actor, plan)).may).toEqual({ write: true, agreeAsPerson: true, agreeAsSupervisor: false, attachPaper: false })
    expect((await readAs(binh.actor, plan)).may).toEqual({ write: true, agreeAsPerson: false, agreeAsSupervisor: true, attachPaper: false })
    const half = await authority.as(binh.actor, work => agreePlanAsSupervisor(work, plan.id, 1))
    expect(half).toMatchObject({
      version: 2,
      status: 'half-agreed',
      personSignature: null,
      supervisorSignature: { at: '2026-11-22T03:00:00.000Z', name: 'Trần Văn Bình' },
    })
    await expect(authority.as(an.actor, work => agreePlanAsPerson(work, plan.id, 1))).rejects.toMatchObject({
      status: 412,
      details: { current: { version: 2 } },
    })
    const agreed = await authority.as(an.actor, work => agreePlanAsPerson(work, plan.id, 2))
    expect(agreed).toMatchObject({
      version: 3,
      status: 'agreed',
      personSignature: { name: 'Nguyễn Thị An' },
      supervisorSignature: { name: 'Trần Văn Bình' },
    })
    expect(await verbs(plan)).toEqual(['plan.proposed', 'plan.agreed-by-supervisor', 'plan.agreed-by-person'])
    await expect(authority.as(an.actor, work => agreePlanAsPerson(work, plan.id, 3))).rejects.toMatchObject({
      status: 409,
      code: 'plan.not-agreeable',
    })
  })

  test('a change after an agreement voids it; sending the same content again does not', async () => {
    const an = await makePerson()
    const agreed = await agreeBoth(an, await propose(an))
    expect(await change(agreed, {})).toEqual({ ...agreed, may: { ...agreed.may, agreeAsSupervisor: false } })
    const changed = await change(agreed, { duties: 'Khác' })
    expect(changed).toMatchObject({ status: 'proposed', personSignature: null, supervisorSignature: null })
    const again = await agreeBoth(an, changed)
    const renewed = await authority.as({}, work => renewPlan(work, again.id, again.version, { language: 'vi' }))
    expect(renewed.status).toBe('proposed')
  })

  test('nobody agrees in another’s place, and nobody in both', async () => {
    const an = await makePerson()
    const plan = await propose(an)
    const manager = { roles: ['capacity-manager' as const] }
    await expect(authority.as(manager, work => agreePlanAsPerson(work, plan.id, 1))).rejects.toMatchObject({ status: 403 })
    await expect(authority.as(manager, work => agreePlanAsSupervisor(work, plan.id, 1))).rejects.toMatchObject({ status: 403 })
    await expect(authority.as(binh.actor, work => agreePlanAsPerson(work, plan.id, 1))).rejects.toMatchObject({ status: 403 })
    await expect(authority.as(stranger.actor, work => agreePlanAsSupervisor(work, plan.id, 1))).rejects.toMatchObject({ status: 403 })
    const own = await propose(binh, {}, binh.actor)
    await expect(authority.as(binh.actor, work => agreePlanAsSupervisor(work, own.id, 1))).rejects.toMatchObject({ status: 403 })
  })

  test('a plan without an action, or with gaps of which none is chosen, cannot be agreed', async () => {
    const an = await makePerson()
    const plan = await propose(an)
    const empty = await change(plan, { actions: [] })
    expect((await readAs(an.actor, plan)).may.agreeAsPerson).toBe(false)
    await expect(authority.as(an.actor, work => agreePlanAsPerson(work, plan.id, empty.version))).rejects.toMatchObject({
      code: 'plan.not-agreeable',
    })
    const unchosen = await change(empty, { actions: plan.actions, chosenGapIds: [] }).catch((problem: unknown) => problem)
    // Actions that went keep no claim on their ids.
    expect(unchosen).toMatchObject({ status: 422 })
    const fresh = await change(empty, {
      actions: plan.actions.map(({ gapId, kind, title, startsOn, dueOn }) => ({ gapId, kind, title, startsOn, dueOn })),
      chosenGapIds: [],
    })
    await expect(authority.as(an.actor, work => agreePlanAsPerson(work, plan.id, fresh.version))).rejects.toMatchObject({
      code: 'plan.not-agreeable',
    })
  })
})

describe('who reads plans', () => {
  test('a supervisor of somebody else gets 403, a foreign organisation 404', async () => {
    const plan = await propose(await makePerson())
    const agency = await makeTestAuthority(database, 'agency')
    await expect(readAs(stranger.actor, plan)).rejects.toMatchObject({ status: 403 })
    await expect(change(plan, { duties: 'x' }, stranger.actor)).rejects.toMatchObject({ status: 403 })
    await expect(agency.as({}, work => getPlan(work, plan.id))).rejects.toMatchObject({ status: 404 })
    await expect(agency.as({}, work => agreePlanAsPerson(work, plan.id, 1))).rejects.toMatchObject({ status: 404 })
    await expect(propose(stranger, { targetRoleId: plan.id })).rejects.toMatchObject({ status: 404 })
    expect((await agency.as({}, work => listPlans(work, { limit: 50 }))).total).toBe(0)
  })
})

async function nextHalfYear(): Promise<string> {
  const [row] = await database.asOwner<{ id: string }>(`select id from half_year where organisation_id = $1 and code = '2027-H1'`, [
    authority.organisationId,
  ])
  return row!.id
}

test('the next plan begins with what the person wished for last, without days that are over', async () => {
  const an = await makePerson()
  const first = await propose(an)
  const wishes = {
    wishedRoleId: framework.lead,
    kinds: ['mentoring' as const],
    availableFrom: '2026-12-01',
    availableTo: '2026-12-20',
    languages: ['vi' as const],
    remarks: 'Ban ngày',
  }
  await change(first, { preferences: wishes })
  const [next] = await database.asOwner<{ id: string }>(`select id from half_year where organisation_id = $1 and code = '2027-H1'`, [
    authority.organisationId,
  ])
  const { preferences } = await propose(an, { halfYearId: next!.id })
  const { wishedRoleId, ...others } = wishes
  expect(preferences).toEqual({
    ...others,
    availableFrom: null,
    availableTo: null,
    wishedRole: expect.objectContaining({ id: wishedRoleId }),
  })
  expect((await propose(await makePerson(), { halfYearId: next!.id })).preferences).toMatchObject({ wishedRole: null, kinds: [] })
})
