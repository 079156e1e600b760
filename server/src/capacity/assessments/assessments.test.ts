import { describe, expect, test } from 'vitest'
import { makeTestFramework, makeTestOffice, makeTestPerson, makeTestUnit, readLedger } from '../../../test/capacity-kit.ts'
import type { TestPerson } from '../../../test/capacity-kit.ts'
import { makeTestAuthority } from '../../../test/kit.ts'
import { saveAgreedAssessment, saveSelfAssessment, saveSupervisorAssessment } from './assessments.ts'
import { answerContest, contestRating } from './contests.ts'
import { listHalfYears } from './half-years.ts'
import { listGapsForPlan, listPersonGaps, listUnitGaps } from './list-gaps.ts'
import { getAssessmentSheet } from './sheet.ts'

const { database, authority, framework, unitId, binh, stranger, makePerson } = await makeTestOffice()

const key = () => ({ halfYearId: authority.halfYearId, roleId: framework.analyst })
const lines = (levels: Record<string, number>, reason = 'Đã xử lý sự cố tháng 10') =>
  Object.entries(levels).map(([code, level]) => ({ elementId: framework.competencies[code]!, level, reason }))
const complete = { C1: 2, C2: 1, C3: 1, C4: 0 }
const input = (levels: Record<string, number> = complete, more: { baseVersion?: number; submit?: boolean; reason?: string } = {}) => ({
  ...key(),
  baseVersion: more.baseVersion ?? 0,
  submit: more.submit ?? true,
  ratings: lines(levels, more.reason),
})

const rateSelf = (an: TestPerson, ...args: Parameters<typeof input>) =>
  authority.as(an.actor, work => saveSelfAssessment(work, an.id, input(...args)))
const rateBySupervisor = (an: TestPerson, ...args: Parameters<typeof input>) =>
  authority.as(binh.actor, work => saveSupervisorAssessment(work, an.id, input(...args)))
const agree = (an: TestPerson, ...args: Parameters<typeof input>) =>
  authority.as(binh.actor, work => saveAgreedAssessment(work, an.id, input(...args)))
const lookAs = (who: Partial<TestPerson['actor']>, an: TestPerson) => authority.as(who, work => getAssessmentSheet(work, an.id, key()))

