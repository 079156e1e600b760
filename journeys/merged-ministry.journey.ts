import { describe, expect, test } from 'vitest'
import type { Page } from 'playwright-core'
import { hasBrowser } from './kit.ts'
import * as steps from './roster-to-plan.ts'

// A ministry is merged into another one on a day, and its people's plans survive. From an empty installation; everything in
// it was typed or uploaded here.

const units = [
  { code: 'MIC', name: 'Bộ Thông tin', parent: null },
  { code: 'AIS', name: 'Cục An toàn thông tin', parent: 'MIC' },
  { code: 'MST', name: 'Bộ Khoa học', parent: null },
  { code: 'TECH', name: 'Vụ Công nghệ', parent: 'MST' },
] as const
const roster = [
  'Mã cán bộ,Họ và tên,Mã đơn vị,Chức danh,Mã vai trò,Mã người quản lý,Thư điện tử,Ngày bắt đầu',
  'N01,Trần Văn Bình,MIC,Chánh Văn phòng,COMMANDER,,n01@journey.invalid,2020-01-06',
  'N02,Nguyễn Thị An,MIC,Chuyên viên,INCIDENT-HANDLER,N01,n02@journey.invalid,2021-03-01',
  'N03,Lê Minh Châu,AIS,Chuyên viên,TRIAGE,N01,n03@journey.invalid,2022-05-02',
].join('\n')

async function typeUnit(page: Page, unit: (typeof units)[number]): Promise<void> {
  await page.goto(new URL('/units/new', page.url()).href)
  await page.getByLabel('Name in Vietnamese').fill(unit.name)
  await page.getByLabel('Code').fill(unit.code)
  if (unit.parent) await choose(page, 'Part of', `(${unit.parent})`)
  await page.getByRole('button', { name: 'Add unit' }).click()
  await page.waitForURL('**/units')
}

async function choose(page: Page, label: string | RegExp, option: string): Promise<void> {
  await page.getByRole('combobox', { name: label }).click()
  await page.getByRole('option').filter({ hasText: option }).first().click()
}

const rowsOf = async (page: Page): Promise<string[]> =>
  (await page.locator('tbody tr').allInnerTexts()).map(text => text.replaceAll(/\s+/g, ' ').trim())

describe.skipIf(!hasBrowser)('a ministry is merged', () => {
  const cast = steps.prepareCast()
  let page: Page
  let planUrl: string
  const at = (path: string): string => new URL(path, page.url()).href

  test('an empty installation gets its units, people and a framework', async () => {
    page = await steps.setUpAuthority(cast)
    await steps.importPack(page)
    for (const unit of units) await typeUnit(page, unit)
    await page.goto(at('/roster-import'))
    await page.getByLabel('Roster file').setInputFiles({ name: 'roster.csv', mimeType: 'text/csv', buffer: Buffer.from(roster) })
    await page.waitForURL('**/roster-import/*')
    await page.getByRole('button', { name: 'Import 3 rows' }).click()
    await page.getByText('Imported: 3 new, 0 changed.', { exact: false }).waitFor()
  })

  test('somebody of the ministry has a development plan', async () => {
    const manager = await steps.giveAccount(cast, page, { code: 'N01', role: 'Capacity manager' })
    const { people } = await steps.readAnswer<{ people: { id: string }[] }>(page, '/people?search=N02')
    await manager.page.goto(at(`/people/${people[0]!.id}/gaps`))
    await manager.page.getByRole('link', { name: 'Propose plan' }).click()
    await manager.page.getByLabel('Duties').fill('Keeps the record of each incident.')
    await manager.page.getByText('What would be proposed').waitFor()
    await manager.page.getByRole('button', { name: 'Propose plan' }).click()
    await manager.page.waitForURL(/\/plans\/[0-9a-f-]{36}$/)
    planUrl = manager.page.url()
    page = manager.page
  })

  test('the ministry is merged into the other one, with everybody seen before', async () => {
    await page.goto(at('/units'))
    await page.getByRole('link', { name: 'Reorganise' }).first().click()
    await choose(page, 'What happens', 'Transfer')
    await choose(page, 'Units before', '(MIC)')
    await page.keyboard.press('Escape')
    await page.getByLabel('Takes effect on').fill('01/03/2025')
    await page.getByLabel('Legal basis').fill('Resolution 176/2025, 18 February 2025')
    await choose(page, 'Successors that exist', '(MST)')
    await page.keyboard.press('Escape')
    await page.getByText('2 people concerned').waitFor()
    await page.getByText('1 unit below').waitFor()
    await page.getByRole('link', { name: /^Plan \d{4}-H\d$/ }).waitFor()
    await page.getByRole('button', { name: 'Record event' }).click()
    await page.waitForURL(`**/units?asOf=*`)
    await page.getByText('not today', { exact: false }).waitFor()
    await expect
      .poll(() => rowsOf(page))
      .toEqual([expect.stringContaining('MST 2'), expect.stringContaining('AIS 1'), expect.stringContaining('TECH 0')])
  })

  test('before the day everything is as it was', async () => {
    await page.getByLabel('As of').fill('2025-02-28')
    await expect
      .poll(() => rowsOf(page))
      .toEqual([
        expect.stringContaining('MIC 2'),
        expect.stringContaining('AIS 1'),
        expect.stringContaining('MST 0'),
        expect.stringContaining('TECH 0'),
      ])
    await page.getByRole('link', { name: 'Bộ Thông tin' }).click()
    await page.getByText('Resolution 176/2025', { exact: false }).waitFor()
    await page.goto(at('/people?asOf=2025-02-28'))
    await page.getByText('As of 28 Feb 2025, not today.').waitFor()
    await expect.poll(() => rowsOf(page)).toContainEqual(expect.stringMatching(/Nguyễn Thị An .*Bộ Thông tin/))
    await page.getByRole('link', { name: 'Show today' }).click()
    await expect.poll(() => rowsOf(page)).toContainEqual(expect.stringMatching(/Nguyễn Thị An .*Bộ Khoa học/))
  })

  test('the person has both posts, the same supervisor, and the plan', async () => {
    await page.getByRole('link', { name: 'Nguyễn Thị An' }).click()
    await page.getByText('Posts over time').waitFor()
    const panel = await page.locator('[data-panel]').innerText()
    for (const text of ['Bộ Khoa học', 'Bộ Thông tin', 'Trần Văn Bình']) expect(panel).toContain(text)
    await page.goto(planUrl)
    await page.getByText('Keeps the record of each incident.').waitFor()
    await page.goto(at('/plans'))
    await page.getByRole('link', { name: 'Nguyễn Thị An' }).first().waitFor()
  })

  test('no page complained in the console', () => expect(cast.complaints.flat()).toEqual([]))
})
