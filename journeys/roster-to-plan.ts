import { readFile } from 'node:fs/promises'
import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect } from 'vitest'
import type { AssessmentSheet } from '../server/src/capacity/assessments/assessments.api.ts'
import type { Me } from '../server/src/platform/identity/identity.api.ts'
import { makeRosterWorkbook } from '../server/test/fixtures/roster/make-roster.ts'
import { openSmtpServer } from '../server/test/smtp-kit.ts'
import type { ReceivedMail } from '../server/test/smtp-kit.ts'
import { readPdfText } from '../server/test/pdf-text.ts'
import { openWindow, showWindows, startBrowser, startServer } from './kit.ts'
import type { JourneyServer } from './kit.ts'

// The journey that the house was built for, step by step as people take it. Everything it needs it types or uploads.

const password = 'stem by stem the rampart grows'

export interface Cast {
  browser: Browser
  server: JourneyServer
  /** Of every window that was opened, what its console called an error. */
  complaints: string[][]
  /** What arrived at the mail server, for a suite that has one. */
  mails: readonly ReceivedMail[]
}

/** For the suite that calls it: an empty installation and a browser, and a look at every window when a step fails. */
export function prepareCast({ withMail = false } = {}): Cast {
  const cast = { complaints: [], mails: [] } as Partial<Cast> as Cast
  let stopMail: (() => Promise<void>) | undefined
  beforeAll(async () => {
    const smtp = withMail ? await openSmtpServer() : undefined
    stopMail = smtp?.stop
    cast.mails = smtp?.received ?? []
    const environment = smtp && { LUYTRE_SMTP_URL: smtp.settings.url, LUYTRE_SMTP_TLS: 'off', LUYTRE_MAIL_FROM: 'luytre@authority.example' }
    cast.server = await startServer(environment ? { environment } : {})
    cast.browser = await startBrowser()
  })
  afterEach(async ({ task }) => {
    if (task.result?.state === 'fail') await showWindows(task.name)
  })
  afterAll(async () => {
    await cast.browser?.close()
    await cast.server?.stop()
    await stopMail?.()
  })
  return cast
}

async function openFor(cast: Cast): Promise<Page> {
  const { page, complaints } = await openWindow(cast.browser)
  cast.complaints.push(complaints)
  return page
}

const heading = (page: Page, name: string | RegExp) => page.getByRole('heading', { level: 1, name })

/** Opens the one-time link, makes the authority and its first administrator. */
export async function setUpAuthority(cast: Cast): Promise<Page> {
  const page = await openFor(cast)
  await page.goto(cast.server.firstLink)
  await page.getByLabel('Name of the authority in English').fill('Authority of the journey')
  await page.getByRole('textbox', { name: 'Name', exact: true }).fill('First Administrator')
  await page.getByLabel('E-mail').fill('administrator@journey.invalid')
  await page.getByLabel('Password', { exact: false }).first().fill(password)
  await page.getByRole('button', { name: 'Set up' }).click()
  await heading(page, 'My work').waitFor()
  expect(page.url()).not.toContain('#')
  return page
}

export async function importPack(page: Page): Promise<void> {
  await page.goto(new URL('/frameworks/import', page.url()).href)
  await page
    .getByRole('button', { name: /^Import / })
    .first()
    .click()
  await page.getByRole('link', { name: 'Open framework' }).waitFor()
}

export async function importFrameworkFile(page: Page, file: string): Promise<void> {
  await page.goto(new URL('/frameworks/import', page.url()).href)
  await page.getByLabel('Framework file').setInputFiles(file)
  await page.getByRole('button', { name: 'Import this framework' }).click({ timeout: 60_000 })
  await page.getByText('was imported', { exact: false }).first().waitFor({ timeout: 60_000 })
}

