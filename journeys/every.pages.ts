import { mkdir, stat } from 'node:fs/promises'
import path from 'node:path'
import { AxeBuilder } from '@axe-core/playwright'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { scopeOf } from '../server/src/platform/permissions/permissions.ts'
import { listRoutes } from '../web/src/router.tsx'
import type { ListedRoute } from '../web/src/router.tsx'
import { hasBrowser, openWindow, startBrowser, startServer } from './kit.ts'
import type { JourneyServer, Look } from './kit.ts'

// Every page of the router, in every language, light and dark: axe finds nothing, the page says its language, nothing
// complains in the console; and at 390 pixels nothing scrolls sideways. LUYTRE_TEST_PICTURES=FOLDER keeps a picture of each.

const languages = ['vi', 'en', 'ja'] as const
const modes = ['light', 'dark'] as const
const pictures = process.env['LUYTRE_TEST_PICTURES']

/** Which of the demonstration's people may open a page: the manager, else the administrator. */
function visitorOf({ isPublic, needs, path: address }: ListedRoute): 'nobody' | 'manager' | 'administrator' {
  if (isPublic) return 'nobody'
  if (!needs || scopeOf(needs, ['capacity-manager'])) return 'manager'
  if (scopeOf(needs, ['administrator'])) return 'administrator'
  throw new Error(`${address} needs ${needs}, which nobody who walks through the pages has`)
}

