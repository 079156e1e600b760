import path from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { Browser, Page } from 'playwright-core'
import { hasBrowser, showWindows, startBrowser, startServer } from './kit.ts'
import type { JourneyServer } from './kit.ts'
import * as steps from './roster-to-plan.ts'

// The same journey on the NICE Framework as NIST publishes it. One role of it, the one with the fewest needs, is rated.

const data = process.env['LUYTRE_TEST_CONFORMANCE_DATA']

describe.skipIf(!hasBrowser)('from a roster to a plan, on the NICE Framework', () => {
  let server: JourneyServer
  let browser: Browser
  let cast: steps.Cast
  let administrator: Page
  let supervisor: steps.Colleague
  let staff: steps.Colleague
  let role: { id: string; code: string; needs: number }

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

  test('NICE and a roster come in', async () => {
    administrator = await steps.setUpAuthority(cast)
    await steps.importFrameworkFile(administrator, path.join(data!, 'workforce/cprt_SP_800_181_2_1_0.json'))
    await steps.importRoster(administrator)
    const { frameworks } = (await (await administrator.request.get(steps.addressOf(administrator, '/api/v1/frameworks'))).json()) as {
      frameworks: { id: string; counts: Record<string, number> }[]
    }
    expect(frameworks[0]!.counts).toMatchObject({ role: 41, task: 946, knowledge: 662, skill: 540, relation: 5334 })
    role = await findSmallestRole(administrator, frameworks[0]!.id)
  })

  test('both rate one of its roles, and a plan is agreed', async () => {
    supervisor = await steps.giveAccount(cast, administrator, { code: 'CB061' })
    staff = await steps.giveAccount(cast, administrator, { code: 'CB062' })
    await steps.assess(staff, supervisor, `?role=${role.id}`)
    await steps.agreePlan(staff, supervisor, `?role=${role.id}`)
  })

  test('one changed rating changes the proposal', async () => {
    const { page } = supervisor
    const halfYearId = await steps.findCurrentHalfYear(page)
    const before = await steps.readProposal(page, staff.personId, halfYearId, role.id)
    const { agreed } = await steps.readSheet(page, staff.personId, halfYearId, role.id)
    const ratings = agreed!.ratings.map(({ elementId, level, reason }, index) => ({
      elementId,
      reason,
      level: index === 0 ? (level === 0 ? 3 : 0) : level,
    }))
    const saved = await page.request.put(steps.addressOf(page, `/api/v1/people/${staff.personId}/assessment/agreed`), {
      headers: { origin: server.url },
      data: { halfYearId, roleId: role.id, baseVersion: agreed!.version, submit: true, ratings },
    })
    expect(saved.status()).toBe(200)
    expect(await steps.readProposal(page, staff.personId, halfYearId, role.id)).not.toEqual(before)
  })
})

async function findSmallestRole(page: Page, frameworkId: string): Promise<{ id: string; code: string; needs: number }> {
  const listed = await page.request.get(steps.addressOf(page, `/api/v1/frameworks/${frameworkId}/elements?kind=role&limit=200`))
  const { elements } = (await listed.json()) as { elements: { id: string; code: string }[] }
  const roles = []
  for (const { id, code } of elements) {
    const answer = await page.request.get(steps.addressOf(page, `/api/v1/frameworks/${frameworkId}/roles/${id}`))
    roles.push({ id, code, needs: ((await answer.json()) as { needs: unknown[] }).needs.length })
  }
  return roles.filter(one => one.needs > 3).sort((a, b) => a.needs - b.needs)[0]!
}
