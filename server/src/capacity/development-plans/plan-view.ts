import { getHalfYear, statementsBetween } from '#capacity/assessments/assessments.ts'
import { getRoleNeeds } from '#capacity/frameworks/frameworks.ts'
import { getPersonSummary } from '#capacity/people/people.ts'
import type { Work } from '#platform/database/work.ts'
import { Problem, notFound } from '#platform/http/problem.ts'
import { assertReaches, mayReach } from '#platform/permissions/reach.ts'
import type { Permission } from '#platform/permissions/permissions.ts'
import type { Plan } from './development-plans.api.ts'
import { selectActionsOf, selectGapsOf, selectPlan, withoutPlan } from './development-plans.store.ts'
import type { GapRow, PlanRecord } from './development-plans.store.ts'
import { codeOf } from './plan-content.ts'
import type { PlanContent } from './plan-content.ts'
import { selectSignatures } from './plan-versions.store.ts'
import type { SignatureRow } from './plan-versions.store.ts'

/** 404 for what this organisation does not have, 403 for what the permission does not reach, 409 to change a closed plan. */
export async function findPlan(work: Work, planId: string, permission: Permission): Promise<PlanRecord> {
  const record = await selectPlan(work, planId)
  if (!record) throw notFound('plan')
  assertReaches(work, permission, record.personId)
  // A closed plan is kept as it was: whatever is not reading is refused.
  if (permission !== 'plan.read' && record.closedOn !== null) throw new Problem(409, 'plan.closed')
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

export const statusOf = (agreedSides: number, closedOn: string | null): Plan['status'] =>
  closedOn === null ? (['proposed', 'half-agreed', 'agreed'] as const)[agreedSides]! : 'closed'

/** There must be something to agree to: an action, and a chosen gap unless nothing is missing for the role. */
export const isAgreeable = (gaps: readonly Pick<GapRow, 'isChosen'>[], actions: readonly unknown[]): boolean =>
  actions.length > 0 && (gaps.length === 0 || gaps.some(gap => gap.isChosen))

async function presentPlan(work: Work, record: PlanRecord): Promise<Plan> {
  const person = await getPersonSummary(work, record.personId)
  const [plan] = await presentPlans(work, [{ record, person }])
  return plan!
}

/** Whom and what a plan is about, as of today. */
export interface PlanOfPerson {
  record: PlanRecord
  person: PlanContent['person']
}

/** What the plans hold now, in as many queries as for one. */
export async function contentsOf(work: Work, plans: readonly PlanOfPerson[]): Promise<PlanContent[]> {
  const ids = plans.map(({ record }) => record.id)
  const gaps = Map.groupBy(await selectGapsOf(work, ids), gap => gap.planId)
  const actions = Map.groupBy(await selectActionsOf(work, ids), action => action.planId)
  return plans.map(({ record, person: { name, title, unitName, supervisorId, supervisorName } }) => ({
    person: { name, title, unitName, supervisorId, supervisorName },
    duties: record.duties,
    currentRoleId: record.currentRoleId,
    targetRoleId: record.targetRoleId,
    preferences: record.preferences,
    gaps: (gaps.get(record.id) ?? []).map(withoutPlan),
    actions: (actions.get(record.id) ?? []).map(withoutPlan),
  }))
}

/** Plans as they are now. */
export async function presentPlans(work: Work, plans: readonly PlanOfPerson[]): Promise<Plan[]> {
  const contents = await contentsOf(work, plans)
  return presentContents(
    work,
    plans.map(({ record }, index) => ({ record, number: record.contentVersion, sha256: record.sha256, content: contents[index]! })),
  )
}

/** One version of a plan: the present one, or one of before. */
export interface ContentOfPlan {
  record: PlanRecord
  number: number
  sha256: string
  content: PlanContent
}

export async function presentContents(work: Work, contents: readonly ContentOfPlan[]): Promise<Plan[]> {
  const roles = await getRoleNeeds(
    work,
    contents
      .flatMap(({ content }) => [content.targetRoleId, content.currentRoleId, content.preferences.wishedRoleId])
      .filter(id => id !== null),
  )
  const halfYearIds = [...new Set(contents.map(({ record }) => record.halfYearId))]
  const halfYears = new Map((await Promise.all(halfYearIds.map(id => getHalfYear(work, id)))).map(halfYear => [halfYear.id, halfYear]))
  const signatures = Map.groupBy(
    await selectSignatures(
      work,
      contents.map(({ record }) => record.id),
    ),
    signature => signature.planId,
  )
  return contents.map(({ record, number, sha256, content }): Plan => {
    const { personId } = record
    const { targetRoleId, currentRoleId } = content
    const { wishedRoleId, ...preferences } = content.preferences
    const target = roles.get(targetRoleId)
    if (!target) throw notFound('role')
    const needs = new Map(target.needs.map(need => [need.relationId, need]))
    const isLatest = number === record.contentVersion
    const { personSignature, supervisorSignature } = signaturesOf(signatures.get(record.id) ?? [], number)
    return {
      id: record.id,
      version: record.version,
      contentVersion: number,
      isLatest,
      code: codeOf(sha256),
      status: statusOf(Number(personSignature !== null) + Number(supervisorSignature !== null), isLatest ? record.closedOn : null),
      closedOn: record.closedOn,
      person: { id: personId, ...content.person },
      halfYear: halfYears.get(record.halfYearId)!,
      framework: { id: target.framework.id, levels: target.framework.levels },
      duties: content.duties,
      currentRole: (currentRoleId && roles.get(currentRoleId)?.role) || null,
      targetRole: target.role,
      preferences: { ...preferences, wishedRole: (wishedRoleId && roles.get(wishedRoleId)?.role) || null },
      gaps: content.gaps.map(({ id, isChosen, ...reason }) => {
        const need = needs.get(reason.relationId)
        // A framework never changes, so what a plan was made from is still there.
        if (!need) throw new Error(`plan ${record.id}: relation ${reason.relationId} is gone`)
        return { id, element: need.element, statements: statementsBetween(need, reason.have, reason.need), isChosen, reason }
      }),
      actions: content.actions,
      personSignature,
      supervisorSignature,
      may: isLatest && record.closedOn === null ? mayOf(work, personId, { content, personSignature, supervisorSignature }) : nothing,
    }
  })
}

const nothing: Plan['may'] = { write: false, agreeAsPerson: false, agreeAsSupervisor: false, attachPaper: false }

function mayOf(
  work: Work,
  personId: string,
  plan: Pick<Plan, 'personSignature' | 'supervisorSignature'> & { content: PlanContent },
): Plan['may'] {
  const { content, personSignature, supervisorSignature } = plan
  const { actor } = work
  const canAgree = isAgreeable(content.gaps, content.actions)
  return {
    write: mayReach(work, 'plan.write', personId),
    agreeAsPerson: canAgree && !personSignature && actor.personId === personId && mayReach(work, 'plan.agree-person', personId),
    agreeAsSupervisor: canAgree && !supervisorSignature && actor.personId !== personId && mayReach(work, 'plan.agree-supervisor', personId),
    attachPaper: canAgree && !(personSignature && supervisorSignature) && mayAttachPaper(work, personId, content.person.supervisorId),
  }
}

/** A third person attaches what two have signed: neither side makes the other's agreement. */
export const mayAttachPaper = (work: Work, personId: string, supervisorId: string | null): boolean =>
  mayReach(work, 'plan.attach-paper', personId) &&
  (work.actor.personId === null || ![personId, supervisorId].includes(work.actor.personId)) &&
  !work.actor.reportIds.includes(personId)

/** Both sides' agreements to one version. */
export function signaturesOf(rows: readonly SignatureRow[], version: number): Pick<Plan, 'personSignature' | 'supervisorSignature'> {
  const of = (side: SignatureRow['side']): Plan['personSignature'] => {
    const row = rows.find(one => one.version === version && one.side === side)
    return row
      ? { at: row.recordedAt.toISOString(), name: row.name, way: row.way, signedOn: row.signedOn, recordedBy: row.recordedByName }
      : null
  }
  return { personSignature: of('person'), supervisorSignature: of('supervisor') }
}
