import { z } from 'zod'
import { frameworkElement, frameworkLevel, importance } from '#capacity/frameworks/frameworks.api.ts'
import { endpoint } from '#platform/http/endpoint.ts'
import { uuid } from '#platform/http/uuid.ts'
import { translated } from '#platform/i18n/translated.ts'

// Assessments of a person for one role in one half-year: by the person, by the supervisor, and what both agree.

export const halfYear = z.strictObject({
  id: uuid,
  code: z.string(),
  startsOn: z.iso.date(),
  endsOn: z.iso.date(),
  isCurrent: z.boolean(),
})
export type HalfYear = z.infer<typeof halfYear>

export const listHalfYears = endpoint({
  name: 'listHalfYears',
  method: 'GET',
  path: '/half-years',
  summary: 'Half-years of this organisation, in order',
  needs: 'half-year.read',
  changes: [],
  reads: ['organisation'],
  returns: z.strictObject({ halfYears: z.array(halfYear).max(100) }),
})

export const rater = z.enum(['self', 'supervisor', 'agreed'])
export type Rater = z.infer<typeof rater>

export const rating = z.strictObject({
  id: uuid,
  elementId: uuid,
  level: z.int().min(0).max(9),
  reason: z.string(),
  ratedOn: z.iso.date(),
  contest: z
    .strictObject({
      id: uuid,
      version: z.int(),
      reason: z.string(),
      contestedAt: z.iso.datetime(),
      answer: z.string().nullable(),
      answeredAt: z.iso.datetime().nullable(),
    })
    .nullable(),
})
export type Rating = z.infer<typeof rating>

export const assessment = z.strictObject({
  id: uuid,
  version: z.int(),
  rater,
  status: z.enum(['draft', 'submitted']),
  submittedAt: z.iso.datetime().nullable(),
  ratings: z.array(rating),
})
export type Assessment = z.infer<typeof assessment>

/** One line of the assessment page: what the role needs, and what each side has said. */
export const assessmentItem = z.strictObject({
  relationId: uuid,
  element: frameworkElement,
  statements: z.array(frameworkElement),
  importance,
  need: z.int(),
})

/**
 * Everything the page needs for one person, role and half-year. Until the viewer's own side is submitted the other
 * side is null with `hidden` true: neither rates under the influence of the other. A capacity manager who is neither
 * sees both, drafts too. Null with `hidden` false: the other side has not submitted yet.
 */
export const assessmentSheet = z.strictObject({
  person: z.strictObject({ id: uuid, name: z.string(), supervisorId: uuid.nullable(), supervisorName: z.string().nullable() }),
  halfYear,
  framework: z.strictObject({ id: uuid, title: translated, levels: z.array(frameworkLevel) }),
  role: frameworkElement,
  items: z.array(assessmentItem),
  self: assessment.nullable(),
  supervisor: assessment.nullable(),
  agreed: assessment.nullable(),
  hidden: z.strictObject({ self: z.boolean(), supervisor: z.boolean() }),
  /** What the viewer may do now. */
  may: z.strictObject({
    writeSelf: z.boolean(),
    writeSupervisor: z.boolean(),
    agree: z.boolean(),
    contest: z.boolean(),
    answerContest: z.boolean(),
  }),
})
export type AssessmentSheet = z.infer<typeof assessmentSheet>

const sheetKey = z.strictObject({ halfYearId: uuid, roleId: uuid })

export const getAssessmentSheet = endpoint({
  name: 'getAssessmentSheet',
  method: 'GET',
  path: '/people/:personId/assessment',
  summary: 'Assessment sheet of a person for a role in a half-year',
  needs: 'assessment.read',
  changes: [],
  reads: ['assessment', 'contest', 'post'],
  query: sheetKey,
  returns: assessmentSheet,
})

export const ratingInput = z.strictObject({
  elementId: uuid,
  level: z.int().min(0).max(9),
  reason: z.string().trim().max(2000),
})
/** Sent whole: lines not in `ratings` are removed from a draft. Submitting needs every line of the role rated, each with a reason. */
const assessmentInput = sheetKey.extend({
  /** 0 when none was saved before, else the version that was read. */
  baseVersion: z.int().min(0),
  submit: z.boolean(),
  ratings: z.array(ratingInput).max(1000),
})

