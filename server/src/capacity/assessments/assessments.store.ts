import { sql } from 'kysely'
import type { Work } from '#platform/database/work.ts'
import { ownRows } from '#platform/permissions/reach.ts'
import type { Rater } from './assessments.api.ts'
import { haveOrder } from './gaps.ts'
import type { Have } from './gaps.ts'

// Half-years -----------------------------------------------------------------

export interface HalfYearRow {
  id: string
  code: string
  startsOn: string
  /** The last day. */
  endsOn: string
}

export async function selectHalfYears(work: Work, halfYearId?: string): Promise<HalfYearRow[]> {
  const { rows } = await sql<HalfYearRow>`
    select id, code, lower(period) as starts_on, (upper(period) - 1) as ends_on from half_year
    where ${ownRows(work)} and ${halfYearId === undefined ? sql`true` : sql`id = ${halfYearId}`}
    order by lower(period) desc limit 100`.execute(work.db)
  return rows.reverse()
}

// The sheet --------------------------------------------------------------------

export interface SheetKey {
  personId: string
  halfYearId: string
  frameworkId: string
  roleId: string
}

export interface AssessmentRow {
  id: string
  rater: Rater
  status: 'draft' | 'submitted'
  submittedAt: Date | null
  version: number
}

const ofSheet = (work: Work, key: SheetKey) =>
  work.db
    .selectFrom('assessment')
    .select(['id', 'rater', 'status', 'submittedAt', 'version'])
    .where(ownRows(work))
    .where('personId', '=', key.personId)
    .where('halfYearId', '=', key.halfYearId)
    .where('frameworkId', '=', key.frameworkId)
    .where('roleId', '=', key.roleId)

export const selectAssessments = (work: Work, key: SheetKey): Promise<AssessmentRow[]> => ofSheet(work, key).execute()

/**
 * Makes others who change this sheet wait. What they wrote is seen by the next statement only, so rows are read anew
 * after this one.
 */
export async function lockAssessments(work: Work, key: SheetKey): Promise<void> {
  await ofSheet(work, key).orderBy('id').forUpdate().execute()
}

/** Undefined when somebody else made it first. */
export async function insertAssessment(
  work: Work,
  key: SheetKey,
  id: string,
  rater: Rater,
  createdBy: string,
): Promise<AssessmentRow | undefined> {
  return work.db
    .insertInto('assessment')
    .values({ id, organisationId: work.actor.organisationId, ...key, rater, status: 'draft', createdBy, createdAt: work.now })
    .onConflict(conflict => conflict.doNothing())
    .returning(['id', 'rater', 'status', 'submittedAt', 'version'])
    .executeTakeFirst()
}

/** False when the row no longer has `version`. */
export async function updateAssessment(
  work: Work,
  id: string,
  version: number,
  change: { status: 'draft' | 'submitted'; submittedAt: Date | null; version: number },
): Promise<boolean> {
  const { numUpdatedRows } = await work.db
    .updateTable('assessment')
    .set(change)
    .where('id', '=', id)
    .where(ownRows(work))
    .where('version', '=', version)
    .executeTakeFirst()
  return numUpdatedRows === 1n
}

// Ratings ------------------------------------------------------------------------

export interface RatingRow {
  id: string
  assessmentId: string
  elementId: string
  level: number
  reason: string
  ratedOn: string
}

export async function selectRatings(work: Work, assessmentIds: readonly string[]): Promise<RatingRow[]> {
  if (assessmentIds.length === 0) return []
  return work.db
    .selectFrom('rating')
    .select(['id', 'assessmentId', 'elementId', 'level', 'reason', 'ratedOn'])
    .where(ownRows(work))
    .where(sql<boolean>`assessment_id = any(${[...assessmentIds]}::uuid[])`)
    .execute()
}

export async function deleteRatings(work: Work, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return
  await work.db
    .deleteFrom('rating')
    .where(ownRows(work))
    .where(sql<boolean>`id = any(${[...ids]}::uuid[])`)
    .execute()
}

