import { sql } from 'kysely'
import type { Work } from '#platform/database/work.ts'
import type { Translated } from '#platform/i18n/translated.ts'
import { ownRows } from '#platform/permissions/reach.ts'
import type { Unit } from './people.api.ts'

/** A unit as it is written; the people in it are counted when it is read. */
export interface UnitContent {
  code: string
  name: Translated
  parentId: string | null
}

export async function selectUnits(work: Work, today: string, limit: number): Promise<Unit[]> {
  const { rows } = await sql<Unit>`
    select unit.id, unit.version, unit.code, unit.name, unit.parent_id, coalesce(held.people, 0)::integer as people
    from unit left join (
      select unit_id, count(*) as people from post where ${ownRows(work, 'post.organisation_id')} and valid @> ${today}::date group by unit_id
    ) as held on held.unit_id = unit.id
    where ${ownRows(work, 'unit.organisation_id')} and unit.valid @> ${today}::date
    order by unit.code collate "C" limit ${limit}`.execute(work.db)
  return rows
}

export async function existsUnit(work: Work, unitId: string): Promise<boolean> {
  const row = await work.db.selectFrom('unit').select('id').where('id', '=', unitId).where(ownRows(work)).executeTakeFirst()
  return row !== undefined
}

export async function countUnits(work: Work): Promise<number> {
  const row = await work.db
    .selectFrom('unit')
    .select(work.db.fn.countAll<number>().as('total'))
    .where(ownRows(work))
    .executeTakeFirstOrThrow()
  return row.total
}

export async function findUnitIdByCode(work: Work, code: string): Promise<string | undefined> {
  const row = await work.db.selectFrom('unit').select('id').where('code', '=', code).where(ownRows(work)).executeTakeFirst()
  return row?.id
}

export async function insertUnit(work: Work, id: string, unit: UnitContent, from: string): Promise<void> {
  await work.db
    .insertInto('unit')
    .values({
      id,
      organisationId: work.actor.organisationId,
      code: unit.code,
      name: JSON.stringify(unit.name),
      parentId: unit.parentId,
      valid: sql<string>`daterange(${from}::date, null)`,
    })
    .execute()
}

/** False when the unit no longer has `version`. */
export async function updateUnit(work: Work, id: string, version: number, unit: UnitContent): Promise<boolean> {
  const updated = await work.db
    .updateTable('unit')
    .set({ code: unit.code, name: JSON.stringify(unit.name), parentId: unit.parentId, version: version + 1 })
    .where('id', '=', id)
    .where('version', '=', version)
    .where(ownRows(work))
    .executeTakeFirst()
  return updated.numUpdatedRows === 1n
}