export const saveSelfAssessment = endpoint({
  name: 'saveSelfAssessment',
  method: 'PUT',
  path: '/people/:personId/assessment/self',
  summary: 'Saves or submits the self-assessment',
  needs: 'assessment.write-self',
  changes: ['assessment.saved', 'assessment.submitted'],
  body: assessmentInput,
  returns: assessmentSheet,
})
export const saveSupervisorAssessment = endpoint({
  name: 'saveSupervisorAssessment',
  method: 'PUT',
  path: '/people/:personId/assessment/supervisor',
  summary: "Saves or submits the supervisor's assessment",
  needs: 'assessment.write-supervisor',
  changes: ['assessment.saved', 'assessment.submitted'],
  body: assessmentInput,
  returns: assessmentSheet,
})
/** Set after talking: possible once both sides are submitted. */
export const saveAgreedAssessment = endpoint({
  name: 'saveAgreedAssessment',
  method: 'PUT',
  path: '/people/:personId/assessment/agreed',
  summary: 'Saves or submits the levels agreed after talking',
  needs: 'assessment.write-supervisor',
  changes: ['assessment.saved', 'assessment.submitted'],
  body: assessmentInput,
  returns: assessmentSheet,
})

/** A person contests a line that the supervisor rated or that was agreed. */
export const contestRating = endpoint({
  name: 'contestRating',
  method: 'POST',
  path: '/people/:personId/ratings/:ratingId/contests',
  summary: 'Contests a rating',
  needs: 'assessment.contest',
  changes: ['rating.contested'],
  body: z.strictObject({ reason: z.string().trim().min(1).max(2000) }),
  returns: rating,
})
export const answerContest = endpoint({
  name: 'answerContest',
  method: 'POST',
  path: '/people/:personId/contests/:contestId/answer',
  summary: 'Answers a contest; the rating itself is changed on the sheet',
  versioned: true,
  needs: 'assessment.answer-contest',
  changes: ['contest.answered'],
  body: z.strictObject({ answer: z.string().trim().min(1).max(2000) }),
  returns: rating,
})

// Gaps -----------------------------------------------------------------------

export const haveFrom = z.enum(['agreed', 'supervisor', 'self', 'none'])

/** Need less what the person has, for one line of a role. The statements are those still to be shown. */
export const gap = z.strictObject({
  relationId: uuid,
  element: frameworkElement,
  importance,
  have: z.int(),
  /** Whose rating `have` is: agreed before supervisor before self; `none` counts as 0. */
  haveFrom,
  need: z.int(),
  missing: z.int(),
  /** 1 is the most urgent: required before helpful, larger before smaller, then the framework's order. */
  priority: z.int(),
  statements: z.array(frameworkElement),
})
export type Gap = z.infer<typeof gap>

export const listPersonGaps = endpoint({
  name: 'listPersonGaps',
  method: 'GET',
  path: '/people/:personId/gaps',
  summary: 'Gaps of a person against a role, most urgent first',
  needs: 'gap.read',
  changes: [],
  reads: ['assessment', 'contest', 'post', 'plan'],
  query: sheetKey,
  returns: z.strictObject({
    person: z.strictObject({ id: uuid, name: z.string() }),
    role: frameworkElement,
    levels: z.array(frameworkLevel),
    gaps: z.array(gap),
    met: z.int(),
    total: z.int(),
  }),
})

/** Per element of the roles that the unit's people hold: how many are short, and by how much. */
export const unitGap = z.strictObject({
  element: frameworkElement,
  people: z.int(),
  short: z.int(),
  unrated: z.int(),
  missing: z.int(),
  who: z.array(z.strictObject({ personId: uuid, name: z.string(), have: z.int(), haveFrom, need: z.int(), importance })).max(500),
})
export const listUnitGaps = endpoint({
  name: 'listUnitGaps',
  method: 'GET',
  path: '/units/:unitId/gaps',
  summary: 'Gaps of a unit: what its people miss for the roles they hold',
  needs: 'gap.read',
  changes: [],
  reads: ['assessment', 'plan'],
  query: z.strictObject({ halfYearId: uuid, frameworkId: uuid }),
  returns: z.strictObject({
    unit: z.strictObject({ id: uuid, name: translated }),
    gaps: z.array(unitGap),
    /** People of the unit whose post names no role of this framework. */
    withoutRole: z.array(
      z.strictObject({ personId: uuid, name: z.string(), roleCode: z.string().nullable(), roleName: translated.nullable() }),
    ),
  }),
})
