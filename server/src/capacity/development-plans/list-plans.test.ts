import { expect, test } from 'vitest'
import { makeTestOffice } from '../../../test/capacity-kit.ts'
import type { TestPerson } from '../../../test/capacity-kit.ts'
import { agreePlanAsSupervisor, proposePlan } from './development-plans.ts'
import { listPlans } from './list-plans.ts'

const { database, authority, framework, unitId, binh, makePerson } = await makeTestOffice()

test('the list goes by name, page by page, and is filtered and searched without accents', async () => {
  const names = ['Đặng Ánh', 'Bùi Bảo', 'Cao Chi', 'Đinh Dũng', 'Võ Em']
  const people = []
  for (const name of names) people.push(await makePerson(name))
  for (const [index, person] of people.entries()) {
    // What the people module derives from names; here only their order matters.
    await database.asOwner(`update person set sort_key = $2, search_key = $3 where id = $1`, [
      person.id,
      `k${index}`,
      ['dang anh', 'bui bao', 'cao chi', 'dinh dung', 'vo em'][index],
    ])
    await authority.as({}, work =>
      proposePlan(work, person.id, {
        halfYearId: authority.halfYearId,
        targetRoleId: framework.analyst,
        currentRoleId: null,
        duties: '',
        language: 'vi',
      }),
    )
  }
  const list = (query: Partial<Parameters<typeof listPlans>[1]> = {}, who: Partial<TestPerson['actor']> = {}) =>
    authority.as(who, work => listPlans(work, { limit: 2, ...query }))
  const pages = []
  for (let after: string | undefined; ;) {
    const page = await list(after ? { after } : {})
    expect(page.total).toBe(after ? null : 5)
    pages.push(page.plans.map(plan => plan.person.name))
    if (!page.next) break
    after = page.next
  }
  expect(pages).toEqual([['Đặng Ánh', 'Bùi Bảo'], ['Cao Chi', 'Đinh Dũng'], ['Võ Em']])
  expect(await list({ search: 'BÙI' })).toMatchObject({
    total: 1,
    next: null,
    plans: [
      { person: { name: 'Bùi Bảo' }, halfYearCode: '2026-H2', chosenGaps: 4, actions: 4, lastDueOn: '2026-12-31', status: 'proposed' },
    ],
  })
  expect((await list({ search: '%' })).total).toBe(0)
  expect((await list({ personId: people[2]!.id })).plans.map(plan => plan.person.name)).toEqual(['Cao Chi'])
  const [first] = (await list()).plans
  await authority.as(binh.actor, work => agreePlanAsSupervisor(work, first!.id, 1))
  expect((await list({ status: 'half-agreed' })).plans.map(plan => plan.id)).toEqual([first!.id])
  expect((await list({ status: 'proposed' })).total).toBe(4)
  expect((await list({}, people[0]!.actor)).total).toBe(1)
  expect((await list({}, { ...binh.actor, reportIds: [people[1]!.id] })).total).toBe(1)
  await expect(list({ after: unitId })).rejects.toMatchObject({ status: 422 })
})