describe('who sees what', () => {
  test('neither side sees the other’s ratings before submitting the own ones', async () => {
    const an = await makePerson()
    await rateSelf(an)
    const before = await lookAs(binh.actor, an)
    expect(before).toMatchObject({ self: null, hidden: { self: true, supervisor: false }, may: { writeSupervisor: true, agree: false } })
    await rateBySupervisor(an, { C1: 1 }, { submit: false })
    expect((await lookAs(binh.actor, an)).self).toBeNull()
    expect((await lookAs(an.actor, an)).supervisor).toBeNull()
    const after = await rateBySupervisor(an, complete, { baseVersion: 1 })
    expect(after).toMatchObject({ self: { status: 'submitted' }, hidden: { self: false }, may: { agree: true } })
    expect((await lookAs(an.actor, an)).supervisor?.ratings).toHaveLength(4)
  })

  test('the person does not see the supervisor’s ratings before submitting, not even that there are any', async () => {
    const an = await makePerson()
    const untouched = await lookAs(an.actor, an)
    await rateBySupervisor(an)
    expect(await lookAs(an.actor, an)).toEqual(untouched)
  })

  test('a draft is seen by nobody but its writer and a capacity manager', async () => {
    const an = await makePerson()
    await rateBySupervisor(an)
    await rateSelf(an, { C1: 3 }, { submit: false })
    expect(await lookAs(binh.actor, an)).toMatchObject({ self: null, hidden: { self: false } })
    expect((await lookAs(an.actor, an)).self?.ratings).toHaveLength(1)
    expect(await lookAs({}, an)).toMatchObject({
      self: { status: 'draft' },
      supervisor: { status: 'submitted' },
      hidden: { self: false, supervisor: false },
    })
  })

  test('a capacity manager who is rated is as blind as everybody who is rated', async () => {
    const an = await makePerson()
    await rateBySupervisor(an)
    const sheet = await lookAs({ ...an.actor, roles: ['capacity-manager'] }, an)
    expect(sheet).toMatchObject({ supervisor: null, hidden: { supervisor: true } })
  })

  test('the supervisor of somebody else gets 403, an unknown and a foreign person 404', async () => {
    const an = await makePerson()
    const agency = await makeTestAuthority(database, 'agency')
    const foreigner = await makeTestPerson(database, agency, 'Người Nước Khác')
    await expect(lookAs(stranger.actor, an)).rejects.toMatchObject({ status: 403 })
    await expect(authority.as(stranger.actor, work => saveSupervisorAssessment(work, an.id, input()))).rejects.toMatchObject({
      status: 403,
    })
    await expect(authority.as(stranger.actor, work => listPersonGaps(work, an.id, key()))).rejects.toMatchObject({ status: 403 })
    await expect(lookAs({}, foreigner)).rejects.toMatchObject({ status: 404 })
    await expect(agency.as({}, work => getAssessmentSheet(work, an.id, key()))).rejects.toMatchObject({ status: 404 })
    await expect(
      agency.as({}, work => getAssessmentSheet(work, foreigner.id, { ...key(), halfYearId: agency.halfYearId })),
    ).rejects.toMatchObject({ status: 404 })
  })

  test('nobody rates in another’s place: not the manager for the person, not the person as the own supervisor', async () => {
    const an = await makePerson()
    await expect(authority.as({}, work => saveSelfAssessment(work, an.id, input()))).rejects.toMatchObject({ status: 403 })
    await expect(authority.as({}, work => saveSupervisorAssessment(work, an.id, input()))).rejects.toMatchObject({ status: 403 })
    await expect(authority.as(binh.actor, work => saveSelfAssessment(work, an.id, input()))).rejects.toMatchObject({ status: 403 })
    await expect(authority.as(binh.actor, work => saveSupervisorAssessment(work, binh.id, input()))).rejects.toMatchObject({
      status: 403,
      code: 'assessment.own-person',
    })
  })
})