describe.skipIf(!hasBrowser)('every page', () => {
  let server: JourneyServer
  let browser: Browser
  let ids: Record<string, string>
  const routes = listRoutes()

  beforeAll(async () => {
    server = await startServer({ isDemo: true })
    browser = await startBrowser()
    ids = await findExamples()
  })
  afterAll(async () => {
    await browser?.close()
    await server?.stop()
  })

  async function signIn(context: BrowserContext, visitor: string, language: Look['language']): Promise<void> {
    if (visitor === 'nobody') return
    const headers = { origin: server.url }
    const data = { email: `${visitor}@demo.invalid`, password: server.demo!.password }
    expect((await context.request.post(`${server.url}/api/v1/session`, { headers, data })).status()).toBe(200)
    expect((await context.request.patch(`${server.url}/api/v1/me`, { headers, data: { language } })).status()).toBe(200)
  }

  /** An example for every parameter of the router's addresses, from the demonstration. */
  async function findExamples(): Promise<Record<string, string>> {
    const { context } = await openWindow(browser)
    const get = async (at: string): Promise<any> => (await context.request.get(`${server.url}/api/v1${at}`)).json()
    await signIn(context, 'administrator', 'vi')
    const { accounts } = await get('/accounts')
    const [account] = accounts
    await context.request.post(`${server.url}/api/v1/accounts/${account.id}/mail`, {
      headers: { origin: server.url, 'if-match': String(account.version) },
    })
    const { mails } = await get('/mails')
    await context.clearCookies()
    await signIn(context, 'manager', 'vi')
    const { plans } = await get('/plans')
    const { states } = await get('/organisation')
    const roster = await context.request.post(`${server.url}/api/v1/roster-imports?fileName=roster.csv`, {
      headers: { origin: server.url, 'content-type': 'text/csv' },
      data: Buffer.from('Mã cán bộ,Họ và tên,Mã đơn vị,Ngày bắt đầu\nN1,Trần Thị Ngỗng,UCSC,2025-02-03\nN2,,UCSC,2025-02-03\n'),
    })
    // Fails where the demonstration has them already, which is as good.
    await context.request.post(`${server.url}/api/v1/staffing-need-suggestions`, {
      headers: { origin: server.url },
      data: { dueOn: '2027-12-31', people: 1 },
    })
    const examples = {
      personId: plans[0].person.id,
      planId: plans[0].id,
      stateId: states[0].id,
      version: '1',
      frameworkId: (await get('/frameworks')).frameworks[0].id,
      unitId: (await get('/units')).units[0].id,
      needId: (await get('/staffing-needs')).needs[0].id,
      accountId: account.id,
      mailId: mails[0].id,
      previewId: (await roster.json()).previewId,
    }
    await context.close()
    return examples
  }

  function addressOf(route: ListedRoute): string {
    return route.path.replaceAll(/\$(\w+)/g, (_, name: string) => {
      const id = ids[name]
      if (!id) throw new Error(`no example for $${name} of ${route.path}: add one to findExamples`)
      return id
    })
  }

  async function visit(page: Page, route: ListedRoute): Promise<void> {
    await page.goto(server.url + addressOf(route), { waitUntil: 'networkidle' })
    await page.locator('h1').first().waitFor()
  }

  async function keepPicture(page: Page, route: ListedRoute, look: Look): Promise<void> {
    if (!pictures) return
    await mkdir(pictures, { recursive: true })
    const name = route.path.replaceAll(/[^a-z]+/gi, '-').replaceAll(/^-|-$/g, '') || 'home'
    await page.screenshot({ path: path.join(pictures, `${name}-${look.size}-${look.language}-${look.mode}.png`) })
  }

  async function inspect(page: Page, look: Omit<Look, 'size'>): Promise<string[]> {
    await page.locator(`html[lang="${look.language}"][data-mantine-color-scheme="${look.mode}"]`).waitFor({ timeout: 5000 })
    const axe = new AxeBuilder({ page })
    // The page is the same in both modes but for its colours: in dark, the rules about these are asked once more.
    if (look.mode === 'light') axe.withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'])
    else axe.withRules(['color-contrast', 'link-in-text-block'])
    const { violations } = await axe
      // Rows of a list are drawn alike, and axe takes its time with each: a dozen stand for all.
      .exclude('tbody tr:nth-child(n+13)')
      .exclude('li:nth-child(n+25)')
      .analyze()
    return violations.map(
      ({ id, nodes }) =>
        `${id}: ${nodes
          .slice(0, 3)
          .map(node => `${node.html.slice(0, 160)} (${node.any[0]?.message ?? node.failureSummary})`)
          .join(' | ')}`,
    )
  }

  test('the router lists pages to walk through', () => expect(routes.length).toBeGreaterThan(15))

  test('sign-in and the first page after it load at most 200 kB of scripts by gzip', async () => {
    const { context, page } = await openWindow(browser, { language: 'vi', isWithoutLive: true })
    const scripts = new Set<string>()
    page.on('requestfinished', request => {
      const { pathname } = new URL(request.url())
      if (pathname.endsWith('.js')) scripts.add(pathname)
    })
    await page.goto(server.url, { waitUntil: 'networkidle' })
    await page.locator('input[type="email"]').fill('manager@demo.invalid')
    await page.locator('input[type="password"]').fill(server.demo!.password)
    await page.locator('button[type="submit"]').click()
    await page.locator('nav').first().waitFor()
    await page.waitForLoadState('networkidle')
    // Loaded once the page is drawn, when the machine has time.
    await expect.poll(() => [...scripts].some(script => script.includes('/live-')), { timeout: 20_000 }).toBe(true)
    await context.close()
    let bytes = 0
    // The browser took them smaller still; the very small ones have no compressed copy.
    for (const script of scripts) {
      const file = path.join(import.meta.dirname, '../web/dist', script)
      const { size } = await stat(`${file}.gz`).catch(() => stat(file))
      bytes += size
    }
    expect(scripts.size).toBeGreaterThan(20)
    expect(bytes).toBeLessThanOrEqual(200_000)
  })

  for (const language of languages)
    test(`in ${language}: axe finds nothing, light and dark, and at 390 pixels nothing scrolls sideways`, async () => {
      const faults: string[] = []
      for (const visitor of ['nobody', 'manager', 'administrator'] as const) {
        const { context, page, complaints } = await openWindow(browser, { language, isWithoutLive: true })
        await signIn(context, visitor, language)
        for (const route of routes.filter(one => visitorOf(one) === visitor)) {
          await page.setViewportSize({ width: 1280, height: 900 })
          await visit(page, route)
          // The page follows the system's choice at once, without being loaded again.
          for (const mode of modes) {
            await page.emulateMedia({ colorScheme: mode })
            faults.push(...(await inspect(page, { language, mode })).map(fault => `${route.path}, ${mode}: ${fault}`))
            await keepPicture(page, route, { language, mode, size: 'desk' })
          }
          await page.emulateMedia({ colorScheme: 'light' })
          await page.setViewportSize({ width: 390, height: 844 })
          // Two frames: the width is known to the page, and what it draws for it is laid out.
          await page.evaluate(() => new Promise(resolve => requestAnimationFrame(() => requestAnimationFrame(resolve))))
          const width = await page.evaluate(() => document.documentElement.scrollWidth)
          if (width > 390) faults.push(`${route.path}: ${width} pixels wide at 390`)
          await keepPicture(page, route, { language, mode: 'light', size: 'phone' })
          faults.push(...complaints.splice(0).map(complaint => `${route.path}: console: ${complaint}`))
        }
        await context.close()
      }
      expect(faults).toEqual([])
    })
})
