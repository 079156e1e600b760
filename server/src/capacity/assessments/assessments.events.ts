import type { RecordRules } from '#platform/events/changes.ts'
import { selectPersonsOfAssessments, selectPersonsOfContests } from './assessments.store.ts'

export const assessmentRecords = {
  assessment: { permission: 'assessment.read', personsOf: selectPersonsOfAssessments },
  contest: { permission: 'assessment.read', personsOf: selectPersonsOfContests },
} satisfies RecordRules
