import { textsOf } from '../server/test/smtp-kit.ts'
import { describe, expect, test, vi } from 'vitest'
import type { Page } from 'playwright-core'
import { hasBrowser } from './kit.ts'
import * as steps from './roster-to-plan.ts'

// A role is short: who is nearest, a plan towards it, agreed by both. On an empty installation; everything in it was typed or
// uploaded here.

describe.skipIf(!hasBrowser)('a role is short', () => {
  const cast = steps.prepareCast({ withMail: true })
  let administrator: Page
  let manager: steps.Colleague
  let supervisor: steps.Colleague
  let staff: steps.Colleague
  let planUrl: string
  const addressOf = (page: Page, path: string): string => new URL(path, page.url()).href
  const needLine = (page: Page, role: string) =>
    page.locator('tbody tr').filter({ has: page.getByRole('link', { name: role, exact: true }) })

  test('an authority with its people, a capacity manager among them', async () => {
    administrator = await steps.setUpAuthority(cast)
    await steps.importPack(administrator)
    await steps.importRoster(administrator)
    manager = await steps.giveAccount(cast, administrator, { code: 'CB031', role: 'Capacity manager' })
    supervisor = await steps.giveAccount(cast, administrator, { code: 'CB061' })
    staff = await steps.giveAccount(cast, administrator, { code: 'CB062', email: 'cb062@agency.example' })
  })

  test('nobody has said a need yet, so the nine roles are offered and taken over at once', async () => {
    const { page } = manager
    await page.goto(addressOf(page, '/needs'))
    await page.getByRole('link', { name: 'See suggested roles' }).click()
    await page.getByLabel('Needed by').fill('30/06/2031')
    await page.getByRole('button', { name: 'Add 9 needs' }).click()
    await page.getByText('9 needs, 9 short').waitFor()
    expect(await page.locator('tbody tr').count()).toBe(9)
    expect(await page.locator('tbody tr').first().innerText()).toContain('CISO')
  })

  test('the number is the authority’s to say', async () => {
    const { page } = manager
    await needLine(page, 'Incident handler').getByRole('link').click()
    await page.getByText('Nobody with ratings in this framework', { exact: false }).waitFor()
    await page.getByRole('link', { name: 'Edit need' }).click()
    await page.getByLabel('Needed', { exact: true }).fill('2')
    await page.getByRole('combobox', { name: 'Level' }).click()
    await page.getByRole('option', { name: /^3 / }).click()
    await page.getByLabel('Reason', { exact: false }).fill('The response centre works in two shifts.')
    await page.getByRole('button', { name: 'Save need' }).click()
    await page.getByText('The response centre works in two shifts.').waitFor()
    expect(await needLine(page, 'Incident handler').innerText()).toContain('Nobody ready')
  })

  test('once somebody is rated, the role has somebody near', async () => {
    await steps.assess(staff, supervisor, '')
    const { page } = manager
    await page.goto(addressOf(page, '/needs'))
    await needLine(page, 'Incident handler').getByRole('link').click()
    await page.getByRole('heading', { name: 'Who is nearest' }).waitFor()
    await page.getByRole('link', { name: staff.me.name, exact: true }).waitFor()
    await page
      .getByText(/level(s)? missing/)
      .first()
      .waitFor()
  })

  test('the pictures show it, and lead down to the statements', async () => {
    const { page } = manager
    await page.goto(addressOf(page, '/heat-maps/units'))
    await page
      .getByRole('link', { name: /Incident handling: 0 ready/ })
      .first()
      .click()
    await page.getByRole('heading', { level: 1, name: 'People and roles' }).waitFor()
    await page.getByRole('button', { name: 'Show as table' }).waitFor()
    await page.keyboard.press('t')
    await page.getByRole('table', { name: 'People and roles' }).waitFor()
    await page.keyboard.press('t')
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      (async () => {
        await page.getByRole('button', { name: 'Export' }).click()
        await page.getByRole('menuitem', { name: 'Excel workbook (xlsx)' }).click()
      })(),
    ])
    expect(download.suggestedFilename()).toMatch(/^person-by-role-UC2-.*\.xlsx$/)
    await page.getByRole('link', { name: new RegExp(`^${staff.me.name}, Incident handler: \\d of \\d met`) }).click()
    await page.getByRole('heading', { level: 1, name: `Gaps of ${staff.me.name}` }).waitFor()
  })

  test('a plan towards the role is proposed from there', async () => {
    const { page } = manager
    await page.goto(addressOf(page, '/needs'))
    await needLine(page, 'Incident handler').getByRole('link').click()
    await page.getByRole('link', { name: `Propose plan towards this role for ${staff.me.name}` }).click()
    await page.getByText('What would be proposed').waitFor()
    expect(await page.getByRole('combobox', { name: 'Target role' }).inputValue()).toContain('Incident handler')
    await page.getByText('priority 1', { exact: false }).first().waitFor()
    await page.getByRole('button', { name: 'Propose plan' }).click()
    await page.waitForURL('**/plans/*')
    planUrl = page.url()
  })

  test('a mail says that the plan waits; its link opens the plan, and both agree', async () => {
    const text = await vi.waitUntil(
      () =>
        cast.mails
          .filter(({ to }) => to.includes('cb062@agency.example'))
          .map(mail => textsOf(mail)[0]!)
          .find(one => one.includes(planUrl)),
      { timeout: 30_000 },
    )
    expect(text).toContain('waits for your agreement')
    const link = /https?:\/\/\S+\/plans\/[\w-]+/.exec(text)![0]
    await staff.page.getByRole('link', { name: 'Notifications: 1 unread' }).click()
    await staff.page.getByRole('link', { name: /^Your development plan for .* was proposed and waits for your agreement$/ }).click()
    await staff.page.waitForURL(planUrl)
    await staff.page.getByRole('link', { name: 'Notifications: 0 unread' }).waitFor()
    for (const [colleague, side, then] of [
      [staff, 'person', 'the supervisor’s agreement is open'],
      [supervisor, 'supervisor', 'Agreed by both'],
    ] as const) {
      await colleague.page.goto(link)
      await colleague.page.getByRole('button', { name: `Agree as ${side}` }).click()
      await colleague.page
        .getByRole('dialog')
        .getByRole('button', { name: `Agree as ${side}` })
        .click()
      await colleague.page.getByText(then, { exact: false }).first().waitFor()
    }
  })

  test('when the missing levels are agreed, one of two is ready', async () => {
    const { frameworks } = await steps.readAnswer<{ frameworks: { id: string }[] }>(manager.page, '/frameworks')
    const { needs } = await steps.readAnswer<{ needs: { role: { id: string; code: string }; ready: number; short: number }[] }>(
      manager.page,
      '/staffing-needs',
    )
    const need = needs.find(({ role }) => role.code === 'INCIDENT-HANDLER')!
    expect([frameworks.length, need.ready, need.short]).toEqual([1, 0, 2])
    const { halfYears } = await steps.readAnswer<{ halfYears: { id: string; isCurrent: boolean }[] }>(supervisor.page, '/half-years')
    const key = { halfYearId: halfYears.find(({ isCurrent }) => isCurrent)!.id, roleId: need.role.id }
    const path = `/people/${staff.personId}/assessment`
    const sheet = await steps.readAnswer<{ items: { element: { id: string }; need: number }[]; agreed: { version: number } }>(
      supervisor.page,
      `${path}?halfYearId=${key.halfYearId}&roleId=${key.roleId}`,
    )
    const ratings = sheet.items.map(({ element, need: level }) => ({ elementId: element.id, level, reason: 'Shown in the half-year' }))
    const saved = await supervisor.page.request.put(addressOf(supervisor.page, `/api/v1${path}/agreed`), {
      headers: { origin: new URL(supervisor.page.url()).origin },
      data: { ...key, baseVersion: sheet.agreed.version, submit: true, ratings },
    })
    expect(saved.status()).toBe(200)
    const { page } = manager
    await page.goto(addressOf(page, '/needs'))
    await page.getByText('9 needs, 9 short').waitFor()
    expect(await needLine(page, 'Incident handler').innerText()).toContain('1 short')
  })

  test('no page complained in the console', () => expect(cast.complaints).toEqual([[], [], [], []]))
})
