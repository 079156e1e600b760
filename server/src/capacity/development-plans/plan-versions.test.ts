import { describe, expect, test } from 'vitest'
import { makePdf } from '../../../test/endpoints/files.ts'
import { makeTestOffice, readLedger } from '../../../test/capacity-kit.ts'
import type { TestPerson } from '../../../test/capacity-kit.ts'
import { makeTestFiles } from '../../../test/http-kit.ts'
import { agreePlanAsPerson, agreePlanAsSupervisor, changePlan, proposePlan, renewPlan } from './development-plans.ts'
import type { Plan } from './development-plans.api.ts'
import { codeOf, readCode } from './plan-content.ts'
import { preferencesOf } from './check-change.ts'
import { attachSignedPlan, comparePlanVersions, getPlanVersion, getSignedPlan, listPlanVersions, readNumber } from './plan-versions.ts'
import { getPlan } from './plan-view.ts'

const { database, authority, framework, unitId, binh, stranger, makePerson } = await makeTestOffice()
const files = await makeTestFiles(database)

async function makePlan(name?: string): Promise<{ person: TestPerson; plan: Plan }> {
  const person = await makePerson(name)
  const input = { halfYearId: authority.halfYearId, targetRoleId: framework.analyst, currentRoleId: null, duties: 'Trực ca' }
  return { person, plan: await authority.as({}, work => proposePlan(work, person.id, { ...input, language: 'vi' })) }
}
const contentOf = (plan: Plan) => ({
  duties: plan.duties,
  preferences: preferencesOf(plan),
  chosenGapIds: plan.gaps.filter(gap => gap.isChosen).map(gap => gap.id),
  actions: plan.actions.map(({ id, gapId, kind, title, startsOn, dueOn }) => ({ id, gapId, kind, title, startsOn, dueOn })),
})
type Change = Parameters<typeof changePlan>[3]
const change = (plan: Plan, more: Partial<Change>, who: Partial<TestPerson['actor']> = {}) =>
  authority.as(who, work => changePlan(work, plan.id, plan.version, { ...contentOf(plan), ...more }))
const versionOf = (plan: Plan, number: number, who: Partial<TestPerson['actor']> = {}) =>
  authority.as(who, work => getPlanVersion(work, plan.id, number))
const compare = (plan: Plan, before: number, after: number) =>
  authority.as({}, work => comparePlanVersions(work, plan.id, { before, after }))
const listOf = async (plan: Plan) => (await authority.as({}, work => listPlanVersions(work, plan.id))).versions
const fieldsOf = (outcome: Promise<unknown>) =>
  outcome.then(
    () => [],
    (problem: { details: { fields: { path: string; code: string }[] } }) =>
      problem.details.fields.map(({ path, code }) => `${path} ${code}`),
  )