describe('saving', () => {
  test('a draft is replaced whole, dated today at the authority, and each save is one line of the ledger with what changed', async () => {
    const an = await makePerson()
    const first = await rateSelf(an, { C1: 2, C2: 1 }, { submit: false })
    expect(first.self).toMatchObject({
      version: 1,
      status: 'draft',
      submittedAt: null,
      ratings: [{ level: 2, ratedOn: '2026-11-22' }, { level: 1 }],
    })
    const second = await rateSelf(an, { C2: 2, C3: 1 }, { submit: false, baseVersion: 1 })
    expect(second.self).toMatchObject({
      version: 2,
      ratings: [{ elementId: framework.competencies['C2'], level: 2 }, { elementId: framework.competencies['C3'] }],
    })
    const ledger = await readLedger(database, second.self!.id)
    expect(ledger.map(line => line.verb)).toEqual(['assessment.saved', 'assessment.saved'])
    expect(ledger[1]!.payload).toMatchObject({
      before: {
        ratings: [
          { elementId: framework.competencies['C1'], level: 2 },
          { elementId: framework.competencies['C2'], level: 1 },
        ],
      },
      after: {
        ratings: [
          { elementId: framework.competencies['C2'], level: 2 },
          { elementId: framework.competencies['C3'], level: 1 },
        ],
      },
    })
  })

  test('saving what is already there changes nothing and records nothing', async () => {
    const an = await makePerson()
    await rateSelf(an, { C1: 2 }, { submit: false })
    const again = await rateSelf(an, { C1: 2 }, { submit: false, baseVersion: 1 })
    expect(again.self!.version).toBe(1)
    expect(await readLedger(database, again.self!.id)).toHaveLength(1)
  })

  test('submitting needs a level and a reason on every line', async () => {
    const an = await makePerson()
    await expect(rateSelf(an, { C1: 2, C2: 1, C3: 1 })).rejects.toMatchObject({
      status: 422,
      code: 'assessment.incomplete',
      details: {
        fields: [{ path: `ratings.${framework.competencies['C4']}.level` }, { path: `ratings.${framework.competencies['C4']}.reason` }],
      },
    })
    await expect(rateSelf(an, complete, { reason: ' \u0000 ' })).rejects.toMatchObject({ code: 'assessment.incomplete' })
    expect((await lookAs(an.actor, an)).self).toBeNull()
  })

  test('a level that the scale lacks, an element that the role does not need, and a line twice are refused', async () => {
    const an = await makePerson()
    await expect(rateSelf(an, { C1: 7 }, { submit: false })).rejects.toMatchObject({
      status: 422,
      details: { fields: [{ path: 'ratings.0.level' }] },
    })
    const twice = { ...input({ C1: 1 }, { submit: false }), ratings: [...lines({ C1: 1 }), ...lines({ C1: 2 })] }
    await expect(authority.as(an.actor, work => saveSelfAssessment(work, an.id, twice))).rejects.toMatchObject({
      details: { fields: [{ path: 'ratings.1.elementId' }] },
    })
    const foreign = { ...input({}, { submit: false }), ratings: [{ elementId: framework.analyst, level: 1, reason: '' }] }
    await expect(authority.as(an.actor, work => saveSelfAssessment(work, an.id, foreign))).rejects.toMatchObject({
      details: { fields: [{ path: 'ratings.0.elementId' }] },
    })
  })

  test('a stale version gets 412 with the sheet as it is now, and changes nothing', async () => {
    const an = await makePerson()
    await rateSelf(an, { C1: 2 }, { submit: false })
    await expect(rateSelf(an, { C1: 3 }, { submit: false })).rejects.toMatchObject({
      status: 412,
      code: 'version.conflict',
      details: { current: { self: { version: 1, ratings: [{ level: 2 }] } } },
    })
  })

  test('of two first saves at the same time one is kept and the other told so', async () => {
    const an = await makePerson()
    const results = await Promise.allSettled([rateSelf(an), rateSelf(an), rateSelf(an)])
    expect(results.map(result => result.status).sort()).toEqual(['fulfilled', 'rejected', 'rejected'])
    for (const result of results) if (result.status === 'rejected') expect(result.reason).toMatchObject({ status: 412 })
  })

  test('a submitted assessment may be corrected until the agreed one is submitted, and stays complete', async () => {
    const an = await makePerson()
    await rateSelf(an)
    const corrected = await rateSelf(an, { ...complete, C4: 1 }, { baseVersion: 1 })
    expect(corrected.self).toMatchObject({ status: 'submitted', version: 2 })
    await expect(rateSelf(an, { C1: 1 }, { baseVersion: 2, submit: false })).rejects.toMatchObject({ code: 'assessment.incomplete' })
    await rateBySupervisor(an)
    await agree(an)
    await expect(rateSelf(an, complete, { baseVersion: 2 })).rejects.toMatchObject({ status: 409, code: 'assessment.closed' })
    const ledger = await readLedger(database, corrected.self!.id)
    expect(ledger.map(line => line.verb)).toEqual(['assessment.submitted', 'assessment.saved'])
    expect(ledger[1]!.payload).toMatchObject({ before: { ratings: [{ level: 0 }] }, after: { ratings: [{ level: 1 }] } })
  })

  test('levels are agreed once both sides have submitted', async () => {
    const an = await makePerson()
    await expect(agree(an)).rejects.toMatchObject({ status: 409, code: 'assessment.other-side-missing' })
    await rateSelf(an)
    await rateBySupervisor(an, { C1: 1 }, { submit: false })
    await expect(agree(an)).rejects.toMatchObject({ code: 'assessment.other-side-missing' })
    await rateBySupervisor(an, complete, { baseVersion: 1 })
    await agree(an, { C1: 1 }, { submit: false })
    expect((await lookAs(an.actor, an)).agreed).toBeNull()
    const sheet = await agree(an, complete, { baseVersion: 1 })
    expect(sheet.agreed).toMatchObject({ status: 'submitted' })
    expect(await lookAs(an.actor, an)).toMatchObject({ agreed: { status: 'submitted' }, may: { writeSelf: false, contest: true } })
  })
})