/** New lines are added; a line that was rated before keeps its id, which a contest may refer to. */
export async function upsertRatings(work: Work, ratings: readonly (RatingRow & { ratedBy: string })[]): Promise<void> {
  if (ratings.length === 0) return
  await work.db
    .insertInto('rating')
    .values(ratings.map(rating => ({ ...rating, organisationId: work.actor.organisationId })))
    .onConflict(conflict =>
      conflict.columns(['assessmentId', 'elementId']).doUpdateSet(({ ref }) => ({
        level: ref('excluded.level'),
        reason: ref('excluded.reason'),
        ratedOn: ref('excluded.ratedOn'),
        ratedBy: ref('excluded.ratedBy'),
      })),
    )
    .execute()
}

// Contests -----------------------------------------------------------------------

export interface ContestRow {
  id: string
  ratingId: string
  reason: string
  contestedAt: Date
  answer: string | null
  answeredAt: Date | null
  version: number
}

const contestColumns = ['id', 'ratingId', 'reason', 'contestedAt', 'answer', 'answeredAt', 'version'] as const

/** Of each rating the contest made last. */
export async function selectContests(work: Work, ratingIds: readonly string[]): Promise<ContestRow[]> {
  if (ratingIds.length === 0) return []
  return work.db
    .selectFrom('contest')
    .distinctOn('ratingId')
    .select(contestColumns)
    .where(ownRows(work))
    .where(sql<boolean>`rating_id = any(${[...ratingIds]}::uuid[])`)
    .orderBy('ratingId')
    .orderBy('contestedAt', 'desc')
    .orderBy('id', 'desc')
    .execute()
}

export interface RatingInSheet extends RatingRow {
  rater: Rater
  status: 'draft' | 'submitted'
  halfYearId: string
  frameworkId: string
  roleId: string
}

/** A rating of one person's, with the sheet that it stands on. */
export async function selectRatingOf(work: Work, personId: string, ratingId: string): Promise<RatingInSheet | undefined> {
  return work.db
    .selectFrom('rating as r')
    .innerJoin('assessment as a', 'a.id', 'r.assessmentId')
    .select(['r.id', 'r.assessmentId', 'r.elementId', 'r.level', 'r.reason', 'r.ratedOn'])
    .select(['a.rater', 'a.status', 'a.halfYearId', 'a.frameworkId', 'a.roleId'])
    .where(ownRows(work, 'r.organisationId'))
    .where('a.personId', '=', personId)
    .where('r.id', '=', ratingId)
    .executeTakeFirst()
}

/** False when the rating has an open contest. */
export async function insertContest(
  work: Work,
  contest: { id: string; ratingId: string; personId: string; reason: string },
): Promise<boolean> {
  const { numInsertedOrUpdatedRows } = await work.db
    .insertInto('contest')
    .values({ ...contest, organisationId: work.actor.organisationId, contestedAt: work.now })
    .onConflict(conflict => conflict.column('ratingId').where('answer', 'is', null).doNothing())
    .executeTakeFirst()
  return numInsertedOrUpdatedRows === 1n
}

export async function selectContestOf(work: Work, personId: string, contestId: string): Promise<ContestRow | undefined> {
  return work.db
    .selectFrom('contest')
    .select(contestColumns)
    .where(ownRows(work))
    .where('personId', '=', personId)
    .where('id', '=', contestId)
    .executeTakeFirst()
}

/** False when the contest no longer has `version` or is answered. */
export async function updateContestAnswer(work: Work, id: string, version: number, answer: string): Promise<boolean> {
  const { numUpdatedRows } = await work.db
    .updateTable('contest')
    .set({ answer, answeredAt: work.now, answeredBy: work.actor.userId, version: version + 1 })
    .where('id', '=', id)
    .where(ownRows(work))
    .where('version', '=', version)
    .where('answer', 'is', null)
    .executeTakeFirst()
  return numUpdatedRows === 1n
}

// What people have -----------------------------------------------------------------

/** Whose ratings are looked at, by how much of each person's sheets may be seen. */
export interface Sight {
  everything: readonly string[]
  /** Own side, and the other side of sheets whose own side is submitted. */
  asSelf: readonly string[]
  asSupervisor: readonly string[]
  /** Only what both sides may see. */
  common: readonly string[]
}

export interface HaveRow extends Have {
  personId: string
  elementId: string
}

/**
 * Of each person and element the rating that counts up to `halfYearId` (docs/decisions/0006): whose word counts first, of that rater the newest
 * that was submitted, whatever role it was made for: competence belongs to the person. Ratings that are hidden from the
 * viewer are passed over.
 */
