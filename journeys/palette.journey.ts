import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Browser, Page } from 'playwright-core'
import { hasBrowser, openWindow, showWindows, startBrowser, startServer } from './kit.ts'
import type { JourneyServer } from './kit.ts'

// The whole product without a mouse: Ctrl-K, a few letters without accents, Enter.

describe.skipIf(!hasBrowser)('palette', () => {
  let server: JourneyServer
  let browser: Browser
  let page: Page
  let complaints: string[]
  let person: { id: string; name: string }

  beforeAll(async () => {
    server = await startServer({ isDemo: true })
    browser = await startBrowser()
    const window = await openWindow(browser, { language: 'en' })
    page = window.page
    complaints = window.complaints
    const headers = { origin: server.url }
    const data = { email: 'manager@demo.invalid', password: server.demo!.password }
    expect((await page.request.post(`${server.url}/api/v1/session`, { headers, data })).status()).toBe(200)
    await page.request.patch(`${server.url}/api/v1/me`, { headers, data: { language: 'en' } })
    person = (await (await page.request.get(`${server.url}/api/v1/people?limit=1`)).json()).people[0]
    await page.goto(server.url)
    await page.locator('h1').first().waitFor()
  })
  afterAll(async () => {
    await browser?.close()
    await server?.stop()
  })

  const unaccented = (name: string): string => name.normalize('NFD').replaceAll(/\p{M}/gu, '').replaceAll('đ', 'd').replaceAll('Đ', 'D')

  async function type(text: string): Promise<void> {
    await page.keyboard.press('Control+k')
    await page.getByRole('combobox').waitFor()
    await page.keyboard.type(text)
  }

  const step = (name: string, run: () => Promise<void>) =>
    // oxlint-disable-next-line vitest/valid-title -- a sentence, given below
    test(name, async () => {
      await run().catch(async (error: unknown) => {
        await showWindows(name)
        throw error
      })
    })

  step('a person is opened by name, typed without accents', async () => {
    await type(unaccented(person.name))
    await page.getByRole('group', { name: 'People' }).getByRole('option', { name: person.name }).waitFor()
    await page.keyboard.press('Enter')
    await page.waitForURL(`**/people/${person.id}`)
  })

  step('who was opened comes first the next time', async () => {
    await type('')
    const first = page.getByRole('group', { name: 'Opened recently' }).getByRole('option').first()
    expect(await first.innerText()).toContain(person.name)
    await page.keyboard.press('Escape')
    await page.getByRole('combobox').waitFor({ state: 'detached' })
  })

  step('what can be done for a person asks for the person next', async () => {
    await type('propose plan')
    await page.getByRole('option', { name: /Propose plan/ }).waitFor()
    await page.keyboard.press('Enter')
    await page.getByRole('dialog', { name: 'Propose plan: for whom?' }).waitFor()
    await page.keyboard.type(unaccented(person.name))
    await page.getByRole('group', { name: 'People' }).getByRole('option', { name: person.name }).waitFor()
    await page.keyboard.press('Enter')
    await page.waitForURL(`**/people/${person.id}/plan/new*`)
  })

  step('all results have an address of their own', async () => {
    await type(unaccented(person.name))
    await page.getByRole('group', { name: 'People' }).waitFor()
    await page.keyboard.press('ArrowUp')
    await page.keyboard.press('Enter')
    await page.waitForURL('**/search?text=*')
    await page.getByRole('region', { name: 'People' }).getByRole('link', { name: person.name }).waitFor()
    await page.reload()
    await page.getByRole('region', { name: 'People' }).getByRole('link', { name: person.name }).waitFor()
    expect(complaints).toEqual([])
  })
})
