import { getPersonSummary } from '#capacity/people/people.ts'
import type { RecordRules } from '#platform/events/changes.ts'
import type { NoticeRule } from '#platform/notifications/rules.ts'
import { selectContestSubjects, selectPersonsOfAssessments, selectPersonsOfContests } from './assessments.store.ts'

// Who hears of assessments: on screens that show them, and of a contested level as notifications.

export const assessmentRecords = {
  assessment: { permission: 'assessment.read', personsOf: selectPersonsOfAssessments },
  contest: { permission: 'assessment.read', personsOf: selectPersonsOfContests },
} satisfies RecordRules

export const contestNotices: NoticeRule = {
  verbs: ['rating.contested', 'contest.answered'],
  permission: 'assessment.read',
  describe: selectContestSubjects,
  tell: async (work, { verb, recordId }) => {
    const personId = (await selectPersonsOfContests(work, [recordId])).get(recordId)
    if (!personId) return undefined
    if (verb === 'contest.answered') return { kind: 'contest-answered', personIds: [personId] }
    return { kind: 'rating-contested', personIds: [(await getPersonSummary(work, personId)).supervisorId] }
  },
}
