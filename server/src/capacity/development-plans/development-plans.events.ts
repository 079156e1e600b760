import { getPersonSummary } from '#capacity/people/people.ts'
import type { RecordRules } from '#platform/events/changes.ts'
import type { NoticeRule } from '#platform/notifications/rules.ts'
import { selectAgreements, selectPersonsOfPlans, selectSubjects } from './development-plans.store.ts'

// Who hears of a plan: on screens that show it, and as notifications.

export const planRecords = { plan: { permission: 'plan.read', personsOf: selectPersonsOfPlans } } satisfies RecordRules

/** A plan belongs to two: the person, and whoever supervises the person when it is told. */
export const planNotices: NoticeRule = {
  verbs: ['plan.proposed', 'plan.changed', 'plan.renewed', 'plan.agreed-by-person', 'plan.agreed-by-supervisor', 'plan.agreed-on-paper'],
  permission: 'plan.read',
  describe: selectSubjects,
  tell: async (work, { verb, recordId, at }) => {
    const plan = await selectAgreements(work, recordId)
    if (!plan) return undefined
    const { supervisorId } = await getPersonSummary(work, plan.personId)
    const both = [plan.personId, supervisorId]
    if (verb === 'plan.proposed') return { kind: 'plan-proposed', personIds: both }
    if (verb === 'plan.changed' || verb === 'plan.renewed') return { kind: 'plan-changed', personIds: both }
    const { personAgreedAt, supervisorAgreedAt } = plan
    const last = Math.max(personAgreedAt?.getTime() ?? 0, supervisorAgreedAt?.getTime() ?? 0)
    // Changed since, or agreed by the other side too: the later line tells of it.
    if (last !== at.getTime()) return undefined
    if (personAgreedAt && supervisorAgreedAt) return { kind: 'plan-agreed', personIds: both }
    return { kind: 'plan-to-agree', personIds: [personAgreedAt ? supervisorId : plan.personId] }
  },
}
