import { getRoleNeeds } from '#capacity/frameworks/frameworks.ts'
import type { RoleNeeds } from '#capacity/frameworks/frameworks.ts'
import { getPersonSummary } from '#capacity/people/people.ts'
import type { PersonSummary } from '#capacity/people/people.ts'
import type { Work } from '#platform/database/work.ts'
import { notFound } from '#platform/http/problem.ts'
import { assertReaches, mayReach } from '#platform/permissions/reach.ts'
import type { Assessment, AssessmentSheet, HalfYear, Rating } from './assessments.api.ts'
import { selectAssessments, selectContests, selectRatings } from './assessments.store.ts'
import type { AssessmentRow, ContestRow, RatingRow, SheetKey } from './assessments.store.ts'
import { getHalfYear } from './half-years.ts'

// The sheet: a person, a role, a half-year, and who may see what on it. Two people rate, and neither sees the other's
// ratings before submitting the own ones. Whoever rates is blind, also a capacity manager who rates or is rated; a
// capacity manager who stands beside the two sees both.

/** As whom somebody looks at a person's sheet. */
export type Side = 'self' | 'supervisor' | 'beside'

export function sideOf(work: Work, personId: string): Side {
  if (work.actor.personId === personId) return 'self'
  return work.actor.reportIds.includes(personId) ? 'supervisor' : 'beside'
}

export interface Sheet {
  key: SheetKey
  person: PersonSummary
  halfYear: HalfYear
  role: RoleNeeds
}

/** Finds what the ids of a request name; 404 for what this organisation does not have. */
export async function findSheet(work: Work, personId: string, halfYearId: string, roleId: string): Promise<Sheet> {
  const person = await getPersonSummary(work, personId)
  const halfYear = await getHalfYear(work, halfYearId)
  const role = (await getRoleNeeds(work, [roleId])).get(roleId)
  if (!role) throw notFound('role')
  return { key: { personId, halfYearId, frameworkId: role.framework.id, roleId }, person, halfYear, role }
}

export async function getAssessmentSheet(
  work: Work,
  personId: string,
  key: { halfYearId: string; roleId: string },
): Promise<AssessmentSheet> {
  const sheet = await findSheet(work, personId, key.halfYearId, key.roleId)
  assertReaches(work, 'assessment.read', personId)
  return presentSheet(work, sheet)
}

export async function presentSheet(work: Work, { key, person, halfYear, role }: Sheet): Promise<AssessmentSheet> {
  const side = sideOf(work, key.personId)
  const rows = await selectAssessments(work, key)
  const seen = rows.filter(row => isSeenBy(side, row, rows))
  const ratings = await selectRatings(
    work,
    seen.map(row => row.id),
  )
  const contests = await selectContests(
    work,
    ratings.map(rating => rating.id),
  )
  const [self, supervisor, agreed] = (['self', 'supervisor', 'agreed'] as const).map(rater => {
    const row = seen.find(candidate => candidate.rater === rater)
    return row ? presentAssessment(row, ratings, contests, role) : null
  }) as [Assessment | null, Assessment | null, Assessment | null]
  const isClosed = rows.some(row => row.rater === 'agreed' && row.status === 'submitted')
  const bothSubmitted = isSubmitted(rows, 'self') && isSubmitted(rows, 'supervisor')
  const isOpenContest = contests.some(contest => contest.answeredAt === null)
  return {
    person: { id: person.id, name: person.name, supervisorId: person.supervisorId, supervisorName: person.supervisorName },
    halfYear,
    framework: { id: role.framework.id, title: role.framework.title, levels: role.framework.levels },
    role: role.role,
    items: role.needs.map(({ relationId, element, statements, importance, level }) => ({
      relationId,
      element,
      statements,
      importance,
      need: level,
    })),
    self,
    supervisor,
    agreed,
    hidden: {
      self: side === 'supervisor' && !isSubmitted(rows, 'supervisor'),
      supervisor: side === 'self' && !isSubmitted(rows, 'self'),
    },
    may: {
      writeSelf: side === 'self' && !isClosed && mayReach(work, 'assessment.write-self', person.id),
      writeSupervisor: side === 'supervisor' && !isClosed && mayReach(work, 'assessment.write-supervisor', person.id),
      agree: side === 'supervisor' && bothSubmitted && mayReach(work, 'assessment.write-supervisor', person.id),
      contest:
        side === 'self' && [supervisor, agreed].some(one => one?.status === 'submitted') && mayReach(work, 'assessment.contest', person.id),
      answerContest: side !== 'self' && isOpenContest && mayReach(work, 'assessment.answer-contest', person.id),
    },
  }
}

export const isSubmitted = (rows: readonly AssessmentRow[], rater: AssessmentRow['rater']): boolean =>
  rows.some(row => row.rater === rater && row.status === 'submitted')

/** A draft is its writer's own; the other side's submitted ratings are shown once the own ones are submitted. */
export function isSeenBy(side: Side, row: Pick<AssessmentRow, 'rater' | 'status'>, rows: readonly AssessmentRow[]): boolean {
  if (side === 'beside') return true
  if (row.rater === side) return true
  if (row.rater === 'agreed') return side === 'supervisor' || row.status === 'submitted'
  return row.status === 'submitted' && isSubmitted(rows, side)
}

function presentAssessment(
  row: AssessmentRow,
  ratings: readonly RatingRow[],
  contests: readonly ContestRow[],
  role: RoleNeeds,
): Assessment {
  const byElement = new Map(ratings.filter(rating => rating.assessmentId === row.id).map(rating => [rating.elementId, rating]))
  return {
    id: row.id,
    version: row.version,
    rater: row.rater,
    status: row.status,
    submittedAt: row.submittedAt?.toISOString() ?? null,
    ratings: role.needs.flatMap(need => {
      const rating = byElement.get(need.element.id)
      return rating
        ? [
            presentRating(
              rating,
              contests.find(contest => contest.ratingId === rating.id),
            ),
          ]
        : []
    }),
  }
}

export const presentRating = ({ id, elementId, level, reason, ratedOn }: RatingRow, contest: ContestRow | undefined): Rating => ({
  id,
  elementId,
  level,
  reason,
  ratedOn,
  contest: contest
    ? {
        id: contest.id,
        version: contest.version,
        reason: contest.reason,
        contestedAt: contest.contestedAt.toISOString(),
        answer: contest.answer,
        answeredAt: contest.answeredAt?.toISOString() ?? null,
      }
    : null,
})
