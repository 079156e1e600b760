import { sql } from 'kysely'
import type { Db, Work } from '#platform/database/work.ts'
import type { Translated } from '#platform/i18n/translated.ts'
import { ownRows } from '#platform/permissions/reach.ts'

/** The narrow view of a person that other modules get. */
export interface PersonSummary {
  id: string
  name: string
  staffCode: string | null
  title: string | null
  unitId: string | null
  unitName: Translated | null
  roleCode: string | null
  supervisorId: string | null
  supervisorName: string | null
}

/** The post held on `today`, else the next to begin. A person has at most one post a day, so one row is found. */
const presentPost = (today: string) => sql<{ id: string }>`
  left join lateral (
    select * from post where post.person_id = person.id and (upper_inf(post.valid) or upper(post.valid) > ${today}::date)
    order by lower(post.valid) limit 1
  ) as held on true`

export async function selectSummaries(work: Work, today: string, only: { personId: string } | { heldInUnitId: string }): Promise<PersonSummary[]> {
  const { rows } = await sql<PersonSummary>`
    select person.id, person.name, person.staff_code, held.title, held.unit_id, unit.name as unit_name, held.role_code,
      held.supervisor_id, supervisor.name as supervisor_name
    from person ${presentPost(today)}
    left join unit on unit.id = held.unit_id
    left join person as supervisor on supervisor.id = held.supervisor_id
    where ${ownRows(work, 'person.organisation_id')} and ${
      'personId' in only
        ? sql`person.id = ${only.personId}`
        : sql`person.id in (select person_id from post where unit_id = ${only.heldInUnitId} and valid @> ${today}::date)`
    }
    order by person.sort_key collate "C", person.id`.execute(work.db)
  return rows
}

export async function selectReportIds(db: Db, organisationId: string, personId: string, today: string): Promise<string[]> {
  const rows = await db
    .selectFrom('post')
    .select('personId')
    .where('organisationId', '=', organisationId)
    .where('supervisorId', '=', personId)
    .where(sql<boolean>`valid @> ${today}::date`)
    .execute()
  return rows.map(row => row.personId)
}

export async function existsUnit(work: Work, unitId: string): Promise<boolean> {
  const row = await work.db.selectFrom('unit').select('id').where('id', '=', unitId).where(ownRows(work)).executeTakeFirst()
  return row !== undefined
}
