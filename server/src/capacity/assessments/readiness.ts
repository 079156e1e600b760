import { sql } from 'kysely'
import type { Work } from '#platform/database/work.ts'
import { ownRows } from '#platform/permissions/reach.ts'
import { selectHave } from './assessments.store.ts'
import { haveByElement } from './gaps.ts'
import type { Have } from './gaps.ts'
import { listHalfYears } from './half-years.ts'
import { sightOf } from './list-gaps.ts'

// How far rated people are from roles: kept in `role_readiness` for what looks at everybody at once, and read from the
// ratings themselves for what names people (docs/decisions/0007).

/** Measures a person anew, whose submitted ratings have just changed. Two who change ratings of one person take turns. */
export async function measureReadiness(work: Work, personId: string): Promise<void> {
  const { organisationId } = work.actor
  await sql`select from person where ${ownRows(work)} and id = ${personId} for no key update`.execute(work.db)
  await sql`select measure_readiness(${organisationId}, array[${personId}::uuid])`.execute(work.db)
}

/** Of each person and element the rating that counts now, as far as the actor may see it. */
export async function listHave(work: Work, personIds: readonly string[], frameworkId: string): Promise<Map<string, Map<string, Have>>> {
  const newest = (await listHalfYears(work)).halfYears.at(-1)
  if (!newest || personIds.length === 0) return new Map()
  const rows = await selectHave(work, frameworkId, newest.id, sightOf(work, personIds))
  return new Map([...Map.groupBy(rows, row => row.personId)].map(([personId, ratings]) => [personId, haveByElement(ratings)]))
}
