import { v7 as uuidv7 } from 'uuid'
import type { z } from 'zod'
import type { Work } from '#platform/database/work.ts'
import type { Arguments } from '#platform/http/endpoint.ts'
import { Problem, invalid } from '#platform/http/problem.ts'
import type { ProblemField } from '#platform/http/problem.ts'
import { writtenText } from '#platform/i18n/written-text.ts'
import { recordChange } from '#platform/ledger/ledger.ts'
import { getToday } from '#platform/organisations/organisations.ts'
import { assertReaches } from '#platform/permissions/reach.ts'
import type { AssessmentSheet, Rater, ratingInput, saveSelfAssessment as saving } from './assessments.api.ts'
import {
  deleteRatings,
  insertAssessment,
  lockAssessments,
  selectAssessments,
  selectRatings,
  updateAssessment,
  upsertRatings,
} from './assessments.store.ts'
import type { RatingRow } from './assessments.store.ts'
import { measureReadiness } from './readiness.ts'
import { findSheet, isSubmitted, presentSheet } from './sheet.ts'
import type { Sheet } from './sheet.ts'

// Rating a person: by the person, by the supervisor, and what both agree after talking. A draft is replaced whole.
// A submitted assessment stays complete; it may be corrected until the agreed levels are submitted, and each correction
// is a line of the ledger with the levels before and after. The agreed levels may be corrected later too, since
// an answered contest may end in another level.

// What other modules may read.
export { countOpenContests, countUnrated } from './open-ratings.store.ts'
export { rankGaps, statementsBetween } from './gaps.ts'
export { findCurrentHalfYear, getHalfYear } from './half-years.ts'
export { listGapsForPlan, listPersonGaps } from './list-gaps.ts'
export { listHave } from './readiness.ts'
export { countStandings, listStandings } from './standing.ts'
export type { Standing } from './standing.ts'

type AssessmentInput = Arguments<typeof saving>['body']
type RatingInput = z.output<typeof ratingInput>

/** A person rates nobody but themself. */
export async function saveSelfAssessment(work: Work, personId: string, input: AssessmentInput): Promise<AssessmentSheet> {
  const sheet = await findSheet(work, personId, input.halfYearId, input.roleId)
  assertReaches(work, 'assessment.write-self', personId)
  return save(work, sheet, 'self', input)
}

/** A supervisor rates the people who report to them today, and never themself. */
export async function saveSupervisorAssessment(work: Work, personId: string, input: AssessmentInput): Promise<AssessmentSheet> {
  const sheet = await findSheet(work, personId, input.halfYearId, input.roleId)
  assertSupervises(work, personId)
  return save(work, sheet, 'supervisor', input)
}

export async function saveAgreedAssessment(work: Work, personId: string, input: AssessmentInput): Promise<AssessmentSheet> {
  const sheet = await findSheet(work, personId, input.halfYearId, input.roleId)
  assertSupervises(work, personId)
  return save(work, sheet, 'agreed', input)
}

function assertSupervises(work: Work, personId: string): void {
  assertReaches(work, 'assessment.write-supervisor', personId)
  if (work.actor.personId === personId) throw new Problem(403, 'assessment.own-person')
}

