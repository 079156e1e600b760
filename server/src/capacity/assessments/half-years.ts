import type { Work } from '#platform/database/work.ts'
import { notFound } from '#platform/http/problem.ts'
import { getToday } from '#platform/organisations/organisations.ts'
import type { HalfYear } from './assessments.api.ts'
import { selectHalfYears } from './assessments.store.ts'
import type { HalfYearRow } from './assessments.store.ts'

const present = ({ id, code, startsOn, endsOn }: HalfYearRow, today: string): HalfYear => ({
  id,
  code,
  startsOn,
  endsOn,
  isCurrent: startsOn <= today && today <= endsOn,
})

/** The newest hundred, in order: fifty years. */
export async function listHalfYears(work: Work): Promise<{ halfYears: HalfYear[] }> {
  const today = await getToday(work)
  return { halfYears: (await selectHalfYears(work)).map(row => present(row, today)) }
}

/** 404 unless the half-year is of the acting organisation. */
export async function getHalfYear(work: Work, halfYearId: string): Promise<HalfYear> {
  const [row] = await selectHalfYears(work, halfYearId)
  if (!row) throw notFound('half-year')
  return present(row, await getToday(work))
}

/** The half-year that today lies in. */
export const findCurrentHalfYear = async (work: Work): Promise<HalfYear | undefined> =>
  (await listHalfYears(work)).halfYears.find(halfYear => halfYear.isCurrent)
