import { sql } from 'kysely'
import { v7 as uuidv7 } from 'uuid'
import type { Db, Work } from '#platform/database/work.ts'
import type { Translated } from '#platform/i18n/translated.ts'
import { ownRows } from '#platform/permissions/reach.ts'
import type { HalfYearPeriod } from './half-years.ts'
import { maxStates } from './organisations.api.ts'
import type { OrganisationState } from './organisations.api.ts'

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

const columns = sql`state.id, state.name, state.parent, state.kind, state.change, state.predecessor, state.basis,
  lower(state.valid) as starts_on, upper(state.valid) as ends_before`

/** The acting organisation as it was on a day; before the first day that is recorded, as it was first. */
export async function selectOrganisation(work: Work, day: string): Promise<Organisation> {
  const { rows } = await sql<Organisation>`
    select state.name, organisation.time_zone, organisation.half_year_start_month, organisation.is_demo
    from organisation join organisation_state as state on state.organisation_id = organisation.id
    where organisation.id = ${work.actor.organisationId}
    order by state.valid @> ${day}::date desc, lower(state.valid) nulls first limit 1`.execute(work.db)
  return rows[0]!
}

export async function selectCalendar(work: Work): Promise<Pick<Organisation, 'timeZone' | 'halfYearStartMonth'>> {
  const { timeZone, halfYearStartMonth } = await work.db
    .selectFrom('organisation')
    .select(['timeZone', 'halfYearStartMonth'])
    .where('id', '=', work.actor.organisationId)
    .executeTakeFirstOrThrow()
  return { timeZone, halfYearStartMonth: halfYearStartMonth as 1 | 4 }
}

export async function insertAuthority(work: Work, { name, ...authority }: Organisation): Promise<void> {
  const { organisationId } = work.actor
  await work.db
    .insertInto('organisation')
    .values({ id: organisationId, kind: 'authority', createdAt: work.now, ...authority })
    .execute()
  await insertState(work, {
    id: uuidv7(),
    name,
    parent: null,
    kind: null,
    change: 'founded',
    predecessor: null,
    basis: '',
    startsOn: null,
    endsBefore: null,
  })
}

// Over time ------------------------------------------------------------------

/** Every state, the first first, held until the work ends: of two who change the organisation the second waits. */
export async function holdStates(work: Work): Promise<{ version: number; states: OrganisationState[] }> {
  const { version } = await work.db
    .selectFrom('organisation')
    .select('version')
    .where('id', '=', work.actor.organisationId)
    .forUpdate()
    .executeTakeFirstOrThrow()
  return { version, states: await selectStates(work) }
}

export async function selectVersion(work: Work): Promise<number> {
  const { version } = await work.db
    .selectFrom('organisation')
    .select('version')
    .where('id', '=', work.actor.organisationId)
    .executeTakeFirstOrThrow()
  return version
}

export async function selectStates(work: Work): Promise<OrganisationState[]> {
  const { rows } = await sql<OrganisationState>`
    select ${columns} from organisation_state as state where ${ownRows(work)} order by lower(state.valid) nulls first limit ${maxStates}`.execute(
    work.db,
  )
  return rows
}

const valuesOf = ({ name, parent, kind, change, predecessor, basis, startsOn, endsBefore }: OrganisationState) => ({
  name: JSON.stringify(name),
  parent: parent && JSON.stringify(parent),
  kind,
  change,
  predecessor: predecessor && JSON.stringify(predecessor),
  basis,
  valid: sql<string>`daterange(${startsOn}::date, ${endsBefore}::date)`,
})

export async function insertState(work: Work, state: OrganisationState): Promise<void> {
  await work.db
    .insertInto('organisationState')
    .values({ id: state.id, organisationId: work.actor.organisationId, ...valuesOf(state) })
    .execute()
}

export async function updateState(work: Work, state: OrganisationState): Promise<void> {
  await work.db.updateTable('organisationState').set(valuesOf(state)).where('id', '=', state.id).where(ownRows(work)).execute()
}

export async function deleteState(work: Work, id: string): Promise<void> {
  await work.db.deleteFrom('organisationState').where('id', '=', id).where(ownRows(work)).execute()
}

export async function bumpVersion(work: Work): Promise<void> {
  await work.db
    .updateTable('organisation')
    .set({ version: sql<number>`version + 1` })
    .where('id', '=', work.actor.organisationId)
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
