import { getHalfYear, statementsBetween } from '#capacity/assessments/assessments.ts'
import { getRoleNeeds } from '#capacity/frameworks/frameworks.ts'
import { getPersonSummary } from '#capacity/people/people.ts'
import type { Work } from '#platform/database/work.ts'
import { notFound } from '#platform/http/problem.ts'
import { assertReaches, mayReach } from '#platform/permissions/reach.ts'
import type { Permission } from '#platform/permissions/permissions.ts'
import type { Plan } from './development-plans.api.ts'
import { selectActions, selectGaps, selectPlan } from './development-plans.store.ts'
import type { ActionRow, GapRow, PlanRecord } from './development-plans.store.ts'

/** 404 for what this organisation does not have, 403 for what the permission does not reach. */
export async function findPlan(work: Work, planId: string, permission: Permission): Promise<PlanRecord> {
  const record = await selectPlan(work, planId)
  if (!record) throw notFound('plan')
  assertReaches(work, permission, record.personId)
  return record
}

export async function getPlan(work: Work, planId: string): Promise<Plan> {
  return presentPlan(work, await findPlan(work, planId, 'plan.read'))
}

/** The plan as it is after a change. */
export async function reloadPlan(work: Work, planId: string): Promise<Plan> {
  const record = await selectPlan(work, planId)
  if (!record) throw notFound('plan')
  return presentPlan(work, record)
}

export const statusOf = (agreedSides: number): Plan['status'] => (['proposed', 'half-agreed', 'agreed'] as const)[agreedSides]!

/** There must be something to agree to: an action, and a chosen gap unless nothing is missing for the role. */
export const isAgreeable = (gaps: readonly Pick<GapRow, 'isChosen'>[], actions: readonly ActionRow[]): boolean =>
  actions.length > 0 && (gaps.length === 0 || gaps.some(gap => gap.isChosen))

async function presentPlan(work: Work, record: PlanRecord): Promise<Plan> {
  const { personId } = record
  const person = await getPersonSummary(work, personId)
  const roles = await getRoleNeeds(work, [record.targetRoleId, ...(record.currentRoleId ? [record.currentRoleId] : [])])
  const target = roles.get(record.targetRoleId)
  if (!target) throw notFound('role')
  const needs = new Map(target.needs.map(need => [need.relationId, need]))
  const gaps = await selectGaps(work, record.id)
  const actions = await selectActions(work, record.id)
  const canAgree = isAgreeable(gaps, actions)
  const { actor } = work
  return {
    id: record.id,
    version: record.version,
    status: statusOf(Number(record.personAgreedAt !== null) + Number(record.supervisorAgreedAt !== null)),
    person: {
      id: person.id,
      name: person.name,
      title: person.title,
      unitName: person.unitName,
      supervisorId: person.supervisorId,
      supervisorName: person.supervisorName,
    },
    halfYear: await getHalfYear(work, record.halfYearId),
    framework: { id: target.framework.id, levels: target.framework.levels },
    duties: record.duties,
    currentRole: (record.currentRoleId && roles.get(record.currentRoleId)?.role) || null,
    targetRole: target.role,
    gaps: gaps.map(({ id, isChosen, ...reason }) => {
      const need = needs.get(reason.relationId)
      // A framework never changes, so what a plan was made from is still there.
      if (!need) throw new Error(`plan ${record.id}: relation ${reason.relationId} is gone`)
      return { id, element: need.element, statements: statementsBetween(need, reason.have, reason.need), isChosen, reason }
    }),
    actions,
    personSignature: record.personAgreedAt && { at: record.personAgreedAt.toISOString(), name: record.personSigner ?? person.name },
    supervisorSignature: record.supervisorAgreedAt && { at: record.supervisorAgreedAt.toISOString(), name: record.supervisorSigner ?? '' },
    may: {
      write: mayReach(work, 'plan.write', personId),
      agreeAsPerson: canAgree && !record.personAgreedAt && actor.personId === personId && mayReach(work, 'plan.agree-person', personId),
      agreeAsSupervisor:
        canAgree && !record.supervisorAgreedAt && actor.personId !== personId && mayReach(work, 'plan.agree-supervisor', personId),
    },
  }
}
