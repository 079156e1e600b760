import type { Db, Work } from '#platform/database/work.ts'
import { notFound } from '#platform/http/problem.ts'
import { getToday } from '#platform/organisations/organisations.ts'
import { existsUnit, selectReportIds, selectSummaries } from './people.store.ts'
import type { PersonSummary } from './people.store.ts'

export type { PersonSummary }

// Read functions for other modules ---------------------------------------------

/** 404 unless the person is of the acting organisation. Whether the actor may see the person is the caller's question. */
export async function getPersonSummary(work: Work, personId: string): Promise<PersonSummary> {
  const [found] = await selectSummaries(work, await getToday(work), { personId })
  if (!found) throw notFound('person')
  return found
}

/** People who hold a post in the unit today, in sorting order. 404 unless the unit is of the acting organisation. */
export async function listPeopleOfUnit(work: Work, unitId: string): Promise<PersonSummary[]> {
  if (!(await existsUnit(work, unitId))) throw notFound('unit')
  return selectSummaries(work, await getToday(work), { heldInUnitId: unitId })
}

/** People whose supervisor `personId` is on `today`. For the session, which works before anybody acts. */
export const listReportIds = (db: Db, organisationId: string, personId: string, today: string): Promise<string[]> =>
  selectReportIds(db, organisationId, personId, today)
