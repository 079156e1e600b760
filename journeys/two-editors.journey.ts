import { describe, expect, test } from 'vitest'
import type { Page } from 'playwright-core'
import { hasBrowser } from './kit.ts'
import * as steps from './roster-to-plan.ts'

// Two people edit one plan, each at a screen of their own: what one saves the other sees without loading anything again, and
// where both have changed something nothing is lost. On an empty installation; everything in it was typed or uploaded here.

describe.skipIf(!hasBrowser)('two people edit one plan', () => {
  const cast = steps.prepareCast()
  let supervisor: steps.Colleague
  let staff: steps.Colleague
  let planUrl: string

  const duties = (page: Page) => page.getByRole('textbox', { name: 'Duties' })
  const edit = async (page: Page): Promise<void> => {
    await page.getByRole('link', { name: 'Edit plan' }).click()
    await page.getByRole('button', { name: 'Save plan' }).waitFor()
  }
  const save = async (page: Page): Promise<void> => {
    await page.getByRole('button', { name: 'Save plan' }).click()
    await page.waitForURL(planUrl)
  }

  test('a person and the supervisor have a plan', async () => {
    const administrator = await steps.setUpAuthority(cast)
    await steps.importPack(administrator)
    await steps.importRoster(administrator)
    supervisor = await steps.giveAccount(cast, administrator, { code: 'CB061' })
    staff = await steps.giveAccount(cast, administrator, { code: 'CB062' })
    await steps.assess(staff, supervisor, '')
    planUrl = await steps.proposePlan(staff, supervisor, '')
    await staff.page.goto(planUrl)
    await staff.page.getByText('Agreed by neither side yet.').first().waitFor()
  })

  test('what one saves, the other sees without loading the page again', async () => {
    await staff.page.evaluate(() => Object.assign(window, { wasNotLoadedAgain: true }))
    await edit(supervisor.page)
    await duties(supervisor.page).fill('Receives reports of incidents, day and night.')
    await save(supervisor.page)
    await staff.page.getByText('Receives reports of incidents, day and night.').first().waitFor()
    expect(await staff.page.evaluate(() => 'wasNotLoadedAgain' in window)).toBe(true)
  })

  test('a form in which nothing was typed follows; one with entries keeps them, and says that there is news', async () => {
    await edit(staff.page)
    await edit(supervisor.page)
    await duties(supervisor.page).fill('Receives reports and classifies them.')
    await save(supervisor.page)
    await staff.page.waitForFunction(() =>
      [...document.querySelectorAll('textarea')].some(field => field.value === 'Receives reports and classifies them.'),
    )
    await staff.page.getByRole('textbox', { name: 'Action', exact: true }).first().fill('Reads the playbook of the response centre')
    await edit(supervisor.page)
    await duties(supervisor.page).fill('Receives reports, classifies them and keeps the record.')
    await supervisor.page.getByRole('textbox', { name: 'Action', exact: true }).nth(1).fill('Two weeks beside the shift lead')
    await save(supervisor.page)
    await staff.page.getByText('A colleague has changed this record since it was opened here', { exact: false }).waitFor()
    expect(await staff.page.getByRole('textbox', { name: 'Action', exact: true }).first().inputValue()).toBe(
      'Reads the playbook of the response centre',
    )
  })

  test('both states stand side by side, what only one has changed is proposed as it is there, and nothing is lost', async () => {
    const { page } = staff
    await page.getByRole('button', { name: 'See both states' }).click()
    const states = page.getByRole('region', { name: 'Changed by somebody else' })
    await states.waitFor()
    const rows = states.locator('tbody tr')
    expect(await rows.count()).toBe(3)
    const chosenIn = async (text: string): Promise<string> =>
      (await rows.filter({ hasText: text }).locator('td:has(:checked)').innerText()).replaceAll(/\s+/g, ' ')
    expect(await chosenIn('keeps the record')).toContain('keeps the record')
    expect(await chosenIn('Reads the playbook')).toContain('Reads the playbook')
    expect(await chosenIn('Two weeks beside')).toContain('Two weeks beside')
    await page.getByRole('button', { name: 'Go on with the chosen entries' }).click()
    await states.waitFor({ state: 'detached' })
    await save(page)
    for (const { page: either } of [staff, supervisor])
      for (const text of ['keeps the record', 'Reads the playbook', 'Two weeks beside'])
        await either.getByText(text, { exact: false }).first().waitFor()
  })

  test('of what both have changed, each line is one’s or the other’s', async () => {
    await edit(staff.page)
    await duties(staff.page).fill('As the person would have it.')
    await edit(supervisor.page)
    await duties(supervisor.page).fill('As the supervisor would have it.')
    await save(supervisor.page)
    await staff.page.getByText('A colleague has changed this record', { exact: false }).waitFor()
    // Without a look at it, saving is refused and shows the same.
    await staff.page.getByRole('button', { name: 'Save plan' }).click()
    const states = staff.page.getByRole('region', { name: 'Changed by somebody else' })
    await states.getByText('As the supervisor would have it.').waitFor()
    await states.getByText('As the person would have it.').waitFor()
    await states.getByRole('radio', { name: 'As the supervisor would have it.' }).check()
    await staff.page.getByRole('button', { name: 'Go on with the chosen entries' }).click()
    expect(await duties(staff.page).inputValue()).toBe('As the supervisor would have it.')
    await staff.page.getByRole('link', { name: 'Cancel' }).click()
  })

  test('in the end both agree, and each sees the other do it', async () => {
    await staff.page.getByRole('button', { name: 'Agree as person' }).click()
    await staff.page.getByRole('dialog').getByRole('button', { name: 'Agree as person' }).click()
    await supervisor.page.getByText('the supervisor’s agreement is open', { exact: false }).first().waitFor()
    await supervisor.page.getByRole('button', { name: 'Agree as supervisor' }).click()
    await supervisor.page.getByRole('dialog').getByRole('button', { name: 'Agree as supervisor' }).click()
    await staff.page.getByText('Agreed by both', { exact: false }).first().waitFor()
    await supervisor.page.getByText('Agreed by both', { exact: false }).first().waitFor()
  })

  test('no page complained in the console', () => expect(cast.complaints).toEqual([[], [], []]))
})