describe('contests', () => {
  const makeRated = async () => {
    const an = await makePerson()
    await rateSelf(an)
    await rateBySupervisor(an)
    const sheet = await lookAs(an.actor, an)
    return { an, own: sheet.self!.ratings[0]!.id, bySupervisor: sheet.supervisor!.ratings[0]!.id }
  }

  test('a person contests a line, once at a time, and the supervisor answers', async () => {
    const { an, bySupervisor } = await makeRated()
    const contest = () => authority.as(an.actor, work => contestRating(work, an.id, bySupervisor, { reason: 'Tôi đã làm độc lập ba lần' }))
    const contested = (await contest()).contest!
    await expect(contest()).rejects.toMatchObject({ status: 409, code: 'contest.open-already' })
    expect((await lookAs(binh.actor, an)).may.answerContest).toBe(true)
    await expect(authority.as(an.actor, work => answerContest(work, an.id, contested.id, 1, { answer: 'Đúng' }))).rejects.toMatchObject({
      status: 403,
    })
    await expect(
      authority.as(stranger.actor, work => answerContest(work, an.id, contested.id, 1, { answer: 'Đúng' })),
    ).rejects.toMatchObject({ status: 403 })
    await expect(authority.as(binh.actor, work => answerContest(work, an.id, contested.id, 9, { answer: 'Đúng' }))).rejects.toMatchObject({
      status: 412,
      details: { current: { id: bySupervisor } },
    })
    const answered = await authority.as(binh.actor, work => answerContest(work, an.id, contested.id, 1, { answer: 'Đúng' }))
    expect(answered.contest).toMatchObject({ version: 2, answer: 'Đúng', answeredAt: '2026-11-22T03:00:00.000Z' })
    await expect(authority.as(binh.actor, work => answerContest(work, an.id, contested.id, 2, { answer: 'Sai' }))).rejects.toMatchObject({
      code: 'contest.answered',
    })
    expect((await readLedger(database, contested.id)).map(line => line.verb)).toEqual(['rating.contested', 'contest.answered'])
    expect((await contest()).contest!.id).not.toBe(contested.id)
  })

  test('an answered contest may end in another level: the agreed line keeps its id', async () => {
    const { an } = await makeRated()
    const { agreed } = await agree(an)
    const line = agreed!.ratings[0]!
    await authority.as(an.actor, work => contestRating(work, an.id, line.id, { reason: 'Mức cao hơn' }))
    const corrected = await agree(an, { ...complete, C1: 3 }, { baseVersion: 1 })
    expect(corrected.agreed!.ratings[0]).toMatchObject({ id: line.id, level: 3, contest: { reason: 'Mức cao hơn' } })
  })

  test('own ratings, ratings still hidden and ratings of others cannot be contested', async () => {
    const { an, own, bySupervisor } = await makeRated()
    const other = await makePerson('Lê Văn Cường')
    const hidden = (await rateBySupervisor(other)).supervisor!.ratings[0]!.id
    const contest = (who: TestPerson, ratingId: string) =>
      authority.as(who.actor, work => contestRating(work, who.id, ratingId, { reason: 'Không đúng' }))
    await expect(contest(an, own)).rejects.toMatchObject({ status: 409, code: 'contest.not-contestable' })
    await expect(contest(other, bySupervisor)).rejects.toMatchObject({ status: 404 })
    await expect(contest(other, hidden)).rejects.toMatchObject({ status: 404 })
    await expect(
      authority.as(binh.actor, work => contestRating(work, an.id, bySupervisor, { reason: 'Không đúng' })),
    ).rejects.toMatchObject({ status: 403 })
  })
})

