import { expect, test } from 'vitest'
import { makeTestOffice, makeTestPerson, makeTestUnit } from '../../../test/capacity-kit.ts'
import type { TestPerson } from '../../../test/capacity-kit.ts'
import { readPdfText } from '../../../test/pdf-text.ts'
import { proposePlan } from './development-plans.ts'
import { countUnitPlans, getUnitPlansDocument } from './unit-plans.ts'

const { database, authority, framework, unitId, binh, stranger, makePerson } = await makeTestOffice()
const { halfYearId, organisationId } = authority
const propose = (person: TestPerson) =>
  authority.as({}, work =>
    proposePlan(work, person.id, { halfYearId, targetRoleId: framework.analyst, currentRoleId: null, duties: '', language: 'vi' }),
  )
const belowId = await makeTestUnit(database, organisationId, 'U2')
await database.asOwner(`update unit_state set parent_id = $2, name = '{"vi": "Tổ Giám sát"}' where unit_id = $1`, [belowId, unitId])
const an = await makePerson('Nguyễn Thị An')
const below = await makeTestPerson(database, authority, 'Lê Văn Dưới', { unitId: belowId, supervisor: stranger })
const [first, second] = [await propose(an), await propose(below)]

const count = (id: string, who: Partial<TestPerson['actor']> = {}) => authority.as(who, work => countUnitPlans(work, id, { halfYearId }))
const print = async (id: string, language: 'vi' | 'en' | 'ja' = 'vi', who: Partial<TestPerson['actor']> = {}) => {
  const document = await (await authority.as(who, work => getUnitPlansDocument(work, id, { halfYearId, language })))()
  return { ...document, text: readPdfText(document.bytes) }
}
const bare = (text: string): string => text.replace(/\s/g, '')

test('the plans of a unit and of those below it are one document with a list of contents and pages', async () => {
  expect(await count(unitId)).toEqual({ plans: 2, people: 5, atMost: 200 })
  const { text, fileName } = await print(unitId)
  expect(fileName).toBe('ke-hoach-phat-trien-2026-H2-phong-ung-cuu-su-co.pdf')
  for (const words of [
    'Kế hoạch phát triển của Phòng Ứng cứu sự cố',
    'Nguyễn Thị An',
    'Lê Văn Dưới',
    'Tổ Giám sát',
    'Đề xuất',
    first.code,
    second.code,
    `Phiên bản 1, mã ${second.code}`,
  ])
    expect(text).toContain(bare(words))
  const other = await print(belowId)
  expect(other.text).toContain(bare('Lê Văn Dưới'))
  expect(other.text).not.toContain(bare('Nguyễn Thị An'))
})

test.each([
  ['en', 'Development plans of Incident Response Division', 'Proposed'],
  ['ja', 'の育成計画', '計画案'],
] as const)('in %s', async (language, ...expected) => {
  const { text } = await print(unitId, language)
  for (const words of expected) expect(text).toContain(bare(words))
})

test('each plan is printed as its code stands for, whatever has become of the person since', async () => {
  await database.asOwner(`update person set name = 'Lê Văn Đổi' where id = $1`, [below.id])
  const { text } = await print(belowId)
  await database.asOwner(`update person set name = 'Lê Văn Dưới' where id = $1`, [below.id])
  expect([text.includes(bare('Lê Văn Dưới')), text.includes(bare('Lê Văn Đổi'))]).toEqual([true, false])
})

test('it holds the plans that the reader may read, and no others', async () => {
  expect(await count(unitId, binh.actor)).toMatchObject({ plans: 1, people: 1 })
  const { text } = await print(unitId, 'vi', binh.actor)
  expect(text).toContain(bare('Nguyễn Thị An'))
  expect(text).not.toContain(bare('Lê Văn Dưới'))
  await expect(print(belowId, 'vi', binh.actor)).rejects.toMatchObject({ status: 404, code: 'plan.none-for-document' })
  await expect(count(first.id)).rejects.toMatchObject({ status: 404 })
})