export async function selectHave(work: Work, frameworkId: string, halfYearId: string, sight: Sight): Promise<HaveRow[]> {
  const people = [
    ...sight.everything.map(id => ({ id, sight: 'everything' })),
    ...sight.asSelf.map(id => ({ id, sight: 'self' })),
    ...sight.asSupervisor.map(id => ({ id, sight: 'supervisor' })),
    ...sight.common.map(id => ({ id, sight: 'common' })),
  ]
  if (people.length === 0) return []
  // What is submitted is complete, so of each role's sheets only one has to be opened: of whose word counts first the newest. The other
  // side is looked for last, and only where nothing else lets the viewer see the sheet. People are joined: of a long list in a
  // condition the database weighs each.
  const { rows } = await sql<HaveRow>`
    with opened as (
      select distinct on (a.person_id, a.role_id) a.id, a.person_id, a.rater, a.submitted_at, lower(h.period) as starts_on,
        array_position(${[...haveOrder]}::text[], a.rater) as place
      from unnest(${people.map(({ id }) => id)}::uuid[], ${people.map(one => one.sight)}::text[]) as asked (person_id, sight)
      join assessment a on a.person_id = asked.person_id join half_year h on h.id = a.half_year_id
      where ${ownRows(work, 'a.organisation_id')} and a.framework_id = ${frameworkId} and a.status = 'submitted'
        and lower(h.period) <= (select lower(period) from half_year where id = ${halfYearId})
        and (a.rater = 'agreed' or asked.sight = 'everything' or asked.sight = a.rater
          or (select true from assessment other where other.person_id = a.person_id and other.half_year_id = a.half_year_id
            and other.framework_id = a.framework_id and other.role_id = a.role_id and other.status = 'submitted'
            and other.rater = case a.rater when 'self' then 'supervisor' else 'self' end limit 1))
      order by a.person_id, a.role_id, place, lower(h.period) desc
    )
    select distinct on (opened.person_id, r.element_id) opened.person_id, r.element_id, opened.rater as "from", r.level
    from opened join rating r on r.assessment_id = opened.id
    where ${ownRows(work, 'r.organisation_id')}
    order by opened.person_id, r.element_id, opened.place, opened.starts_on desc, opened.submitted_at desc, opened.id desc`.execute(work.db)
  return rows
}

/** Whom assessments are about, by the assessment's id. */
export async function selectPersonsOfAssessments(work: Work, assessmentIds: readonly string[]): Promise<Map<string, string>> {
  const rows = await work.db
    .selectFrom('assessment')
    .select(['id', 'personId'])
    .where('id', '=', sql<string>`any(${[...assessmentIds]}::uuid[])`)
    .where(ownRows(work))
    .execute()
  return new Map(rows.map(row => [row.id, row.personId]))
}

/** Whose ratings are contested, by the contest's id. */
export async function selectPersonsOfContests(work: Work, contestIds: readonly string[]): Promise<Map<string, string>> {
  const rows = await work.db
    .selectFrom('contest')
    .select(['id', 'personId'])
    .where('id', '=', sql<string>`any(${[...contestIds]}::uuid[])`)
    .where(ownRows(work))
    .execute()
  return new Map(rows.map(row => [row.id, row.personId]))
}

/** Whose level is contested and in what, and where it is shown. */
export async function selectContestSubjects(work: Work, contestIds: readonly string[]) {
  const rows = await work.db
    .selectFrom('contest')
    .innerJoin('person', 'person.id', 'contest.personId')
    .innerJoin('rating', 'rating.id', 'contest.ratingId')
    .innerJoin('assessment', 'assessment.id', 'rating.assessmentId')
    .innerJoin('frameworkElement as element', 'element.id', 'rating.elementId')
    .select(['contest.id', 'person.id as personId', 'person.name as person', 'element.code as detail'])
    .select(['assessment.halfYearId', 'assessment.roleId', 'element.id as elementId'])
    .where('contest.id', '=', sql<string>`any(${[...contestIds]}::uuid[])`)
    .where(ownRows(work, 'contest.organisation_id'))
    .execute()
  return new Map(
    rows.map(({ id, personId, person, detail, halfYearId, roleId, elementId }) => {
      const search = new URLSearchParams({ halfYear: halfYearId, role: roleId, line: elementId })
      return [id, { personId, person, detail, path: `/people/${personId}/assessment?${search.toString()}` }]
    }),
  )
}