describe('a version', () => {
  test('is kept of every content, whole, and stays as it was', async () => {
    const { person, plan } = await makePlan()
    const second = await change(plan, { duties: 'Phân tích mã độc' })
    await authority.as(person.actor, work => agreePlanAsPerson(work, plan.id, second.version))
    const third = await authority.as({}, async work => renewPlan(work, plan.id, (await getPlan(work, plan.id)).version, { language: 'vi' }))
    expect(third).toMatchObject({ contentVersion: 3, isLatest: true, status: 'proposed' })
    const first = await versionOf(plan, 1)
    expect(first).toMatchObject({ contentVersion: 1, isLatest: false, code: plan.code, duties: 'Trực ca', actions: plan.actions })
    expect(first.may).toEqual({ write: false, agreeAsPerson: false, agreeAsSupervisor: false, attachPaper: false })
    expect(await versionOf(plan, 2)).toMatchObject({
      duties: 'Phân tích mã độc',
      status: 'half-agreed',
      personSignature: { name: 'Nguyễn Thị An' },
    })
    expect((await listOf(plan)).map(({ number, cause, madeBy }) => [number, cause, madeBy])).toEqual([
      [3, 'renewed', 'Account capacity-manager'],
      [2, 'changed', 'Account capacity-manager'],
      [1, 'proposed', 'Account capacity-manager'],
    ])
    await expect(versionOf(plan, 4)).rejects.toMatchObject({ status: 404 })
    for (const text of ['0', '01', '1.5', '-1', 'x', '1e3', '9'.repeat(20)]) expect(() => readNumber(text)).toThrow()
  })

  test('agreements make none, and name the one that they are to', async () => {
    const { person, plan } = await makePlan()
    const half = await authority.as(person.actor, work => agreePlanAsPerson(work, plan.id, 1))
    expect(half).toMatchObject({ version: 2, contentVersion: 1, code: plan.code })
    expect(await listOf(plan)).toHaveLength(1)
    const [, line] = await readLedger(database, plan.id)
    expect(line).toMatchObject({ verb: 'plan.agreed-by-person', payload: { after: { agreedVersion: 1, code: plan.code } } })
  })

  test('keeps the names of person, post and supervisor as on its day, and a signature the name of who signed', async () => {
    const { person, plan } = await makePlan('Phạm Thị Cũ')
    await authority.as(person.actor, work => agreePlanAsPerson(work, plan.id, 1))
    const changed = await change(await authority.as({}, work => getPlan(work, plan.id)), { duties: 'Khác' })
    await database.asOwner('update person set name = $2 where id = $1', [person.id, 'Phạm Thị Mới'])
    expect((await versionOf(plan, 1)).person.name).toBe('Phạm Thị Cũ')
    expect((await versionOf(plan, 1)).personSignature).toMatchObject({ name: 'Phạm Thị Cũ' })
    expect((await authority.as({}, work => getPlan(work, changed.id))).person.name).toBe('Phạm Thị Mới')
  })

  test('can be changed by nobody, the server’s own role included', async () => {
    for (const text of ['update plan_version set content = content', 'delete from plan_version', 'update plan_signature set name = name'])
      await expect(database.app.pool.query(text)).rejects.toMatchObject({ code: '42501' })
  })

  test('is for those who may read the plan', async () => {
    const { plan } = await makePlan()
    await expect(versionOf(plan, 1, stranger.actor)).rejects.toMatchObject({ status: 403 })
    await expect(authority.as(stranger.actor, work => listPlanVersions(work, plan.id))).rejects.toMatchObject({ status: 403 })
  })
})

test('a code is the same for one content of one plan alone, and is read however it was typed', () => {
  const sha256 = 'f'.repeat(64)
  expect(codeOf(sha256)).toBe('ZZZZZ-ZZZZZ')
  expect(codeOf('0'.repeat(64))).toBe('00000-00000')
  for (const typed of ['7k3f9-qxm2a', '7K3F9QXM2A', ' 7k3f9 qxm2a ', '７Ｋ３Ｆ９－ＱＸＭ２Ａ']) expect(readCode(typed)).toBe('7K3F9-QXM2A')
  expect(readCode('oil00-00000')).toBe('01100-00000')
})

