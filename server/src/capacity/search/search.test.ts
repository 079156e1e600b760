import { describe, expect, test } from 'vitest'
import { proposePlan } from '#capacity/development-plans/development-plans.ts'
import { createStaffingNeed } from '#capacity/needs/needs.ts'
import { createPerson } from '#capacity/people/people.ts'
import { makeTestOffice } from '../../../test/capacity-kit.ts'
import type { TestPerson } from '../../../test/capacity-kit.ts'
import type { Found, FoundKind } from './search.api.ts'
import { createUnit } from '#capacity/people/units.ts'
import { searchEverything } from './search.ts'

const { authority, framework, unitId, binh, makePerson } = await makeTestOffice()

async function addPerson(name: string, nameCulture: 'vi' | 'en' | 'ja' = 'vi', other: object = {}): Promise<string> {
  const post = { unitId, title: 'Chuyên viên', supervisorId: binh.id, startsOn: '2024-01-01', roleCode: null }
  const person = await authority.as({}, work =>
    createPerson(work, { staffCode: null, name, reading: null, nameCulture, email: null, post, ...other }),
  )
  return person.id
}

const searchAs = async (who: TestPerson | undefined, text: string, only?: FoundKind, limit = 5) =>
  (await authority.as(who?.actor ?? {}, work => searchEverything(work, { text, only, limit }))).groups
const foundAs = async (who: TestPerson | undefined, text: string, only?: FoundKind): Promise<Found[]> =>
  (await searchAs(who, text, only)).flatMap(group => group.found)
const namesOf = (found: readonly Found[]): unknown[] => found.map(one => ('name' in one ? one.name : one.kind))

const [dao, tanaka] = [
  await addPerson('Đào Thị Huệ', 'vi', { staffCode: 'CB-77' }),
  await addPerson('田中 恵', 'ja', { reading: 'たなか めぐみ' }),
]
const an: TestPerson = await makePerson('Nguyễn Thị An')

describe('a person is found', () => {
  test.each([
    ['with accents', 'Đào Thị', dao],
    ['without accents', 'dao thi', dao],
    ['in decomposed letters', 'Đào Thị Huệ'.normalize('NFD'), dao],
    ['by the staff code', 'cb-77', dao],
    ['by a kanji within the name', '恵', tanaka],
    ['by the reading in the other kana', 'タナカ', tanaka],
  ])('%s: %s', async (_fact, text, id) => {
    expect((await foundAs(undefined, text, 'person')).map(one => one.id)).toEqual([id])
  })

  test('by a wider search the one who is named exactly comes first', async () => {
    await addPerson('Phạm Măng Cả')
    await addPerson('Phạm Măng')
    expect(namesOf(await foundAs(undefined, 'pham mang'))[0]).toBe('Phạm Măng')
  })
})

describe('beside people', () => {
  test('units are found by code and name in any language', async () => {
    for (const text of ['U1', 'ung cuu', 'Incident Response'])
      expect((await foundAs(undefined, text, 'unit')).map(one => one.id)).toEqual([unitId])
  })

  test('roles and framework elements by code and name; a statement shows its text', async () => {
    expect((await foundAs(undefined, 'analyst', 'role')).map(one => one.id)).toEqual([framework.analyst])
    const [competency] = await foundAs(undefined, 'nang luc c2', 'element')
    expect(competency).toMatchObject({ id: framework.competencies['C2'], elementKind: 'competency', code: 'C2' })
    const [statement] = await foundAs(undefined, 'C3.2', 'element')
    expect(statement).toMatchObject({ elementKind: 'statement', name: { en: 'Shows C3 at 2' } })
  })

  test('plans by the name of their person, and needs by role and unit', async () => {
    const { halfYearId } = authority
    const proposed = { halfYearId, targetRoleId: framework.lead, currentRoleId: framework.analyst, duties: '', language: 'vi' as const }
    const plan = await authority.as({}, work => proposePlan(work, an.id, proposed))
    expect(await foundAs(undefined, 'nguyen thi an', 'plan')).toMatchObject([
      { id: plan.id, person: { name: 'Nguyễn Thị An' }, halfYearCode: '2026-H2', status: 'proposed' },
    ])
    const need = { roleId: framework.lead, unitId, people: 3, level: 2, dueOn: '2027-06-30', priority: 1, reason: '' }
    const { id } = await authority.as({}, work => createStaffingNeed(work, need))
    for (const text of ['role lead', 'ứng cứu']) expect(await foundAs(undefined, text, 'need')).toMatchObject([{ id, people: 3 }])
  })
})

describe('what is shown', () => {
  test('who is called so comes before what only begins so', async () => {
    await authority.as({}, work => createUnit(work, { code: 'ANM', name: { vi: 'An ninh mạng' }, parentId: null }))
    expect((await searchAs(undefined, 'an ninh')).map(({ kind }) => kind)[0]).toBe('unit')
    expect((await searchAs(undefined, 'An')).map(({ kind }) => kind)).toEqual(expect.arrayContaining(['person', 'unit']))
    expect((await searchAs(undefined, 'An'))[0]).toMatchObject({ kind: 'person', found: [{ name: 'Nguyễn Thị An' }] })
  })

  test('an exact code puts its kind first', async () => {
    expect((await searchAs(undefined, 'C1'))[0]).toMatchObject({ kind: 'element', found: [{ code: 'C1' }, {}, {}, {}] })
  })

  test('the limit holds for each kind, and says that there is more', async () => {
    const [group] = await searchAs(undefined, 'shows', 'element', 3)
    expect(group).toMatchObject({ found: { length: 3 }, hasMore: true })
  })

  test('characters that have a meaning in patterns are searched as they are', async () => {
    for (const text of ['%', '_', '\\', "'", '\0x']) expect(await foundAs(undefined, text, 'person')).toEqual([])
  })
})

describe('reach', () => {
  test('staff find themselves and no colleague, nor the colleagues’ plans', async () => {
    expect(namesOf(await foundAs(an, 'nguyen thi an', 'person'))).toEqual(['Nguyễn Thị An'])
    expect(await foundAs(an, 'tran van binh', 'person')).toEqual([])
    expect(await foundAs(an, 'tran van binh', 'plan')).toEqual([])
  })

  test('a supervisor finds the own people', async () => {
    expect(namesOf(await foundAs(binh, 'nguyen', 'person'))).toEqual(['Nguyễn Thị An'])
    expect(await foundAs(binh, 'nguoi khac', 'person')).toEqual([])
  })

  test('kinds that the role does not open are left out', async () => {
    const kindsOf = async (role: 'auditor' | 'agency-contact' | 'staff') =>
      (await authority.as({ roles: [role], personId: null }, work => searchEverything(work, { text: 'role', limit: 5 }))).groups.map(
        group => group.kind,
      )
    expect(await kindsOf('agency-contact')).toEqual([])
    expect(await kindsOf('staff')).toEqual(['role'])
    expect(await kindsOf('auditor')).toEqual(['role', 'need'])
  })
})