async function save(work: Work, sheet: Sheet, rater: Rater, input: AssessmentInput): Promise<AssessmentSheet> {
  const { key } = sheet
  await lockAssessments(work, key)
  const rows = await selectAssessments(work, key)
  if (rater === 'agreed' && !(isSubmitted(rows, 'self') && isSubmitted(rows, 'supervisor')))
    throw new Problem(409, 'assessment.other-side-missing')
  if (rater !== 'agreed' && isSubmitted(rows, 'agreed')) throw new Problem(409, 'assessment.closed')

  const conflict = async (): Promise<Problem> => new Problem(412, 'version.conflict', { current: await presentSheet(work, sheet) })
  const existing = rows.find(row => row.rater === rater)
  if ((existing?.version ?? 0) !== input.baseVersion) throw await conflict()
  const wasSubmitted = existing?.status === 'submitted'
  const ratings = checkRatings(sheet, input.ratings, input.submit || wasSubmitted)

  const row = existing ?? (await insertAssessment(work, key, uuidv7(), rater, userOf(work)))
  if (!row) throw await conflict()
  const { before, after } = await replaceRatings(work, row.id, ratings)
  const submitsNow = input.submit && !wasSubmitted
  // Sending what is already there changes nothing, so nothing is recorded.
  if (existing && before.length === 0 && after.length === 0 && !submitsNow) return presentSheet(work, sheet)

  const status = input.submit || wasSubmitted ? 'submitted' : 'draft'
  const submittedAt = submitsNow ? work.now : row.submittedAt
  const version = existing ? row.version + 1 : 1
  if (!(await updateAssessment(work, row.id, row.version, { status, submittedAt, version }))) throw await conflict()
  if (status === 'submitted') await measureReadiness(work, key.personId)
  await recordChange(work, {
    verb: submitsNow ? 'assessment.submitted' : 'assessment.saved',
    recordType: 'assessment',
    recordId: row.id,
    before: { status: existing?.status ?? null, ratings: before },
    after: { ...(existing ? {} : { ...key, rater }), status, ratings: after },
  })
  return presentSheet(work, sheet)
}

/** Whoever rates has an account: a rating is somebody's word, never the program's. */
function userOf(work: Work): string {
  if (!work.actor.userId) throw new Error('assessment: the program cannot rate')
  return work.actor.userId
}

/** The ratings as they are kept; 422 when one is not of this role or scale, or when something is missing in what must be complete. */
function checkRatings({ role }: Sheet, ratings: readonly RatingInput[], mustBeComplete: boolean): RatingInput[] {
  const levels = new Set(role.framework.levels.map(({ level }) => level))
  const needed = new Set(role.needs.map(need => need.element.id))
  const rated = new Map<string, RatingInput>()
  const fields: ProblemField[] = []
  ratings.forEach((rating, index) => {
    if (!needed.has(rating.elementId) || rated.has(rating.elementId)) fields.push({ path: `ratings.${index}.elementId`, code: 'unknown' })
    if (!levels.has(rating.level)) fields.push({ path: `ratings.${index}.level`, code: 'unknown' })
    rated.set(rating.elementId, { ...rating, reason: writtenText(rating.reason) })
  })
  if (fields.length > 0) throw invalid(...fields)
  if (mustBeComplete) {
    // Named by element, since a missing line has no place in the list.
    for (const elementId of needed) {
      const rating = rated.get(elementId)
      if (!rating) fields.push({ path: `ratings.${elementId}.level`, code: 'required' })
      if (!rating?.reason) fields.push({ path: `ratings.${elementId}.reason`, code: 'required' })
    }
    if (fields.length > 0) throw new Problem(422, 'assessment.incomplete', { fields })
  }
  return [...rated.values()]
}

/** Writes the difference and returns it: lines as they were and as they are, of those that changed. */
async function replaceRatings(
  work: Work,
  assessmentId: string,
  ratings: readonly RatingInput[],
): Promise<{ before: RatingInput[]; after: RatingInput[] }> {
  const present = await selectRatings(work, [assessmentId])
  const wanted = new Set(ratings.map(rating => rating.elementId))
  const gone = present.filter(rating => !wanted.has(rating.elementId))
  const changes = ratings.flatMap(rating => {
    const old = present.find(candidate => candidate.elementId === rating.elementId)
    return old?.level === rating.level && old.reason === rating.reason ? [] : [{ rating, old }]
  })
  const ratedOn = await getToday(work)
  const ratedBy = userOf(work)
  await deleteRatings(
    work,
    gone.map(rating => rating.id),
  )
  await upsertRatings(
    work,
    changes.map(({ rating, old }) => ({ ...rating, id: old?.id ?? uuidv7(), assessmentId, ratedOn, ratedBy })),
  )
  const said = ({ elementId, level, reason }: RatingInput | RatingRow): RatingInput => ({ elementId, level, reason })
  return {
    before: [...gone, ...changes.flatMap(({ old }) => old ?? [])].map(said),
    after: changes.map(({ rating }) => said(rating)),
  }
}