describe('what people write', () => {
  const course = { provider: 'CMC', hours: 40, place: 'Hà Nội' }
  test('each kind of action keeps what it needs; a mentor and a unit keep the name that they had', async () => {
    const { plan } = await makePlan()
    const dates = { gapId: null, startsOn: '2026-12-01', dueOn: '2026-12-20' }
    const sent: Change['actions'] = [
      { ...dates, kind: 'course', title: 'A', details: course },
      { ...dates, kind: 'on-the-job', title: 'B', details: { task: 'Phân tích\n10 vụ', guide: 'Anh Lâm' } },
      { ...dates, kind: 'mentoring', title: 'C', details: { mentorId: binh.id, mentorName: '', rhythm: 'Hằng tuần' } },
      { ...dates, kind: 'secondment', title: 'D', details: { unitId, place: '' } },
      { ...dates, kind: 'certification', title: 'E', details: { body: 'CompTIA', exam: 'Security+', examOn: '2026-12-18' } },
      { ...dates, kind: 'self-study', title: 'F', details: { material: 'NIST SP 800-61', hours: 12 } },
    ]
    const changed = await change(plan, { actions: sent })
    expect(changed.actions.map(({ kind, details }) => [kind, details])).toEqual([
      ['course', course],
      ['on-the-job', { task: 'Phân tích\n10 vụ', guide: 'Anh Lâm' }],
      ['mentoring', { mentorId: binh.id, mentorName: 'Trần Văn Bình', rhythm: 'Hằng tuần' }],
      ['secondment', { unitId, unitName: { vi: 'Phòng Ứng cứu sự cố', en: 'Incident Response Division' }, place: '' }],
      ['certification', { body: 'CompTIA', exam: 'Security+', examOn: '2026-12-18' }],
      ['self-study', { material: 'NIST SP 800-61', hours: 12 }],
    ])
    await database.asOwner(`update person set name = 'Trần Văn Khác' where id = $1`, [binh.id])
    // Sent again as it was, also by somebody who may not look the mentor up: nothing changes.
    const again = await change(changed, { actions: sent.map((action, index) => ({ ...action, id: changed.actions[index]!.id })) })
    expect(again).toMatchObject({ version: changed.version, actions: changed.actions })
    await database.asOwner(`update person set name = 'Trần Văn Bình' where id = $1`, [binh.id])
    // Without details an action keeps those it has, or begins with none when it becomes another kind.
    const [first] = contentOf(changed).actions
    const other = await change(changed, {
      actions: [{ ...first!, kind: 'self-study' }, contentOf(changed).actions[4]!] as Change['actions'],
    })
    expect(other.actions.map(action => action.details)).toEqual([
      { material: '', hours: null },
      { body: 'CompTIA', exam: 'Security+', examOn: '2026-12-18' },
    ])
  })

  test('a mentor is somebody whom the writer may see, and not the person', async () => {
    const { person, plan } = await makePlan()
    const mentoring = (mentorId: string): Change['actions'] => [
      {
        gapId: null,
        kind: 'mentoring',
        title: 'C',
        startsOn: '2026-12-01',
        dueOn: '2026-12-20',
        details: { mentorId, mentorName: '', rhythm: '' },
      },
    ]
    expect(await fieldsOf(change(plan, { actions: mentoring(person.id) }))).toEqual(['actions.0.details.mentorId invalid'])
    expect(await fieldsOf(change(plan, { actions: mentoring(plan.id) }))).toEqual(['actions.0.details.mentorId unknown'])
    expect(await fieldsOf(change(plan, { actions: mentoring(stranger.id) }, person.actor))).toEqual(['actions.0.details.mentorId unknown'])
    const unit: Change['actions'] = [
      { gapId: null, kind: 'secondment', title: 'D', startsOn: '2026-12-01', dueOn: '2026-12-20', details: { unitId: plan.id, place: '' } },
    ]
    expect(await fieldsOf(change(plan, { actions: unit }))).toEqual(['actions.0.details.unitId unknown'])
    // Whom the plan names already, everybody who may change it may name once more.
    const named = await change(plan, { actions: mentoring(stranger.id) })
    const twice = await change(named, { actions: [...named.actions, ...mentoring(stranger.id)] }, person.actor)
    const mentors = twice.actions.map(({ details }) => ('mentorName' in details ? details.mentorName : undefined))
    expect(mentors).toEqual(['Người Khác', 'Người Khác'])
  })

  test('wishes are part of what is agreed to', async () => {
    const { person, plan } = await makePlan()
    const agreed = await authority.as(person.actor, work => agreePlanAsPerson(work, plan.id, 1))
    const preferences: Change['preferences'] = {
      wishedRoleId: framework.lead,
      kinds: ['mentoring', 'course', 'mentoring'],
      availableFrom: '2026-12-01',
      availableTo: '2026-12-31',
      languages: ['vi', 'ja'],
      remarks: ' Không đi công tác thứ Hai ',
    }
    const changed = await change(agreed, { preferences }, person.actor)
    expect(changed).toMatchObject({
      status: 'proposed',
      preferences: {
        wishedRole: { code: 'LEAD' },
        kinds: ['mentoring', 'course'],
        languages: ['vi', 'ja'],
        remarks: 'Không đi công tác thứ Hai',
      },
    })
    const { preferences: _, ...without } = contentOf(changed)
    expect((await authority.as({}, work => changePlan(work, plan.id, changed.version, without))).version).toBe(changed.version)
    expect(await fieldsOf(change(changed, { preferences: { ...preferences, wishedRoleId: plan.id, availableTo: '2026-11-30' } }))).toEqual([
      'preferences.wishedRoleId unknown',
      'preferences.availableTo before-start',
    ])
  })
})

