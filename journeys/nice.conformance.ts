import path from 'node:path'
import { describe, expect, test } from 'vitest'
import type { Page } from 'playwright-core'
import { hasBrowser } from './kit.ts'
import * as steps from './roster-to-plan.ts'

// The same journey on the NICE Framework as NIST publishes it. One role of it, the one with the fewest needs, is rated.

const data = process.env['LUYTRE_TEST_CONFORMANCE_DATA']

describe.skipIf(!hasBrowser)('from a roster to a plan, on the NICE Framework', () => {
  const cast = steps.prepareCast()
  let administrator: Page
  let supervisor: steps.Colleague
  let staff: steps.Colleague
  let roleId: string

  test('NICE and a roster come in', async () => {
    administrator = await steps.setUpAuthority(cast)
    await steps.importFrameworkFile(administrator, path.join(data!, 'workforce/cprt_SP_800_181_2_1_0.json'))
    await steps.importRoster(administrator)
    const { frameworks } = await steps.readAnswer<{ frameworks: { id: string; counts: Record<string, number> }[] }>(
      administrator,
      '/frameworks',
    )
    expect(frameworks[0]!.counts).toMatchObject({ role: 41, task: 946, knowledge: 662, skill: 540, relation: 5334 })
    roleId = await findSmallestRole(administrator, frameworks[0]!.id)
  })

  test('both rate one of its roles, and a plan is agreed', async () => {
    supervisor = await steps.giveAccount(cast, administrator, { code: 'CB061' })
    staff = await steps.giveAccount(cast, administrator, { code: 'CB062' })
    await steps.assess(staff, supervisor, `?role=${roleId}`)
    await steps.agreePlan(staff, supervisor, `?role=${roleId}`)
  })

  test('one changed rating changes the proposal', () => steps.changeOneRating(staff, supervisor, roleId))

  test('no page complained in the console', () => expect(cast.complaints).toEqual([[], [], []]))
})

/** Of the roles with more than three needs. */
async function findSmallestRole(page: Page, frameworkId: string): Promise<string> {
  const { elements } = await steps.readAnswer<{ elements: { id: string }[] }>(
    page,
    `/frameworks/${frameworkId}/elements?kind=role&limit=200`,
  )
  const roles = []
  for (const { id } of elements) {
    const { needs } = await steps.readAnswer<{ needs: unknown[] }>(page, `/frameworks/${frameworkId}/roles/${id}`)
    roles.push({ id, needs: needs.length })
  }
  return roles.filter(role => role.needs > 3).toSorted((a, b) => a.needs - b.needs)[0]!.id
}
