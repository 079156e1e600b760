import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Browser, Page } from 'playwright-core'
import { hasBrowser, openWindow, startBrowser, startServer } from './kit.ts'
import type { JourneyServer } from './kit.ts'

// The network breaks while somebody works: what is open stays, what was never loaded says so, and goes on when it is back.

describe.skipIf(!hasBrowser)('the network breaks', () => {
  let server: JourneyServer
  let browser: Browser
  let page: Page
  let complaints: string[]
  const goOffline = (isOffline: boolean): Promise<void> => page.context().setOffline(isOffline)

  beforeAll(async () => {
    server = await startServer({ isDemo: true })
    browser = await startBrowser()
    ;({ page, complaints } = await openWindow(browser))
    // In English, whatever the account of the demonstration is set to.
    const headers = { origin: server.url }
    const data = { email: 'manager@demo.invalid', password: server.demo!.password }
    expect((await page.context().request.post(`${server.url}/api/v1/session`, { headers, data })).status()).toBe(200)
    expect((await page.context().request.patch(`${server.url}/api/v1/me`, { headers, data: { language: 'en' } })).status()).toBe(200)
    await page.goto(server.url)
    await page.getByRole('link', { name: 'People', exact: true }).click()
    await page.waitForURL('**/people')
    await page.locator('tbody tr [data-row-link]').first().waitFor()
  })
  afterAll(async () => {
    await browser?.close()
    await server?.stop()
  })

  test('a page whose code never came says so inside the frame, and an entry made before is kept', async () => {
    await page.getByRole('link', { name: 'Add person' }).click()
    await page.getByLabel('Name', { exact: true }).fill('Trần Thị Mạng')
    await page.getByText('kept as a draft').waitFor()
    // A draft is kept a moment after the last letter.
    await expect.poll(() => page.evaluate(() => Object.values(localStorage).some(text => text.includes('Trần Thị Mạng')))).toBe(true)
    await goOffline(true)
    await page.getByRole('link', { name: 'Staffing needs' }).first().click()
    await page.getByText('The server cannot be reached.', { exact: false }).waitFor()
    await page.getByRole('button', { name: 'Try again' }).waitFor()
    await page.getByRole('navigation', { name: 'Main navigation' }).waitFor()
  })

  test('trying again without a network leaves everything as it is', async () => {
    await page.getByRole('button', { name: 'Try again' }).click()
    await page.getByText('The server cannot be reached.', { exact: false }).waitFor()
    await page.getByRole('navigation', { name: 'Main navigation' }).waitFor()
  })

  test('signing out says that it did not work, and nobody is signed out', async () => {
    await page.getByRole('button', { name: /^Account:/ }).click()
    await page.getByRole('button', { name: 'Sign out' }).click()
    await page.getByText('Still signed in').waitFor()
    await page.keyboard.press('Escape')
    expect(await page.evaluate(() => Object.values(localStorage).some(text => text.includes('Trần Thị Mạng')))).toBe(true)
  })

  test('with the network back the same button opens the page, and the draft is there', async () => {
    await goOffline(false)
    await page.getByRole('button', { name: 'Try again' }).click()
    await page.getByRole('heading', { level: 1, name: 'Staffing needs' }).waitFor()
    await page.goto(new URL('/people/new', server.url).href)
    await page.getByText('Continued from a draft', { exact: false }).waitFor()
    expect(await page.getByLabel('Name', { exact: true }).inputValue()).toBe('Trần Thị Mạng')
  })

  test('no page complained in the console of anything but the network', () =>
    expect(complaints.filter(text => !/page code|ERR_INTERNET_DISCONNECTED|Failed to fetch/.test(text))).toEqual([]))
})