describe('the difference', () => {
  test('names what was added, removed and changed, per field, gap and action', async () => {
    const { plan } = await makePlan()
    const [a, b, c, d] = contentOf(plan).actions
    const added = { gapId: null, kind: 'certification' as const, title: 'Thi', startsOn: '2026-12-01', dueOn: '2026-12-20' }
    const changed = await change(plan, {
      duties: 'Mới',
      chosenGapIds: plan.gaps.slice(1).map(gap => gap.id),
      actions: [{ ...c!, dueOn: '2026-12-30' }, a!, d!, added] as Change['actions'],
      preferences: { ...preferencesOf(plan), languages: ['en'] },
    })
    const difference = await compare(changed, 1, 2)
    expect(difference.fields).toEqual([
      { field: 'duties', before: 'Trực ca', after: 'Mới' },
      { field: 'languages', before: null, after: ['en'] },
      { field: 'actionOrder', before: [a!.title, c!.title, d!.title], after: [c!.title, a!.title, d!.title] },
    ])
    expect(difference.gaps.map(({ mark, element, fields }) => [mark, element.code, fields])).toEqual([
      ['changed', plan.gaps[0]!.element.code, [{ field: 'isChosen', before: true, after: false }]],
    ])
    expect(difference.actions.map(({ mark, title }) => [mark, title])).toEqual([
      ['changed', c!.title],
      ['added', 'Thi'],
      ['removed', b!.title],
    ])
    expect(difference.actions[0]!.fields).toEqual([{ field: 'dueOn', before: c!.dueOn, after: '2026-12-30' }])
    // The other way round it is the opposite; a version differs in nothing from itself.
    expect((await compare(changed, 2, 1)).actions.map(({ mark }) => mark)).toEqual(['added', 'changed', 'removed'])
    expect(await compare(changed, 2, 2)).toMatchObject({ fields: [], gaps: [], actions: [] })
    await expect(compare(changed, 1, 9)).rejects.toMatchObject({ status: 404 })
  })
})

