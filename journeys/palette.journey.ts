import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Browser, Page } from 'playwright-core'
import { hasBrowser, openWindow, startBrowser, startServer } from './kit.ts'
import type { JourneyServer } from './kit.ts'

// The product without a mouse: Ctrl-K, a few letters with or without accents, Enter.

const unaccented = (name: string): string => name.normalize('NFD').replaceAll(/\p{M}/gu, '').replaceAll('đ', 'd').replaceAll('Đ', 'D')

describe.skipIf(!hasBrowser)('the palette', () => {
  let server: JourneyServer
  let browser: Browser
  let page: Page
  let complaints: string[]
  let person: { id: string; name: string }
  const headers = (): { origin: string } => ({ origin: server.url })
  const speak = async (language: string): Promise<void> => {
    const answer = await page.context().request.patch(`${server.url}/api/v1/me`, { headers: headers(), data: { language } })
    expect(answer.status()).toBe(200)
    await page.goto(server.url)
    await page.locator(`html[lang="${language}"] kbd`).waitFor()
  }

  beforeAll(async () => {
    server = await startServer({ isDemo: true })
    browser = await startBrowser()
    ;({ page, complaints } = await openWindow(browser))
    const data = { email: 'manager@demo.invalid', password: server.demo!.password }
    expect((await page.context().request.post(`${server.url}/api/v1/session`, { headers: headers(), data })).status()).toBe(200)
    const people = await page.context().request.get(`${server.url}/api/v1/people?limit=1`)
    person = ((await people.json()) as { people: (typeof person)[] }).people[0]!
    await speak('en')
  })
  afterAll(async () => {
    await browser?.close()
    await server?.stop()
  })

  const type = async (text: string): Promise<void> => {
    await page.keyboard.press('Control+k')
    await page.getByRole('dialog').getByRole('combobox').waitFor()
    await page.keyboard.type(text)
  }
  /** Opens what is marked, once that is this: what is found comes after the typing. */
  const enter = async (name: string | RegExp): Promise<void> => {
    await page.getByRole('dialog').getByRole('option', { name, selected: true }).waitFor()
    await page.keyboard.press('Enter')
  }

  test('a person is opened by name, typed without accents', async () => {
    await type(unaccented(person.name))
    await enter(new RegExp(`^${person.name}`))
    await page.waitForURL(`**/people/${person.id}`)
  })

  test('who was opened comes first the next time', async () => {
    await type('')
    const recent = page.getByRole('group', { name: 'Opened recently' })
    await recent.getByRole('option', { name: new RegExp(`^${person.name}`), selected: true }).waitFor()
    await page.keyboard.press('Escape')
    await page.getByRole('dialog').waitFor({ state: 'detached' })
  })

  test('what can be done for a person asks for the person next', async () => {
    await type('propose plan')
    await enter(/^Propose plan/)
    await page.getByRole('dialog', { name: 'Propose plan: for whom?' }).waitFor()
    await page.keyboard.type(unaccented(person.name))
    await enter(new RegExp(`^${person.name}`))
    await page.waitForURL(`**/people/${person.id}/plan/new*`)
  })

  test('all results have an address of their own', async () => {
    await type(unaccented(person.name))
    await page.getByRole('group', { name: 'People' }).getByRole('option').first().waitFor()
    await page.keyboard.press('ArrowUp')
    await enter(/^All results for/)
    await page.waitForURL('**/search?text=*')
    const found = page.getByRole('region', { name: 'People' }).getByRole('link', { name: person.name })
    await found.first().waitFor()
    await page.reload()
    await found.first().waitFor()
  })

  test('a page that was left before it had its data does not lead back', async () => {
    await page.goto(`${server.url}/needs`)
    await page.locator('kbd').waitFor()
    // The data of the page that is left come while the code of the next one is still on its way.
    const left = Promise.withResolvers<void>()
    const filled = Promise.withResolvers<void>()
    await page.route('**/api/v1/half-years*', async route => {
      await left.promise
      await route.continue()
      setTimeout(filled.resolve, 700)
    })
    await page.route('**/assets/SearchPage-*.js', async route => {
      await filled.promise
      await route.continue()
    })
    await type('propose plan')
    await enter(/^Propose plan/)
    await page.keyboard.type(unaccented(person.name))
    await enter(new RegExp(`^${person.name}`))
    const isAsked = page.waitForRequest('**/api/v1/half-years*')
    await page.waitForURL(`**/people/${person.id}/plan/new*`)
    await isAsked
    await type(unaccented(person.name))
    await page.getByRole('group', { name: 'People' }).getByRole('option').first().waitFor()
    await page.keyboard.press('ArrowUp')
    await enter(/^All results for/)
    await page.waitForURL('**/search?text=*')
    left.resolve()
    await page.getByRole('region', { name: 'People' }).getByRole('link', { name: person.name }).first().waitFor()
    expect(new URL(page.url()).searchParams.get('text')).toBe(unaccented(person.name))
    await page.unrouteAll({ behavior: 'wait' })
  })

  test.each([
    ['vi', 'nhu cau', /^Nhu cầu nhân sự/],
    ['ja', '要員', /^要員需要/],
    ['en', 'staffing n', /^Staffing needs/],
  ])('in %s a page is opened by the letters %s', async (language, letters, name) => {
    await speak(language)
    await type(letters)
    await enter(name)
    await page.waitForURL('**/needs')
  })

  test('no page complained in the console', () => expect(complaints).toEqual([]))
})
