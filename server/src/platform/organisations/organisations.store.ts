import { sql } from 'kysely'
import type { Db, Work } from '#platform/database/work.ts'
import type { Translated } from '#platform/i18n/translated.ts'
import type { HalfYearPeriod } from './half-years.ts'

export interface Organisation {
  name: Translated
  timeZone: string
  halfYearStartMonth: 1 | 4
  isDemo: boolean
}

/** The installation's authority; undefined before it is set up. `system` works for the system. */
export const findAuthority = (system: Db): Promise<{ id: string; isDemo: boolean } | undefined> =>
  system.selectFrom('organisation').select(['id', 'isDemo']).where('kind', '=', 'authority').executeTakeFirst()

/** Ids of all organisations, of which an installation has few. `system` works for the system. */
export async function selectOrganisationIds(system: Db): Promise<string[]> {
  const rows = await system.selectFrom('organisation').select('id').orderBy('id').limit(10_000).execute()
  return rows.map(row => row.id)
}

/** An organisation's time zone, for who is not signed in yet. `system` works for the system. */
export async function selectTimeZone(system: Db, organisationId: string): Promise<string> {
  const { timeZone } = await system.selectFrom('organisation').select('timeZone').where('id', '=', organisationId).executeTakeFirstOrThrow()
  return timeZone
}

/** The acting organisation. */
export async function selectOrganisation(work: Work): Promise<Organisation> {
  const { halfYearStartMonth, ...row } = await work.db
    .selectFrom('organisation')
    .select(['name', 'timeZone', 'halfYearStartMonth', 'isDemo'])
    .where('id', '=', work.actor.organisationId)
    .executeTakeFirstOrThrow()
  return { ...row, halfYearStartMonth: halfYearStartMonth as 1 | 4 }
}

export async function insertAuthority(work: Work, { name, ...authority }: Organisation): Promise<void> {
  await work.db
    .insertInto('organisation')
    .values({ id: work.actor.organisationId, kind: 'authority', name: JSON.stringify(name), createdAt: work.now, ...authority })
    .execute()
}

/** Adds half-years; those that are there stay as they are. */
export async function insertHalfYears(work: Work, periods: readonly (HalfYearPeriod & { id: string })[]): Promise<void> {
  await work.db
    .insertInto('halfYear')
    .values(
      periods.map(({ id, code, startsOn, endsBefore }) => ({
        id,
        organisationId: work.actor.organisationId,
        code,
        period: sql<string>`daterange(${startsOn}, ${endsBefore})`,
      })),
    )
    .onConflict(conflict => conflict.doNothing())
    .execute()
}
