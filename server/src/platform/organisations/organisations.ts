import { v7 as uuidv7 } from 'uuid'
import { sql } from 'kysely'
import type { Actor, Work } from '#platform/database/work.ts'
import type { Translated } from '#platform/i18n/translated.ts'
import { recordChange } from '#platform/ledger/ledger.ts'
import { dayIn, halfYearAt } from './half-years.ts'

// The authority itself and its half-years. How many half-years are kept ahead: enough to plan two years.
const halfYearsAhead = 4

export interface NewAuthority {
  name: Translated
  timeZone: string
  halfYearStartMonth: 1 | 4
  isDemo: boolean
}

/** Makes the installation's one authority with its half-years; `work` acts for the organisation `work.actor.organisationId`. */
export async function createAuthority(work: Work, authority: NewAuthority): Promise<void> {
  const id = work.actor.organisationId
  await work.db
    .insertInto('organisation')
    .values({
      id,
      kind: 'authority',
      name: JSON.stringify(authority.name),
      timeZone: authority.timeZone,
      halfYearStartMonth: authority.halfYearStartMonth,
      isDemo: authority.isDemo,
      createdAt: work.now,
    })
    .execute()
  await recordChange(work, { verb: 'organisation.created', recordType: 'organisation', recordId: id, after: authority })
  await extendHalfYears(work)
}

/** Adds the half-years from the last one to two years ahead; existing ones stay as they are. */
export async function extendHalfYears(work: Work): Promise<void> {
  const { timeZone, halfYearStartMonth } = await work.db
    .selectFrom('organisation')
    .select(['timeZone', 'halfYearStartMonth'])
    .where('id', '=', work.actor.organisationId)
    .executeTakeFirstOrThrow()
  const today = dayIn(timeZone, work.now)
  const periods = []
  for (let offset = -1; offset <= halfYearsAhead; offset++) {
    const { code, startsOn, endsBefore } = halfYearAt(today, halfYearStartMonth as 1 | 4, offset)
    periods.push({
      id: uuidv7(),
      organisationId: work.actor.organisationId,
      code,
      period: sql<string>`daterange(${startsOn}, ${endsBefore})`,
    })
  }
  await work.db
    .insertInto('halfYear')
    .values(periods)
    .onConflict(conflict => conflict.doNothing())
    .execute()
}

/** The acting organisation. */
export function getOrganisation(work: Work): Promise<{ name: Translated; timeZone: string; isDemo: boolean }> {
  return work.db
    .selectFrom('organisation')
    .select(['name', 'timeZone', 'isDemo'])
    .where('id', '=', work.actor.organisationId)
    .executeTakeFirstOrThrow()
}

/** The calendar day that it is at the authority, `YYYY-MM-DD`. */
export async function getToday(work: Work): Promise<string> {
  const { timeZone } = await work.db
    .selectFrom('organisation')
    .select('timeZone')
    .where('id', '=', work.actor.organisationId)
    .executeTakeFirstOrThrow()
  return dayIn(timeZone, work.now)
}

/** The program itself at work for an organisation: a schedule or a command of the operator. */
export const programActor = (organisationId: string, origin: string): Actor => ({
  userId: null,
  personId: null,
  organisationId,
  roles: [],
  reportIds: [],
  origin,
})
