import { sql } from 'kysely'
import type { Work } from '#platform/database/work.ts'
import { ownRows } from '#platform/permissions/reach.ts'
import type { Departure } from './departures.api.ts'

export interface DepartureRow {
  id: string
  version: number
  personId: string
  kind: Departure['kind']
  happensOn: string
  cause: Departure['cause']
  note: string
  supervisorId: string | null
  others: { personId: string; supervisorId: string | null }[]
  status: Departure['status']
  hindrance: string | null
  recordedAt: Date
}

const columns = sql`id, version, person_id, kind, happens_on, cause, note, supervisor_id, others, status, hindrance, recorded_at`

/** Of a person, the latest day first. */
export async function selectDepartures(work: Work, personId: string): Promise<DepartureRow[]> {
  const { rows } = await sql<DepartureRow>`
    select ${columns} from departure where ${ownRows(work)} and person_id = ${personId} order by happens_on desc, id desc limit 100`.execute(
    work.db,
  )
  return rows
}

/** Held until the work ends. */
export async function holdDeparture(work: Work, id: string): Promise<DepartureRow | undefined> {
  const { rows } = await sql<DepartureRow>`select ${columns} from departure where ${ownRows(work)} and id = ${id} for update`.execute(
    work.db,
  )
  return rows[0]
}

/** The first that is planned for `today` or earlier and was not tried today. */
export async function holdDue(work: Work, today: string): Promise<DepartureRow | undefined> {
  const { rows } = await sql<DepartureRow>`
    select ${columns} from departure
    where ${ownRows(work)} and status = 'planned' and happens_on <= ${today}::date and tried_on is distinct from ${today}::date
    order by happens_on, id limit 1 for update`.execute(work.db)
  return rows[0]
}

export const hasPlanned = async (work: Work, personId: string): Promise<boolean> =>
  (await work.db
    .selectFrom('departure')
    .select('id')
    .where(ownRows(work))
    .where('personId', '=', personId)
    .where('status', '=', 'planned')
    .executeTakeFirst()) !== undefined

export async function insertDeparture(
  work: Work,
  { others, ...departure }: Omit<DepartureRow, 'version' | 'hindrance' | 'recordedAt'>,
  recordedBy: string,
): Promise<void> {
  await work.db
    .insertInto('departure')
    .values({
      ...departure,
      others: JSON.stringify(others),
      organisationId: work.actor.organisationId,
      hindrance: null,
      triedOn: null,
      recordedBy,
      recordedAt: work.now,
      endedAt: departure.status === 'planned' ? null : work.now,
    })
    .execute()
}

export async function updateDeparture(
  work: Work,
  id: string,
  change: { status: 'done' | 'withdrawn'; hindrance: null } | { hindrance: string; triedOn: string },
): Promise<void> {
  await work.db
    .updateTable('departure')
    .set({ ...change, ...('status' in change && { endedAt: work.now }), version: sql<number>`version + 1` })
    .where('id', '=', id)
    .where(ownRows(work))
    .execute()
}

/** Names as of today. */
export async function selectNames(work: Work, personIds: readonly string[]): Promise<Map<string, string>> {
  const rows = await work.db
    .selectFrom('person')
    .select(['id', 'name'])
    .where(ownRows(work))
    .where(sql<boolean>`id = any(${[...personIds]}::uuid[])`)
    .execute()
  return new Map(rows.map(({ id, name }) => [id, name]))
}

/** Who leaves or hands over, by the departure's id. */
export async function selectPersonsOfDepartures(work: Work, departureIds: readonly string[]): Promise<Map<string, string>> {
  const { rows } = await sql<{ id: string; personId: string }>`
    select id, person_id from departure where ${ownRows(work)} and id = any(${[...departureIds]}::uuid[])`.execute(work.db)
  return new Map(rows.map(({ id, personId }) => [id, personId]))
}