describe('gaps', () => {
  const gapsAs = (who: Partial<TestPerson['actor']>, an: TestPerson) =>
    authority.as(who, async work => {
      const { gaps, met, total } = await listPersonGaps(work, an.id, key())
      return { lines: gaps.map(gap => `${gap.element.code} ${gap.have}→${gap.need} ${gap.haveFrom}`), met, total }
    })

  test('changing one rating changes the gaps', async () => {
    const an = await makePerson()
    expect((await gapsAs({}, an)).lines).toEqual(['C2 0→3 none', 'C1 0→2 none', 'C4 0→3 none', 'C3 0→1 none'])
    await rateSelf(an)
    await rateBySupervisor(an)
    expect(await gapsAs({}, an)).toEqual({ lines: ['C2 1→3 supervisor', 'C4 0→3 supervisor'], met: 2, total: 4 })
    await rateBySupervisor(an, { ...complete, C1: 1 }, { baseVersion: 1 })
    expect((await gapsAs({}, an)).lines).toEqual(['C2 1→3 supervisor', 'C1 1→2 supervisor', 'C4 0→3 supervisor'])
    await agree(an, { ...complete, C2: 3 })
    expect((await gapsAs({}, an)).lines).toEqual(['C4 0→3 agreed'])
  })

  test('gaps do not tell a rating that the sheet hides; drafts never count', async () => {
    const an = await makePerson()
    await rateSelf(an, complete, { submit: false })
    expect((await gapsAs(an.actor, an)).met).toBe(0)
    await rateSelf(an, complete, { baseVersion: 1 })
    expect((await gapsAs(an.actor, an)).lines).toEqual(['C2 1→3 self', 'C4 0→3 self'])
    expect((await gapsAs(binh.actor, an)).met).toBe(0)
    expect((await gapsAs({}, an)).met).toBe(2)
    const forPlan = await authority.as({}, work => listGapsForPlan(work, an.id, key()))
    expect(forPlan.gaps.every(gap => gap.haveFrom === 'none')).toBe(true)
    await rateBySupervisor(an, { ...complete, C3: 0 })
    expect((await gapsAs(binh.actor, an)).lines).toEqual(['C2 1→3 supervisor', 'C4 0→3 supervisor', 'C3 0→1 supervisor'])
  })

  test('for somebody without a supervisor the own ratings count, also in a plan', async () => {
    const head = await makeTestPerson(database, authority, 'Đỗ Thị Hoa', { unitId, roleCode: 'ANALYST' })
    await rateSelf(head)
    const { gaps } = await authority.as(head.actor, work => listGapsForPlan(work, head.id, key()))
    expect(gaps.map(gap => gap.haveFrom)).toEqual(['self', 'self'])
  })

  test('ratings of an earlier half-year count until newer ones are submitted, those of a later one do not', async () => {
    const an = await makePerson()
    const { halfYears } = await authority.as({}, work => listHalfYears(work))
    const at = (code: string) => halfYears.find(half => half.code === code)!.id
    const rateIn = (code: string, levels: Record<string, number>) =>
      authority.as(an.actor, work => saveSelfAssessment(work, an.id, { ...input(levels), halfYearId: at(code) }))
    await rateIn('2026-H1', { ...complete, C1: 0 })
    await rateIn('2027-H1', { ...complete, C1: 2 })
    const codes = async (code: string) =>
      (await authority.as({}, work => listPersonGaps(work, an.id, { ...key(), halfYearId: at(code) }))).gaps.map(gap => gap.element.code)
    expect(await codes('2026-H2')).toEqual(['C1', 'C2', 'C4'])
    expect(await codes('2027-H1')).toEqual(['C2', 'C4'])
  })

  test('what was agreed stands against the supervisor’s newer word, and the supervisor’s against the person’s own', async () => {
    const an = await makePerson()
    const { halfYears } = await authority.as({}, work => listHalfYears(work))
    const later = halfYears.find(half => half.code === '2027-H1')!.id
    const gapsLater = async () =>
      (await authority.as({}, work => listPersonGaps(work, an.id, { ...key(), halfYearId: later }))).gaps.map(
        gap => `${gap.element.code} ${gap.have} ${gap.haveFrom}`,
      )
    await rateSelf(an, { C1: 0, C2: 0, C3: 1, C4: 3 })
    await rateBySupervisor(an, { C1: 1, C2: 1, C3: 1, C4: 3 })
    await authority.as(an.actor, work => saveSelfAssessment(work, an.id, { ...input(complete), halfYearId: later }))
    expect(await gapsLater()).toEqual(['C2 1 supervisor', 'C1 1 supervisor'])
    await agree(an, { C1: 0, C2: 3, C3: 1, C4: 3 })
    await authority.as(binh.actor, work => saveSupervisorAssessment(work, an.id, { ...input(complete), halfYearId: later }))
    expect(await gapsLater()).toEqual(['C1 0 agreed'])
  })

  test('a rating for one role counts for the other roles of the framework', async () => {
    const an = await makePerson()
    await rateSelf(an, { ...complete, C4: 3 })
    const { gaps } = await authority.as({}, work => listPersonGaps(work, an.id, { ...key(), roleId: framework.lead }))
    expect(gaps.map(gap => `${gap.element.code} ${gap.have}→${gap.need}`)).toEqual(['C1 2→3'])
  })

  test('a unit’s gaps sum up its people; a supervisor sees the own reports only, others nobody', async () => {
    const unit = await makeTestUnit(database, authority.organisationId, 'U2')
    const head = await makeTestPerson(database, authority, 'A Trưởng Phòng', { unitId: unit })
    const first = await makeTestPerson(database, authority, 'B Một', { unitId: unit, supervisor: head, roleCode: 'ANALYST' })
    const second = await makeTestPerson(database, authority, 'C Hai', { unitId: unit, supervisor: binh, roleCode: 'ANALYST' })
    const other = await makeTestFramework(database, authority.organisationId, 'another')
    await database.asOwner(
      `update framework_element set code = 'OTHER', name = '{"en": "Another role", "vi": "Vai trò khác"}' where id = $1`,
      [other.lead],
    )
    const elsewhere = await makeTestPerson(database, authority, 'D Khác', { unitId: unit, roleCode: 'OTHER' })
    for (const person of [first, second]) await rateSelf(person, person === first ? complete : { C1: 2, C2: 3, C3: 1, C4: 2 })
    const query = { halfYearId: authority.halfYearId, frameworkId: framework.id }
    const all = await authority.as({}, work => listUnitGaps(work, unit, query))
    expect(all.gaps.map(line => [line.element.code, line.people, line.short, line.missing, line.unrated])).toEqual([
      ['C4', 2, 2, 4, 0],
      ['C2', 2, 1, 2, 0],
    ])
    expect(all.gaps[1]!.who).toEqual([{ personId: first.id, name: 'B Một', have: 1, haveFrom: 'self', need: 3, importance: 'required' }])
    expect(all.withoutRole).toEqual([
      { personId: head.id, name: 'A Trưởng Phòng', roleCode: null, roleName: null },
      { personId: elsewhere.id, name: 'D Khác', roleCode: 'OTHER', roleName: { en: 'Another role', vi: 'Vai trò khác' } },
    ])
    const ofHead = await authority.as(head.actor, work => listUnitGaps(work, unit, query))
    expect(ofHead.gaps.map(line => [line.element.code, line.people, line.unrated])).toEqual([
      ['C2', 1, 1],
      ['C4', 1, 1],
      ['C1', 1, 1],
      ['C3', 1, 1],
    ])
    const ofStranger = await authority.as(stranger.actor, work => listUnitGaps(work, unit, query))
    expect(ofStranger).toMatchObject({ gaps: [], withoutRole: [] })
    await expect(authority.as({}, work => listUnitGaps(work, unit, { ...query, frameworkId: unit }))).rejects.toMatchObject({ status: 404 })
  })
})

test('half-years come in order and one of them is current', async () => {
  const { halfYears } = await authority.as({}, work => listHalfYears(work))
  expect(halfYears.map(half => half.code)).toEqual(['2026-H1', '2026-H2', '2027-H1', '2027-H2', '2028-H1', '2028-H2'])
  expect(halfYears.filter(half => half.isCurrent)).toEqual([
    { id: authority.halfYearId, code: '2026-H2', startsOn: '2026-07-01', endsOn: '2026-12-31', isCurrent: true },
  ])
})
