import { v7 as uuidv7 } from 'uuid'
import type { Arguments } from '#platform/http/endpoint.ts'
import { invalid } from '#platform/http/problem.ts'
import type { ProblemField } from '#platform/http/problem.ts'
import type { Translated } from '#platform/i18n/translated.ts'
import { writtenText } from '#platform/i18n/written-text.ts'
import type { Plan, changePlan } from './development-plans.api.ts'
import { withoutDetails } from './plan-content.api.ts'
import type { ActionInput, PlanAction, Preferences } from './plan-content.api.ts'

// What a caller sends as a plan's new content, held against the plan itself: ids of other plans are not known here.

type Input = Arguments<typeof changePlan>['body']

/** Names of what ids in the input mean; an id that is not in it is unknown to whoever sends it. */
export interface Known {
  people: ReadonlyMap<string, string>
  units: ReadonlyMap<string, Translated>
  roles: ReadonlySet<string>
}

export interface CheckedChange {
  duties: string
  preferences: Preferences
  chosenGapIds: string[]
  actions: PlanAction[]
}

export const preferencesOf = ({ preferences: { wishedRole, ...others } }: Plan): Preferences => ({
  wishedRoleId: wishedRole?.id ?? null,
  ...others,
})

/** The content as it is kept, chosen gaps in the plan's order; 422 with every field that is wrong. */
export function checkChange(plan: Plan, input: Input, known: Known): CheckedChange {
  const fields: ProblemField[] = []
  const gapIds = new Set(plan.gaps.map(gap => gap.id))
  const chosen = new Set(input.chosenGapIds)
  input.chosenGapIds.forEach((id, index) => {
    if (!gapIds.has(id)) fields.push({ path: `chosenGapIds.${index}`, code: 'unknown' })
  })
  const unused = new Map(plan.actions.map(action => [action.id, action]))
  const actions = input.actions.map((action, index): PlanAction => {
    const refuse = (field: string, code: string): void => void fields.push({ path: `actions.${index}.${field}`, code })
    const before = action.id ? unused.get(action.id) : undefined
    // Taken out when it is met, so that no id comes twice.
    if (action.id && !unused.delete(action.id)) refuse('id', 'unknown')
    if (action.gapId && !gapIds.has(action.gapId)) refuse('gapId', 'unknown')
    const title = writtenText(action.title)
    if (!title) refuse('title', 'required')
    if (action.dueOn < action.startsOn) refuse('dueOn', 'before-start')
    // An action may begin before the half-year or end after it (a degree, a secondment), yet some of it must lie in it.
    else if (action.dueOn < plan.halfYear.startsOn || action.startsOn > plan.halfYear.endsOn) refuse('dueOn', 'outside-half-year')
    const common = { id: action.id ?? uuidv7(), gapId: action.gapId, title, startsOn: action.startsOn, dueOn: action.dueOn }
    const { kind, details } = detailsAsKept(plan.person.id, action, before, known, (field, code) => refuse(`details.${field}`, code))
    return { ...common, kind, details } as PlanAction
  })
  const preferences = input.preferences ? checkPreferences(plan, input.preferences, known, fields) : preferencesOf(plan)
  if (fields.length > 0) throw invalid(...fields)
  const chosenGapIds = plan.gaps.filter(gap => chosen.has(gap.id)).map(gap => gap.id)
  return { duties: writtenText(input.duties), preferences, chosenGapIds, actions }
}

/** With texts tidied, and with the names of whom and what is named by id: those of before where the id is the one of before. */
function detailsAsKept(
  personId: string,
  action: ActionInput,
  before: PlanAction | undefined,
  known: Known,
  refuse: (field: string, code: string) => void,
): Pick<PlanAction, 'kind' | 'details'> {
  if (!action.details) return before?.kind === action.kind ? before : withoutDetails(action.kind)
  const { kind } = action
  if (action.kind === 'mentoring') {
    const { mentorId, mentorName, rhythm } = tidied(action.details)
    if (mentorId === null) return { kind, details: { mentorId, mentorName, rhythm } }
    const isAsBefore = before?.kind === 'mentoring' && before.details.mentorId === mentorId
    const name = isAsBefore ? before.details.mentorName : known.people.get(mentorId)
    if (mentorId === personId) refuse('mentorId', 'invalid')
    else if (name === undefined) refuse('mentorId', 'unknown')
    return { kind, details: { mentorId, mentorName: name ?? '', rhythm } }
  }
  if (action.kind === 'secondment') {
    const { unitId, place } = tidied(action.details)
    if (unitId === null) return { kind, details: { unitId, unitName: null, place } }
    const isAsBefore = before?.kind === 'secondment' && before.details.unitId === unitId
    const unitName = isAsBefore ? before.details.unitName : known.units.get(unitId)
    if (unitName === undefined) refuse('unitId', 'unknown')
    return { kind, details: { unitId, unitName: unitName ?? null, place } }
  }
  return { kind, details: tidied(action.details) }
}

const tidied = <D extends object>(details: D): D =>
  Object.fromEntries(Object.entries(details).map(([name, value]) => [name, typeof value === 'string' ? writtenText(value) : value])) as D

function checkPreferences(plan: Plan, sent: Preferences, known: Known, fields: ProblemField[]): Preferences {
  const refuse = (field: string, code: string): void => void fields.push({ path: `preferences.${field}`, code })
  const { wishedRoleId, availableFrom, availableTo } = sent
  if (wishedRoleId !== null && wishedRoleId !== plan.preferences.wishedRole?.id && !known.roles.has(wishedRoleId))
    refuse('wishedRoleId', 'unknown')
  if (availableFrom !== null && availableTo !== null && availableTo < availableFrom) refuse('availableTo', 'before-start')
  return { ...sent, kinds: [...new Set(sent.kinds)], languages: [...new Set(sent.languages)], remarks: writtenText(sent.remarks) }
}
