import type { Mount } from '#platform/http/mount.ts'
import * as api from './assessments.api.ts'
import { saveAgreedAssessment, saveSelfAssessment, saveSupervisorAssessment } from './assessments.ts'
import { answerContest, contestRating } from './contests.ts'
import { listHalfYears } from './half-years.ts'
import { listPersonGaps, listUnitGaps } from './list-gaps.ts'
import { getAssessmentSheet } from './sheet.ts'

export function mountAssessments(mount: Mount): void {
  mount(api.listHalfYears, work => listHalfYears(work))
  mount(api.getAssessmentSheet, (work, { params, query }) => getAssessmentSheet(work, params.personId, query))
  mount(api.saveSelfAssessment, (work, { params, body }) => saveSelfAssessment(work, params.personId, body))
  mount(api.saveSupervisorAssessment, (work, { params, body }) => saveSupervisorAssessment(work, params.personId, body))
  mount(api.saveAgreedAssessment, (work, { params, body }) => saveAgreedAssessment(work, params.personId, body))
  mount(api.contestRating, (work, { params, body }) => contestRating(work, params.personId, params.ratingId, body))
  mount(api.answerContest, (work, { params, body, ifMatch }) => answerContest(work, params.personId, params.contestId, ifMatch, body))
  mount(api.listPersonGaps, (work, { params, query }) => listPersonGaps(work, params.personId, query))
  mount(api.listUnitGaps, (work, { params, query }) => listUnitGaps(work, params.unitId, query))
}
