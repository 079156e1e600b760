import type { Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { hasBrowser } from './kit.ts'
import * as steps from './roster-to-plan.ts'

// A head leaves: who reports gets another supervisor, the head's own plan is closed and kept. From an empty installation;
// everything in it was typed or uploaded here.

const roster = [
  'Mã cán bộ,Họ và tên,Mã đơn vị,Chức danh,Mã vai trò,Mã người quản lý,Thư điện tử,Ngày bắt đầu',
  'N01,Trần Văn Bình,SOC,Trưởng phòng,COMMANDER,,n01@journey.invalid,2020-01-06',
  'N02,Nguyễn Thị An,SOC,Phó Trưởng phòng,INCIDENT-HANDLER,N01,n02@journey.invalid,2021-03-01',
  'N03,Lê Minh Châu,SOC,Chuyên viên,TRIAGE,N01,n03@journey.invalid,2022-05-02',
  'N04,Phạm Thu Hà,SOC,Cán bộ tổ chức,TRIAGE,,n04@journey.invalid,2022-05-02',
].join('\n')

describe.skipIf(!hasBrowser)('a head leaves', () => {
  const cast = steps.prepareCast()
  let page: Page
  let planUrl: string
  const at = (path: string): string => new URL(path, page.url()).href
  const personOf = async (code: string): Promise<string> =>
    (await steps.readAnswer<{ people: { id: string }[] }>(page, `/people?search=${code}`)).people[0]!.id

  test('there is a unit with its people, and the head has a development plan', async () => {
    page = await steps.setUpAuthority(cast)
    await steps.importPack(page)
    await page.goto(at('/units/new'))
    await page.getByLabel('Name in Vietnamese').fill('Phòng Giám sát')
    await page.getByLabel('Code').fill('SOC')
    await page.getByRole('button', { name: 'Add unit' }).click()
    await page.waitForURL('**/units')
    await page.goto(at('/roster-import'))
    await page.getByLabel('Roster file').setInputFiles({ name: 'roster.csv', mimeType: 'text/csv', buffer: Buffer.from(roster) })
    await page.waitForURL('**/roster-import/*')
    await page.getByRole('button', { name: 'Import 4 rows' }).click()
    await page.getByText('Imported: 4 new, 0 changed.', { exact: false }).waitFor()
    page = (await steps.giveAccount(cast, page, { code: 'N04', role: 'Capacity manager' })).page
    await page.goto(at(`/people/${await personOf('N01')}/gaps`))
    await page.getByRole('link', { name: 'Propose plan' }).click()
    await page.getByLabel('Duties').fill('Leads the watch.')
    await page.getByText('What would be proposed').waitFor()
    await page.getByRole('button', { name: 'Propose plan' }).click()
    await page.waitForURL(/\/plans\/[0-9a-f-]{36}$/)
    planUrl = page.url()
  })

  test('the page shows what hangs on the head, and who takes it is chosen by search', async () => {
    await page.goto(at(`/people/${await personOf('N01')}`))
    await page.getByRole('link', { name: 'Leaving and handing over' }).click()
    await page.getByRole('heading', { name: 'Hand over 2 people' }).waitFor()
    await page.getByRole('textbox', { name: 'From' }).fill('15/03/2024')
    await page.getByRole('button', { name: 'Record leaving' }).click()
    await page.getByText('One entry needs attention').waitFor()
    await page.getByRole('combobox', { name: 'New supervisor', exact: true }).fill('nguyen thi an')
    await page.getByRole('option', { name: 'Nguyễn Thị An' }).click()
    await page.getByRole('combobox', { name: /^New supervisor of Nguyễn Thị An/ }).fill('pham thu')
    await page.getByRole('option', { name: 'Phạm Thu Hà' }).click()
    await page.getByRole('button', { name: 'Record leaving' }).click()
    await page.getByText('Left on', { exact: false }).first().waitFor()
  })

  test('who reported has another supervisor, and the plan is closed and still read', async () => {
    const supervisorOf = async (code: string): Promise<string | undefined> =>
      (await steps.readAnswer<{ supervisor: { name: string } | null }>(page, `/people/${await personOf(code)}`)).supervisor?.name
    expect([await supervisorOf('N03'), await supervisorOf('N02')]).toEqual(['Nguyễn Thị An', 'Phạm Thu Hà'])
    await page.goto(planUrl)
    await page.getByText('the person has left', { exact: false }).waitFor()
    await page.getByText('Leads the watch.').waitFor()
    expect(await page.getByRole('link', { name: 'Edit plan' }).count()).toBe(0)
  })

  test('no page complained in the console', () => expect(cast.complaints.flat()).toEqual([]))
})