describe('signed on paper', () => {
  const attach = (
    plan: Plan,
    more: { code?: string; signedOn?: string; supervisorName?: string; bytes?: Uint8Array; version?: number } = {},
    who = {},
  ) =>
    authority.as(who, work =>
      attachSignedPlan(
        work,
        {
          params: { planId: plan.id },
          query: { code: more.code ?? plan.code, signedOn: more.signedOn ?? '2026-11-20', supervisorName: more.supervisorName },
          body: undefined,
          upload: { fileName: 'bản ký.pdf', bytes: more.bytes ?? makePdf(plan.id) },
          ifMatch: more.version ?? plan.version,
        },
        files,
      ),
    )

  test('the scan counts as both agreements, with a line of the ledger for plan and file, and can be read', async () => {
    const { person, plan } = await makePlan()
    expect(plan.may.attachPaper).toBe(true)
    const signed = await attach(plan)
    expect(signed).toMatchObject({
      status: 'agreed',
      contentVersion: 1,
      personSignature: { way: 'on-paper', name: 'Nguyễn Thị An', signedOn: '2026-11-20', recordedBy: 'Account capacity-manager' },
      supervisorSignature: { way: 'on-paper', name: 'Trần Văn Bình' },
      may: { attachPaper: false },
    })
    const ledger = await readLedger(database, plan.id)
    expect(ledger.at(-1)).toMatchObject({
      verb: 'plan.agreed-on-paper',
      payload: { after: { agreedVersion: 1, sides: ['person', 'supervisor'], signedOn: '2026-11-20' } },
    })
    const file = await (await authority.as(person.actor, work => getSignedPlan(work, plan.id, 1, files)))()
    expect(file).toMatchObject({ fileName: 'bản ký.pdf', contentType: 'application/pdf' })
    expect(new Uint8Array(file.bytes)).toEqual(makePdf(plan.id))
    await expect(authority.as(stranger.actor, work => getSignedPlan(work, plan.id, 1, files))).rejects.toMatchObject({ status: 403 })
    await expect(attach(signed)).rejects.toMatchObject({ status: 409, code: 'plan.not-agreeable' })
    // A change voids it; the paper stays with its version.
    const changed = await change(signed, { duties: 'Khác' })
    expect(changed).toMatchObject({ status: 'proposed', contentVersion: 2 })
    expect(await authority.as({}, work => getSignedPlan(work, plan.id, 1, files))).toBeTypeOf('function')
    await expect(authority.as({}, work => getSignedPlan(work, plan.id, 2, files))).rejects.toMatchObject({ status: 404 })
  })

  test('an agreement given in the system stands; the paper is the other one', async () => {
    const { plan } = await makePlan()
    const half = await authority.as(binh.actor, work => agreePlanAsSupervisor(work, plan.id, 1))
    expect(await attach(half)).toMatchObject({ supervisorSignature: { way: 'in-system' }, personSignature: { way: 'on-paper' } })
  })

  test('the paper of an earlier version, of another plan, or of a day to come is refused, and leaves no file', async () => {
    const { plan } = await makePlan()
    const other = (await makePlan()).plan
    const changed = await change(plan, { duties: 'Sau khi in' })
    const before = await database.asOwner('select id from stored_file')
    expect(await fieldsOf(attach(changed, { code: plan.code }))).toEqual(['code of-older-version'])
    expect(await fieldsOf(attach(changed, { code: other.code }))).toEqual(['code other-paper'])
    expect(await fieldsOf(attach(changed, { signedOn: '2026-11-23' }))).toEqual(['signedOn in-future'])
    await expect(attach(changed, { version: 1 })).rejects.toMatchObject({ status: 412 })
    await expect(attach(changed, { bytes: new Uint8Array(100) })).rejects.toMatchObject({ status: 422, code: 'file.unsupported' })
    expect(await database.asOwner('select id from stored_file')).toEqual(before)
  })

  test('is attached by a third person: neither side makes the other’s agreement', async () => {
    const { person, plan } = await makePlan()
    const manager = { roles: ['capacity-manager' as const] }
    await expect(attach(plan, {}, person.actor)).rejects.toMatchObject({ status: 403, code: 'permission.missing' })
    await expect(attach(plan, {}, binh.actor)).rejects.toMatchObject({ status: 403 })
    await expect(attach(plan, {}, { ...person.actor, ...manager })).rejects.toMatchObject({ status: 403, code: 'permission.outside-reach' })
    await expect(attach(plan, {}, { ...binh.actor, ...manager })).rejects.toMatchObject({ status: 403, code: 'permission.outside-reach' })
  })

  test('where no supervisor is printed, who signed is said', async () => {
    const input = {
      halfYearId: authority.halfYearId,
      targetRoleId: framework.analyst,
      currentRoleId: null,
      duties: '',
      language: 'vi' as const,
    }
    const plan = await authority.as({}, work => proposePlan(work, binh.id, input))
    expect(await fieldsOf(attach(plan))).toEqual(['supervisorName required'])
    expect(await attach(plan, { supervisorName: ' Lê Thị Trúc ' })).toMatchObject({ supervisorSignature: { name: 'Lê Thị Trúc' } })
  })
})
