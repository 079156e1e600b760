import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { describe, expect, test } from 'vitest'
import type { Page } from 'playwright-core'
import { hasBrowser } from './kit.ts'
import * as steps from './roster-to-plan.ts'

// From an empty installation to a plan that two people agreed to, in a browser. Everything in it was typed here.

describe.skipIf(!hasBrowser)('from a roster to a plan', () => {
  const cast = steps.prepareCast()
  let administrator: Page
  let supervisor: steps.Colleague
  let staff: steps.Colleague
  let planUrl: string

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
    const { frameworks } = await steps.readAnswer<{ frameworks: { id: string }[] }>(supervisor.page, '/frameworks')
    const { elements } = await steps.readAnswer<{ elements: { id: string; code: string }[] }>(
      supervisor.page,
      `/frameworks/${frameworks[0]!.id}/elements?kind=role&limit=200`,
    )
    await steps.changeOneRating(staff, supervisor, elements.find(({ code }) => code === 'INCIDENT-HANDLER')!.id)
  })

  test('gaps lead to a plan, people change it, and both agree to it', async () => {
    planUrl = await steps.agreePlan(staff, supervisor, '')
  })

  test('the plan is a tagged PDF with the name as it is written', async () => {
    await steps.downloadPlan(staff.page, planUrl, staff.me.name)
  })

  test('the ledger proves whole, beside the running server', async () => {
    const { stdout } = await promisify(execFile)(process.execPath, ['server/src/main.ts', 'ledger', 'verify', '--json'], {
      env: { PATH: process.env['PATH'], LUYTRE_DATA: cast.server.dataDirectory },
    })
    const result = JSON.parse(stdout) as { ok: boolean; counts: { lines: number } }
    expect(result.ok).toBe(true)
    expect(result.counts.lines).toBeGreaterThan(230)
  })

  test('no page complained in the console', () => expect(cast.complaints).toEqual([[], [], []]))
})
