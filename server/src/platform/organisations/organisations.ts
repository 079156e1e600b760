import { v7 as uuidv7 } from 'uuid'
import type { Actor, Work } from '#platform/database/work.ts'
import { recordChange } from '#platform/ledger/ledger.ts'
import { dayIn, halfYearAt } from './half-years.ts'
import * as store from './organisations.store.ts'
import type { Organisation } from './organisations.store.ts'

// The authority itself and its half-years. How many half-years are kept ahead: enough to plan two years.
const halfYearsAhead = 4

/** Makes the installation's one authority with its half-years; `work` acts for the organisation `work.actor.organisationId`. */
export async function createAuthority(work: Work, authority: Organisation): Promise<void> {
  await store.insertAuthority(work, authority)
  const recordId = work.actor.organisationId
  await recordChange(work, { verb: 'organisation.created', recordType: 'organisation', recordId, after: { ...authority } })
  await extendHalfYears(work)
}

/** Adds the half-years from the last one to two years ahead; existing ones stay as they are. */
export async function extendHalfYears(work: Work): Promise<void> {
  const { timeZone, halfYearStartMonth } = await store.selectCalendar(work)
  const today = dayIn(timeZone, work.now)
  const periods = []
  for (let offset = -1; offset <= halfYearsAhead; offset++) periods.push({ id: uuidv7(), ...halfYearAt(today, halfYearStartMonth, offset) })
  await store.insertHalfYears(work, periods)
}

/** The acting organisation as it is called today, or was on a day: a document says what its day said. */
export const getOrganisation = async (work: Work, day?: string): Promise<Organisation> =>
  store.selectOrganisation(work, day ?? (await getToday(work)))

const days = new WeakMap<Work, Promise<string>>()

/** The calendar day that it is at the authority, `YYYY-MM-DD`: one and the same in all of a work. */
export function getToday(work: Work): Promise<string> {
  const day = days.get(work) ?? getDayOf(work, work.now)
  days.set(work, day)
  return day
}

/** The calendar day that an instant fell on at the authority. */
export async function getDayOf(work: Work, instant: Date): Promise<string> {
  const { timeZone } = await store.selectCalendar(work)
  return dayIn(timeZone, instant)
}

// For the program's own work, which belongs to no one organisation.
export const findAuthority = store.findAuthority
export const listOrganisationIds = store.selectOrganisationIds
export const getTimeZone = store.selectTimeZone

/** The program itself at work for an organisation: a schedule or a command of the operator. */
export const programActor = (organisationId: string, origin: string): Actor => ({
  userId: null,
  personId: null,
  organisationId,
  roles: [],
  reportIds: [],
  origin,
})
