import { v7 as uuidv7 } from 'uuid'
import type { Gap } from '#capacity/assessments/assessments.api.ts'
import { listGapsForPlan } from '#capacity/assessments/assessments.ts'
import { getRoleNeeds } from '#capacity/frameworks/frameworks.ts'
import { listUnits, selectNames } from '#capacity/people/people.ts'
import type { FrameworkElement } from '#capacity/frameworks/frameworks.api.ts'
import type { Work } from '#platform/database/work.ts'
import type { Arguments } from '#platform/http/endpoint.ts'
import { Problem, notFound } from '#platform/http/problem.ts'
import { textsIn } from '#platform/i18n/server-texts.ts'
import { textIn } from '#platform/i18n/languages.ts'
import type { Language } from '#platform/i18n/languages.ts'
import { writtenText } from '#platform/i18n/written-text.ts'
import { canonicalText, recordChange } from '#platform/ledger/ledger.ts'
import { getToday } from '#platform/organisations/organisations.ts'
import { assertReaches, mayReach } from '#platform/permissions/reach.ts'
import { checkChange, preferencesOf } from './check-change.ts'
import type { CheckedChange, Known } from './check-change.ts'
import type { Plan, changePlan as changing, proposePlan as proposing } from './development-plans.api.ts'
import {
  deleteGapsExcept,
  insertPlan,
  replaceActions,
  selectActions,
  selectGaps,
  selectLastPreferences,
  updateAgreement,
  updateChosen,
  updateContent,
  upsertGaps,
} from './development-plans.store.ts'
import type { GapRow } from './development-plans.store.ts'
import { noPreferences, withoutDetails } from './plan-content.api.ts'
import type { PlanAction, Preferences } from './plan-content.api.ts'
import { keepVersion } from './plan-versions.ts'
import { insertSignatures } from './plan-versions.store.ts'
import { findPlan, isAgreeable, reloadPlan } from './plan-view.ts'
import { chooseGaps, proposeActions, renew } from './proposal.ts'
import type { ProposedAction } from './proposal.ts'

// What other modules may read and do.
export { closePlans, countPlansAwaitingSupervisor, listOpenPlans } from './close-plans.ts'
export { countPlanStates, listNextActions, listPlansOfPeople } from './plans-at-work.ts'

// One plan per person per half-year: proposed from the gaps, changed by people, agreed by person and supervisor.
// An agreement is to exactly what was read; every change of content voids both.

export async function previewPlan(
  work: Work,
  personId: string,
  { halfYearId, targetRoleId }: { halfYearId: string; targetRoleId: string },
): Promise<{ gaps: Gap[]; chosen: string[] }> {
  const { gaps } = await listGapsForPlan(work, personId, { halfYearId, roleId: targetRoleId })
  assertReaches(work, 'plan.read', personId)
  return { gaps, chosen: chooseGaps(gaps).map(gap => gap.relationId) }
}

export async function proposePlan(work: Work, personId: string, input: Arguments<typeof proposing>['body']): Promise<Plan> {
  const { gaps, key, halfYear } = await listGapsForPlan(work, personId, { halfYearId: input.halfYearId, roleId: input.targetRoleId })
  assertReaches(work, 'plan.write', personId)
  const { currentRoleId } = input
  if (currentRoleId && !(await getRoleNeeds(work, [currentRoleId])).has(currentRoleId)) throw notFound('role')

  const plan = {
    id: uuidv7(),
    personId,
    halfYearId: halfYear.id,
    frameworkId: key.frameworkId,
    duties: writtenText(input.duties),
    currentRoleId,
    targetRoleId: input.targetRoleId,
    createdBy: userOf(work),
  }
  const preferences = carryPreferences(await selectLastPreferences(work, personId, halfYear.startsOn), halfYear.startsOn)
  const chosen = chooseGaps(gaps)
  const rows = gaps.map(gap => gapRow(gap, uuidv7(), chosen.includes(gap)))
  const gapIds = new Map(rows.map(row => [row.elementId, row.id]))
  const actions = proposeActions(chosen, halfYear, await getToday(work)).map(action => actionRow(action, gapIds, input.language))
  if (!(await insertPlan(work, { ...plan, preferences: JSON.stringify(preferences) }))) throw new Problem(409, 'plan.exists')
  await upsertGaps(work, plan.id, rows)
  await replaceActions(work, plan.id, actions)
  await keepVersion(
    work,
    { ...plan, preferences, version: 1, contentVersion: 1, personAgreedAt: null, supervisorAgreedAt: null, closedOn: null },
    'proposed',
  )
  await recordChange(work, {
    verb: 'plan.proposed',
    recordType: 'plan',
    recordId: plan.id,
    after: { ...plan, preferences, gaps: rows, actions },
  })
  return reloadPlan(work, plan.id)
}