/** Makes the twelve units by their form, uploads the roster, sees what becomes of each faulty row, and brings the rest in. */
export async function importRoster(page: Page): Promise<void> {
  const { bytes, faults, cyclePartner, units } = await makeRosterWorkbook()
  for (const { code, name, parentCode } of units) {
    await page.goto(new URL('/units/new', page.url()).href)
    await page.getByLabel('Name in Vietnamese').fill(name.vi)
    await page.getByLabel('Name in English').fill(name.en)
    await page.getByLabel('Name in Japanese').fill(name.ja)
    await page.getByLabel('Code').fill(code)
    if (parentCode) {
      await page.getByRole('combobox', { name: 'Part of' }).click()
      await page
        .getByRole('option')
        .filter({ hasText: `(${parentCode})` })
        .click()
    }
    await page.getByRole('button', { name: 'Add unit' }).click()
    await page.waitForURL('**/units')
  }
  await page.goto(new URL('/roster-import', page.url()).href)
  await page.getByLabel('Roster file').setInputFiles({
    name: 'danh-sach.xlsx',
    mimeType: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
    buffer: Buffer.from(bytes),
  })
  await page.waitForURL('**/roster-import/*')
  const fateOf = async (row: number): Promise<string> => {
    const line = page.locator('tbody tr').filter({ has: page.getByRole('cell', { name: String(row), exact: true }) })
    return (await line.first().innerText()).replaceAll(/\s+/g, ' ')
  }
  // The page opens on what needs a decision; the other rows are one click away.
  await page.getByRole('link', { name: /^All rows/ }).click()
  await page.locator('tbody tr').nth(119).waitFor()
  for (const fault of [
    'duplicateStaffCode',
    'unknownUnit',
    'supervisorCycle',
    'formula',
    'emptyName',
    'badEmail',
    'mergedCells',
    'duplicateEmail',
  ] as const)
    expect(await fateOf(faults[fault]), fault).toMatch(/Refused/)
  for (const fault of ['dateAsText', 'nameInNfd', 'nameInTcvn3', 'startInFuture'] as const)
    expect(await fateOf(faults[fault]), fault).toMatch(/New/)
  expect(await fateOf(faults.nameInTcvn3)).toContain('Nguyễn Văn Đức')
  expect(await fateOf(cyclePartner)).toMatch(/Refused/)
  // Nobody leaves rows out unknowingly: the button first asks.
  await page.getByRole('button', { name: 'Import 111 rows' }).click()
  const leaveOut = page.getByLabel('Leave out 9 refused rows')
  await leaveOut.and(page.locator(':focus')).waitFor()
  await leaveOut.check()
  await page.getByRole('button', { name: 'Import 111 rows' }).click()
  await page.getByText('Imported: 111 new, 0 changed.', { exact: false }).waitFor()
  await page.getByRole('link', { name: 'Show people' }).click()
  await page.getByText('111 people').first().waitFor()
  // Found without accents.
  await page.getByPlaceholder('Search by name, code or e-mail').fill('nguyen van duc')
  await page.getByRole('link', { name: 'Nguyễn Văn Đức' }).first().waitFor()
}

export interface Colleague {
  page: Page
  me: Me
  personId: string
}

