import { expect, test } from 'vitest'
import { inWork } from '#platform/database/connection.ts'
import { recordOrganisationChange } from '#platform/organisations/organisation-changes.ts'
import { getOrganisation } from '#platform/organisations/organisations.ts'
import { makeTestOffice } from '../../../test/capacity-kit.ts'
import type { TestPerson } from '../../../test/capacity-kit.ts'
import { readPdfText } from '../../../test/pdf-text.ts'
import { agreePlanAsPerson, proposePlan } from './development-plans.ts'
import type { Plan } from './development-plans.api.ts'
import { getPlanDocument } from './plan-document.ts'

const { database, authority, framework, stranger, makePerson } = await makeTestOffice()

async function makePlan(name: string, duties = 'Trực ca'): Promise<{ plan: Plan; person: TestPerson }> {
  const person = await makePerson(name)
  const input = {
    halfYearId: authority.halfYearId,
    targetRoleId: framework.analyst,
    currentRoleId: framework.lead,
    duties,
    language: 'vi' as const,
  }
  return { person, plan: await authority.as({}, work => proposePlan(work, person.id, input)) }
}

const print = async (plan: Plan, language: 'vi' | 'en' | 'ja' = 'vi') => {
  const compile = await authority.as({}, work => getPlanDocument(work, plan.id, { language }))
  const document = await compile()
  return { ...document, text: readPdfText(document.bytes) }
}
const bare = (text: string): string => text.replace(/\s/g, '')

test('the document names person, post, unit, gaps with their reason, actions and who has agreed', async () => {
  const { plan, person } = await makePlan('Nguyễn Thị Ánh Tuyết')
  await authority.as(person.actor, work => agreePlanAsPerson(work, plan.id, 1))
  const { text, fileName, contentType } = await print(plan)
  expect({ fileName, contentType }).toEqual({
    fileName: 'ke-hoach-phat-trien-2026-H2-nguyen-thi-anh-tuyet.pdf',
    contentType: 'application/pdf',
  })
  for (const expected of [
    'Nguyễn Thị Ánh Tuyết',
    'Chuyên viên',
    'Phòng Ứng cứu sự cố',
    'Trần Văn Bình',
    'Role ANALYST',
    'Một bên đã xác nhận',
    'Bắt buộc với vai trò mục tiêu; thiếu 3 mức; ưu tiên 1.',
    'Shows C2 at 3',
    'Khóa đào tạo: Năng lực C2, đạt mức 3',
    'Đã xác nhận trên hệ thống lúc',
    '22/11/2026',
    'Chưa xác nhận trên hệ thống',
    `Phiên bản 1, mã ${plan.code}`,
    `Số kế hoạch: ${plan.id}`,
  ]) {
    expect(text).toContain(bare(expected))
  }
  expect(text).toBe(text.normalize('NFC'))
})

test.each([
  [
    'en',
    ['Development plan', 'Incident Response Division', 'Competency C2', 'Required for the target role', 'Not yet agreed in the system'],
  ],
  ['ja', ['育成計画', '能力C2', '目標とする役割に必須', 'システム上では未合意', 'Phòng Ứng cứu sự cố']],
] as const)('in %s', async (language, expected) => {
  const { text, bytes } = await print((await makePlan('Lê Thị Hoa')).plan, language)
  for (const words of expected) expect(text).toContain(bare(words))
  expect(Buffer.from(bytes).toString('latin1')).toContain(`/Lang (${language === 'en' ? 'en-GB' : 'ja-JP'})`)
})

test('what people typed is printed as it is, however long, and never read as markup', async () => {
  const typed = `#sys.inputs $x^2$ *b* @ref #read("/etc/passwd") \\u{41} `
  const { plan } = await makePlan(`#[Tên] $ * ${'W'.repeat(60)}`, typed + 'dài '.repeat(900))
  const { text, bytes } = await print(plan)
  expect(text).toContain(bare(typed))
  expect(text).toContain(bare(`#[Tên] $ * ${'W'.repeat(60)}`))
  expect(bytes.length).toBeLessThan(1_000_000)
})

test('what is printed is what the code stands for, also when person, post and supervisor are called otherwise since', async () => {
  const { plan, person } = await makePlan('Nguyễn Thị Trước')
  await database.asOwner(`update person set name = 'Nguyễn Thị Sau' where id = $1`, [person.id])
  await database.asOwner(`update post set title = 'Trưởng nhóm', supervisor_id = $2 where person_id = $1`, [person.id, stranger.id])
  const { text } = await print(plan)
  for (const kept of ['Nguyễn Thị Trước', 'Chuyên viên', 'Trần Văn Bình', `mã ${plan.code}`]) expect(text).toContain(bare(kept))
  for (const since of ['Nguyễn Thị Sau', 'Trưởng nhóm', 'Người Khác']) expect(text).not.toContain(bare(since))
})

test('whoever may not read the plan gets no document', async () => {
  const { plan } = await makePlan('Phạm Văn Dũng')
  await expect(authority.as(stranger.actor, work => getPlanDocument(work, plan.id, { language: 'vi' }))).rejects.toMatchObject({
    status: 403,
  })
})

test('the document names the organisation as it was called when the version was made, whenever it is printed', async () => {
  const { plan } = await makePlan('Hồ Thị Lan')
  const before = (await authority.as({}, work => getOrganisation(work))).name.en!
  const change = { name: { vi: 'Cục Mới' }, parent: null, kind: null, predecessor: null, basis: 'Nghị định 1', change: 'renamed' } as const
  await authority.as({}, work => recordOrganisationChange(work, 1, { ...change, startsOn: '2027-01-01' }))
  const printedLater = async (of: Plan): Promise<string> => {
    const compile = await authority.as({}, ({ actor }) =>
      inWork(database.app.db, actor, work => getPlanDocument(work, of.id, { language: 'vi' }), new Date('2027-03-01T03:00:00Z')),
    )
    return readPdfText((await compile()).bytes)
  }
  const text = await printedLater(plan)
  expect(text).toContain(bare(before))
  expect(text).not.toContain(bare('Cục Mới'))
  const later = await makePerson('Đỗ Văn Sau')
  const made = await authority.as({}, ({ actor }) =>
    inWork(
      database.app.db,
      actor,
      work =>
        proposePlan(work, later.id, {
          halfYearId: authority.halfYearId,
          targetRoleId: framework.analyst,
          currentRoleId: null,
          duties: '',
          language: 'vi',
        }),
      new Date('2027-01-05T03:00:00Z'),
    ),
  )
  expect(await printedLater(made)).toContain(bare('Cục Mới'))
})