/** What the person wished for last still holds; days of availability that are over by then do not. */
function carryPreferences(last: Preferences | undefined, startsOn: string): Preferences {
  if (!last) return noPreferences
  const isOver = last.availableTo !== null && last.availableTo < startsOn
  const hasBegun = last.availableFrom !== null && last.availableFrom < startsOn
  return { ...last, availableFrom: isOver || hasBegun ? null : last.availableFrom, availableTo: isOver ? null : last.availableTo }
}

export async function changePlan(work: Work, planId: string, version: number, input: Arguments<typeof changing>['body']): Promise<Plan> {
  const record = await findPlan(work, planId, 'plan.write')
  if (record.version !== version) throw await conflict(work, planId)
  const present = await reloadPlan(work, planId)
  const content = checkChange(present, input, await findKnown(work, present, input))
  const before = {
    duties: record.duties,
    preferences: preferencesOf(present),
    chosenGapIds: present.gaps.filter(gap => gap.isChosen).map(gap => gap.id),
    actions: present.actions,
  }
  const changed = differences(before, content)
  // Sending what is already there changes nothing, and voids nobody's agreement.
  if (!changed) return present
  if (!(await updateContent(work, planId, version, content))) throw await conflict(work, planId)
  if (changed.after.chosenGapIds) await updateChosen(work, planId, content.chosenGapIds)
  if (changed.after.actions) await replaceActions(work, planId, content.actions)
  await keepVersion(work, { ...record, ...content, contentVersion: record.contentVersion + 1 }, 'changed')
  await recordChange(work, { verb: 'plan.changed', recordType: 'plan', recordId: planId, ...changed })
  return reloadPlan(work, planId)
}

/** Measures the gaps again. Actions of a gap that is closed go with it; actions that belong to no gap stay. */
export async function renewPlan(work: Work, planId: string, version: number, input: { language: Language }): Promise<Plan> {
  const record = await findPlan(work, planId, 'plan.write')
  if (record.version !== version) throw await conflict(work, planId)
  const { gaps, halfYear } = await listGapsForPlan(work, record.personId, { halfYearId: record.halfYearId, roleId: record.targetRoleId })
  const oldGaps = await selectGaps(work, planId)
  const oldActions = await selectActions(work, planId)

  const oldIds = new Map(oldGaps.map(gap => [gap.elementId, gap.id]))
  const gapIds = new Map(gaps.map(({ element: { id } }) => [id, oldIds.get(id) ?? uuidv7()]))
  const openIds = new Set(gapIds.values())
  const kept = oldActions.filter(action => action.gapId === null || openIds.has(action.gapId))
  const { chosen, lacking } = renew(gaps, {
    chosen: new Set(oldGaps.filter(gap => gap.isChosen).map(gap => gap.elementId)),
    withAction: new Set(oldGaps.filter(gap => kept.some(action => action.gapId === gap.id)).map(gap => gap.elementId)),
  })
  const rows = gaps.map(gap => gapRow(gap, gapIds.get(gap.element.id)!, chosen.includes(gap)))
  const added = proposeActions(lacking, halfYear, await getToday(work)).map(action => actionRow(action, gapIds, input.language))
  const actions = [...kept, ...added]

  if (!(await updateContent(work, planId, version, record))) throw await conflict(work, planId)
  await replaceActions(work, planId, [])
  await deleteGapsExcept(work, planId, [...openIds])
  await upsertGaps(work, planId, rows)
  await replaceActions(work, planId, actions)
  await keepVersion(work, { ...record, contentVersion: record.contentVersion + 1 }, 'renewed')
  await recordChange(work, {
    verb: 'plan.renewed',
    recordType: 'plan',
    recordId: planId,
    before: { gaps: oldGaps, actions: oldActions },
    after: { gaps: rows, actions },
  })
  return reloadPlan(work, planId)
}

export async function agreePlanAsPerson(work: Work, planId: string, version: number): Promise<Plan> {
  const record = await findPlan(work, planId, 'plan.agree-person')
  if (work.actor.personId !== record.personId)
    throw new Problem(403, 'permission.outside-reach', { params: { permission: 'plan.agree-person' } })
  return agree(work, planId, version, 'person')
}

/** Whoever supervises the person today agrees, and never the person in both places. */
export async function agreePlanAsSupervisor(work: Work, planId: string, version: number): Promise<Plan> {
  const record = await findPlan(work, planId, 'plan.agree-supervisor')
  if (work.actor.personId === record.personId)
    throw new Problem(403, 'permission.outside-reach', { params: { permission: 'plan.agree-supervisor' } })
  return agree(work, planId, version, 'supervisor')
}

