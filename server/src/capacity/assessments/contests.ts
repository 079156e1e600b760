import { v7 as uuidv7 } from 'uuid'
import { getPersonSummary } from '#capacity/people/people.ts'
import type { Work } from '#platform/database/work.ts'
import { Problem, invalid, notFound } from '#platform/http/problem.ts'
import { writtenText } from '#platform/i18n/written-text.ts'
import { recordChange } from '#platform/ledger/ledger.ts'
import { assertReaches } from '#platform/permissions/reach.ts'
import type { Rating } from './assessments.api.ts'
import {
  insertContest,
  selectAssessments,
  selectContestOf,
  selectContests,
  selectRatingOf,
  updateContestAnswer,
} from './assessments.store.ts'
import { isSeenBy, presentRating } from './sheet.ts'

// A person may contest a line that the supervisor rated or that was agreed. The answer is a text; the rating itself
// is changed on the sheet, so that it stays one person's word with a date.

export async function contestRating(work: Work, personId: string, ratingId: string, input: { reason: string }): Promise<Rating> {
  await getPersonSummary(work, personId)
  assertReaches(work, 'assessment.contest', personId)
  const rating = await selectRatingOf(work, personId, ratingId)
  if (!rating) throw notFound('rating')
  const rows = await selectAssessments(work, { ...rating, personId })
  // What the person may not see yet does not exist for them.
  if (!isSeenBy('self', rating, rows)) throw notFound('rating')
  if (rating.rater === 'self' || rating.status !== 'submitted') throw new Problem(409, 'contest.not-contestable')
  const contest = { id: uuidv7(), ratingId, personId, reason: required('reason', input.reason) }
  if (!(await insertContest(work, contest))) throw new Problem(409, 'contest.open-already')
  await recordChange(work, {
    verb: 'rating.contested',
    recordType: 'contest',
    recordId: contest.id,
    after: { ratingId, elementId: rating.elementId, level: rating.level, rater: rating.rater, reason: contest.reason },
  })
  return getRating(work, personId, ratingId)
}

/** Answered by the supervisor or a capacity manager, and never by the person who contests. */
export async function answerContest(
  work: Work,
  personId: string,
  contestId: string,
  version: number,
  input: { answer: string },
): Promise<Rating> {
  await getPersonSummary(work, personId)
  assertReaches(work, 'assessment.answer-contest', personId)
  if (work.actor.personId === personId) throw new Problem(403, 'contest.own')
  const contest = await selectContestOf(work, personId, contestId)
  if (!contest) throw notFound('contest')
  const answer = required('answer', input.answer)
  if (!(await updateContestAnswer(work, contestId, version, answer))) {
    const current = await getRating(work, personId, contest.ratingId)
    throw contest.version === version ? new Problem(409, 'contest.answered') : new Problem(412, 'version.conflict', { current })
  }
  await recordChange(work, { verb: 'contest.answered', recordType: 'contest', recordId: contestId, after: { answer } })
  return getRating(work, personId, contest.ratingId)
}

function required(path: string, text: string): string {
  const written = writtenText(text)
  if (!written) throw invalid({ path, code: 'required' })
  return written
}

async function getRating(work: Work, personId: string, ratingId: string): Promise<Rating> {
  const rating = await selectRatingOf(work, personId, ratingId)
  if (!rating) throw notFound('rating')
  const [contest] = await selectContests(work, [ratingId])
  return presentRating(rating, contest)
}