/** Makes an account for a person of the roster and opens its one-time link in a window of its own. */
export async function giveAccount(
  cast: Cast,
  administrator: Page,
  person: { code: string; role?: string; email?: string },
): Promise<Colleague> {
  const { people } = await readAnswer<{ people: { id: string; name: string }[] }>(administrator, `/people?search=${person.code}`)
  const { id, name } = people[0]!
  await administrator.goto(new URL(`/people/${id}`, administrator.url()).href)
  await administrator.getByRole('link', { name: 'Make account' }).click()
  await administrator.getByRole('textbox', { name: 'E-mail' }).waitFor()
  if (person.email) await administrator.getByRole('textbox', { name: 'E-mail' }).fill(person.email)
  if (person.role) {
    await administrator.getByRole('combobox', { name: 'Role' }).click()
    await administrator.getByRole('option', { name: person.role, exact: true }).click()
  }
  await administrator.getByRole('combobox', { name: 'Language' }).click()
  await administrator.getByRole('option', { name: 'English' }).click()
  // Where mails leave, an invitation by mail is the usual way; here the link is handed over.
  await administrator.getByRole('combobox', { name: 'How the link gets there' }).click()
  await administrator.getByRole('option', { name: 'Shown here, to be handed over' }).click()
  await administrator.getByRole('button', { name: 'Make account and link' }).click()
  const link = await administrator.getByLabel('Link', { exact: true }).inputValue()
  expect(link).toMatch(/\/set-password#[\w-]{43}$/)
  const page = await openFor(cast)
  await page.goto(link)
  await page.getByLabel('New password').fill(password)
  await page.getByRole('button', { name: 'Set password and sign in' }).click()
  await heading(page, 'My work').waitFor()
  const { me } = await readAnswer<{ me: Me }>(page, '/me')
  expect(me.name).toBe(name)
  return { page, me, personId: id }
}

/** Rates every line with the keyboard alone and submits. `level` gets the need and the place of the line. */
async function rate(page: Page, submit: string, level: (need: number, index: number) => number, reason: string): Promise<void> {
  const lines = page.locator('form li:has([role=radiogroup])')
  await lines.first().waitFor()
  const count = await lines.count()
  expect(count).toBeGreaterThan(3)
  for (let index = 0; index < count; index++) {
    const line = lines.nth(index)
    const need = Number(/level (\d)/.exec(await line.innerText())![1])
    await line.locator('input[type=radio]').first().focus()
    await page.keyboard.press(String(Math.max(0, level(need, index))))
    await page.keyboard.press('Tab')
    await page.keyboard.type(`${reason} ${index + 1}`)
  }
  await page.getByRole('button', { name: submit }).click()
}

const addressOf = (page: Page, path: string): string => new URL(path, page.url()).href

/** What the server tells whoever is signed in in this window. */
export async function readAnswer<T>(page: Page, path: string): Promise<T> {
  const answer = await page.request.get(addressOf(page, `/api/v1${path}`))
  expect(answer.status(), path).toBe(200)
  return (await answer.json()) as T
}

/** Both sides rate, neither sees the other's levels before, then the supervisor sets what both agreed. */
export async function assess(staff: Colleague, supervisor: Colleague, roleQuery: string): Promise<void> {
  const path = `/people/${staff.personId}/assessment${roleQuery}`
  await supervisor.page.goto(addressOf(supervisor.page, path))
  await rate(supervisor.page, 'Submit assessment', (need, index) => need - (index % 2), 'Seen at work, case')
  await supervisor.page.getByText('Supervisor: submitted', { exact: false }).waitFor()

  await staff.page.goto(addressOf(staff.page, path))
  await staff.page.getByText('Supervisor: shown after submitting', { exact: false }).waitFor()
  await rate(staff.page, 'Submit assessment', (need, index) => need - (index % 3), 'Done in the half-year, case')
  await staff.page.getByText('Self-assessment: submitted', { exact: false }).waitFor()

  await supervisor.page.goto(addressOf(supervisor.page, path))
  await rate(supervisor.page, 'Set agreed levels', (need, index) => need - (index < 3 ? 1 : 0), 'Talked over together')
  await supervisor.page.getByText('Agreed: set', { exact: false }).waitFor()
}

/** From the gaps to a plan that nobody has agreed to yet; returns its address. */
export async function proposePlan(staff: Colleague, { page }: Colleague, roleQuery: string): Promise<string> {
  await page.goto(addressOf(page, `/people/${staff.personId}/gaps${roleQuery}`))
  await heading(page, /^Gaps of/).waitFor()
  await page.getByRole('link', { name: 'Propose plan' }).click()
  await page.getByLabel('Duties').fill('Receives reports of incidents and works on them; keeps the record of each case.')
  await page.getByText('What would be proposed').waitFor()
  await page.getByText('priority 1', { exact: false }).first().waitFor()
  await page.getByRole('button', { name: 'Propose plan' }).click()
  await page.waitForURL('**/plans/*')
  await page.getByText('Agreed by neither side yet.').first().waitFor()
  return page.url()
}

/** From the gaps to a plan that both agree to; returns its address. */
export async function agreePlan(staff: Colleague, supervisor: Colleague, roleQuery: string): Promise<string> {
  const { page } = supervisor
  await proposePlan(staff, supervisor, roleQuery)
  // People change it.
  await page.getByRole('link', { name: 'Edit plan' }).click()
  await page
    .getByRole('group', { name: 'Action 1' })
    .getByRole('textbox', { name: 'Action' })
    .fill('Course with the response centre, two days a week')
  await page.getByRole('button', { name: 'Save plan' }).click()
  await page.getByText('Course with the response centre').first().waitFor()

  await staff.page.goto(page.url())
  await staff.page.getByRole('button', { name: 'Agree as person' }).click()
  await staff.page.getByRole('dialog').getByRole('button', { name: 'Agree as person' }).click()
  await staff.page.getByText('the supervisor’s agreement is open', { exact: false }).first().waitFor()

  await page.reload()
  await page.getByRole('button', { name: 'Agree as supervisor' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Agree as supervisor' }).click()
  await page.getByText('Agreed by both', { exact: false }).first().waitFor()
  return page.url()
}

export async function downloadPlan(page: Page, planUrl: string, name: string): Promise<void> {
  await page.goto(planUrl)
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page
      .getByRole('button', { name: 'Download PDF' })
      .or(page.getByRole('link', { name: 'Download PDF' }))
      .first()
      .click(),
  ])
  const bytes = await readFile(await download.path())
  expect(bytes.subarray(0, 5).toString()).toBe('%PDF-')
  expect(bytes.toString('latin1')).toContain('pdfuaid')
  // The text is read without its spaces.
  expect(readPdfText(bytes)).toContain(name.normalize('NFC').replaceAll(/\s/g, ''))
}

/** The proposal as the server would make it now: priorities and elements. */
async function readProposal(page: Page, personId: string, halfYearId: string, roleId: string): Promise<string[]> {
  const { gaps } = await readAnswer<{ gaps: { priority: number; missing: number; element: { code: string } }[] }>(
    page,
    `/people/${personId}/plan-proposal?halfYearId=${halfYearId}&targetRoleId=${roleId}`,
  )
  return gaps.map(gap => `${gap.priority} ${gap.element.code} ${gap.missing}`)
}

/** The first line of what both agreed gets another level, and the proposal is another one. */
export async function changeOneRating(staff: Colleague, supervisor: Colleague, roleId: string): Promise<void> {
  const { page } = supervisor
  const { personId } = staff
  const { halfYears } = await readAnswer<{ halfYears: { id: string; isCurrent: boolean }[] }>(page, '/half-years')
  const halfYearId = halfYears.find(halfYear => halfYear.isCurrent)!.id
  const before = await readProposal(page, personId, halfYearId, roleId)
  const { agreed } = await readAnswer<AssessmentSheet>(page, `/people/${personId}/assessment?halfYearId=${halfYearId}&roleId=${roleId}`)
  const ratings = agreed!.ratings.map(({ elementId, level, reason }, index) => ({
    elementId,
    reason,
    level: index === 0 ? (level === 0 ? 3 : 0) : level,
  }))
  const saved = await page.request.put(addressOf(page, `/api/v1/people/${personId}/assessment/agreed`), {
    headers: { origin: new URL(page.url()).origin },
    data: { halfYearId, roleId, baseVersion: agreed!.version, submit: true, ratings },
  })
  expect(saved.status()).toBe(200)
  expect(await readProposal(page, personId, halfYearId, roleId)).not.toEqual(before)
}