async function agree(work: Work, planId: string, version: number, side: 'person' | 'supervisor'): Promise<Plan> {
  userOf(work)
  const plan = await reloadPlan(work, planId)
  if (plan.version !== version) throw await conflict(work, planId)
  const hasAgreed = side === 'person' ? plan.personSignature : plan.supervisorSignature
  if (hasAgreed || !isAgreeable(plan.gaps, plan.actions)) throw new Problem(409, 'plan.not-agreeable')
  if (!(await updateAgreement(work, planId, version, [side]))) throw await conflict(work, planId)
  await insertSignatures(work, [{ planId, version: plan.contentVersion, side, way: 'in-system', signedOn: null, fileId: null }])
  await recordChange(work, {
    verb: `plan.agreed-by-${side}`,
    recordType: 'plan',
    recordId: planId,
    after: { agreedVersion: plan.contentVersion, code: plan.code },
  })
  return reloadPlan(work, planId)
}

/** Looks up what ids in the input mean, as far as who sends it may see. */
async function findKnown(work: Work, plan: Plan, input: Arguments<typeof changing>['body']): Promise<Known> {
  const mentorIds = new Set<string>()
  let namesUnit = false
  for (const action of input.actions) {
    if (action.kind === 'mentoring' && action.details?.mentorId) mentorIds.add(action.details.mentorId)
    if (action.kind === 'secondment' && action.details?.unitId) namesUnit = true
  }
  // Who is named in the plan already is known to whoever may change it, as today's name or, when gone, as the name kept.
  const named = new Map(
    plan.actions.flatMap(action =>
      action.kind === 'mentoring' && action.details.mentorId ? [[action.details.mentorId, action.details.mentorName] as const] : [],
    ),
  )
  const wished = input.preferences?.wishedRoleId
  const reached = [...mentorIds].filter(id => named.has(id) || mayReach(work, 'person.read', id))
  return {
    people: new Map([...named, ...(await selectNames(work, reached))]),
    units: new Map((namesUnit ? await listUnits(work) : []).map(({ id, name }) => [id, name])),
    roles: new Set(wished ? (await getRoleNeeds(work, [wished])).keys() : []),
  }
}

const conflict = async (work: Work, planId: string): Promise<Problem> =>
  new Problem(412, 'version.conflict', { current: await reloadPlan(work, planId) })

/** Whoever proposes or agrees has an account: the program never does. */
function userOf(work: Work): string {
  if (!work.actor.userId) throw new Error('plan: the program cannot propose or agree')
  return work.actor.userId
}

const gapRow = (gap: Gap, id: string, isChosen: boolean): GapRow => ({
  id,
  elementId: gap.element.id,
  relationId: gap.relationId,
  have: gap.have,
  haveFrom: gap.haveFrom,
  need: gap.need,
  importance: gap.importance,
  priority: gap.priority,
  isChosen,
})

/** Of what names an element in a title, so that the title stays one line or two. */
const maxLabelLength = 160

/** The title is written once, in the language asked for; from then on it is a text that people change. */
function actionRow({ gap, kind, startsOn, dueOn }: ProposedAction, gapIds: ReadonlyMap<string, string>, language: Language): PlanAction {
  const title = textsIn(language)(`development-plans:actions.${kind}`, { competency: labelOf(gap.element, language), need: gap.need })
  return { id: uuidv7(), gapId: gapIds.get(gap.element.id) ?? null, title, startsOn, dueOn, ...withoutDetails(kind) } as PlanAction
}

/** Knowledge and skills of some frameworks have no name: there the statement itself, shortened. */
function labelOf(element: FrameworkElement, language: Language): string {
  const label = [...(textIn(element.name, language).text || textIn(element.text, language).text || element.code)]
  return label.length > maxLabelLength ? `${label.slice(0, maxLabelLength - 1).join('')}…` : label.join('')
}

/** The parts that differ, as they were and as they are; undefined when none does. */
function differences(
  before: CheckedChange,
  after: CheckedChange,
): { before: Partial<CheckedChange>; after: Partial<CheckedChange> } | undefined {
  // As canonical text: what comes from the database has its fields in another order.
  const isSame = (part: keyof CheckedChange): boolean => canonicalText(before[part]) === canonicalText(after[part])
  const differing = (Object.keys(after) as (keyof CheckedChange)[]).filter(part => !isSame(part))
  if (differing.length === 0) return undefined
  const only = (content: CheckedChange): Partial<CheckedChange> => Object.fromEntries(differing.map(part => [part, content[part]]))
  return { before: only(before), after: only(after) }
}
