import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { Browser, Page } from 'playwright-core'
import { hasBrowser, showWindows, startBrowser, startServer } from './kit.ts'
import type { JourneyServer } from './kit.ts'
import * as steps from './roster-to-plan.ts'

// From an empty installation to a plan that two people agreed to, in a browser. Everything in it was typed here.

describe.skipIf(!hasBrowser)('from a roster to a plan', () => {
  let server: JourneyServer
  let browser: Browser
  let cast: steps.Cast
  let administrator: Page
  let supervisor: steps.Colleague
  let staff: steps.Colleague
  let planUrl: string

  beforeAll(async () => {
    server = await startServer()
    browser = await startBrowser()
    cast = { browser, server, complaints: [] }
  })
  afterEach(async ({ task }) => {
    if (task.result?.state === 'fail') await showWindows(task.name)
  })
  afterAll(async () => {
    await browser?.close()
    await server?.stop()
  })

  test('the one-time link makes the authority and its first administrator', async () => {
    administrator = await steps.setUpAuthority(cast)
  })

  test('a framework and a roster with twelve faults come in', async () => {
    await steps.importPack(administrator)
    await steps.importRoster(administrator)
  })

  test('two people of the roster get accounts by one-time links', async () => {
    supervisor = await steps.giveAccount(cast, administrator, { code: 'CB061' })
    staff = await steps.giveAccount(cast, administrator, { code: 'CB062' })
    expect(supervisor.me.roles).toContain('supervisor')
    expect(staff.me.roles).toEqual(['staff'])
  })

  test('both rate apart, then set what they agreed, with the keyboard alone', async () => {
    await steps.assess(staff, supervisor, '')
  })

  test('a changed rating changes the proposal', async () => {
    const { page } = supervisor
    const halfYearId = await steps.findCurrentHalfYear(page)
    const roleId = await findRole(page, 'INCIDENT-HANDLER')
    const before = await steps.readProposal(page, staff.personId, halfYearId, roleId)
    const { agreed } = await steps.readSheet(page, staff.personId, halfYearId, roleId)
    const ratings = agreed!.ratings.map(({ elementId, level, reason }, index) => ({
      elementId,
      reason,
      level: index === 0 ? (level === 0 ? 3 : 0) : level,
    }))
    const saved = await page.request.put(steps.addressOf(page, `/api/v1/people/${staff.personId}/assessment/agreed`), {
      headers: { origin: server.url },
      data: { halfYearId, roleId, baseVersion: agreed!.version, submit: true, ratings },
    })
    expect(saved.status()).toBe(200)
    expect(await steps.readProposal(page, staff.personId, halfYearId, roleId)).not.toEqual(before)
  })

  test('gaps lead to a plan, people change it, and both agree to it', async () => {
    planUrl = await steps.agreePlan(staff, supervisor, '')
  })

  test('the plan is a tagged PDF with the name as it is written', async () => {
    await steps.downloadPlan(staff.page, planUrl, staff.me.name)
  })

  test('the ledger proves whole, beside the running server', async () => {
    const { stdout } = await promisify(execFile)(process.execPath, ['server/src/main.ts', 'ledger', 'verify', '--json'], {
      env: { PATH: process.env['PATH'], LUYTRE_DATA: server.dataDirectory },
    })
    const result = JSON.parse(stdout) as { ok: boolean; counts: { lines: number } }
    expect(result.ok).toBe(true)
    expect(result.counts.lines).toBeGreaterThan(230)
  })

  test('no page complained in the console', async () => {
    for (const page of [administrator, supervisor.page, staff.page]) await page.close()
    expect(cast.complaints).toEqual([])
  })
})

async function findRole(page: Page, code: string): Promise<string> {
  const frameworks = (await (await page.request.get(steps.addressOf(page, '/api/v1/frameworks'))).json()) as {
    frameworks: { id: string }[]
  }
  const elements = await page.request.get(
    steps.addressOf(page, `/api/v1/frameworks/${frameworks.frameworks[0]!.id}/elements?kind=role&limit=200`),
  )
  return ((await elements.json()) as { elements: { id: string; code: string }[] }).elements.find(element => element.code === code)!.id
}
