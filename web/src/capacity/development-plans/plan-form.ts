import { changePlan, type Plan } from 'luytre/capacity/development-plans/development-plans.api.ts'
import { unwrittenDetails, type ActionKind } from 'luytre/capacity/development-plans/plan-content.api.ts'
import type { EndpointBody } from 'luytre/platform/http/endpoint.ts'
import type { ProblemField } from 'luytre/platform/http/problem.ts'
import { detailFields, detailsToSend, detailValues } from '#capacity/development-plans/action-details.ts'
import type { Language } from '#platform/i18n/languages.ts'
import type { ListParts } from '#ui/form/conflict-lines.ts'
import { fieldProblems } from '#ui/form/field-problems.ts'
import { orNull } from '#ui/form/use-form.ts'

// A plan as a form's values, and back. A form holds flat texts: the list of actions is one of them, as JSON, so that its
// draft and its conflict with another's change are kept whole.

export interface PlanValues extends Record<string, string> {
  duties: string
  'preferences.wishedRoleId': string
  /** Separated by spaces, like the languages. */
  'preferences.kinds': string
  'preferences.availableFrom': string
  'preferences.availableTo': string
  'preferences.languages': string
  'preferences.remarks': string
  /** Ids, separated by spaces, in the plan's order. */
  chosenGapIds: string
  /** `EditedAction[]` as JSON. */
  actions: string
}

export interface EditedAction extends Record<ActionField, string> {
  /** Lasting name of a line while it is edited; of a saved action its id. */
  key: string
  id?: string
}
export const actionFields = ['title', 'kind', 'gapId', 'startsOn', 'dueOn', ...detailFields] as const
export type ActionField = (typeof actionFields)[number]

export const idsOf = (text: string): string[] => text.split(' ').filter(Boolean)
export const readActions = (text: string): EditedAction[] => JSON.parse(text) as EditedAction[]
export const actionsOf = (values: PlanValues): EditedAction[] => readActions(values.actions)

/** Gaps and actions are chosen one by one where two states of a plan stand side by side. */
export const planLists: Record<'chosenGapIds' | 'actions', ListParts> = {
  chosenGapIds: { read: value => new Map(idsOf(value).map(id => [id, id])), write: ids => ids.join(' ') },
  actions: {
    read: value => new Map(readActions(value).map(action => [action.key, JSON.stringify(action)])),
    write: actions => `[${actions.join(',')}]`,
  },
}

export const valuesOfPlan = (plan: Plan): PlanValues => ({
  duties: plan.duties,
  'preferences.wishedRoleId': plan.preferences.wishedRole?.id ?? '',
  'preferences.kinds': plan.preferences.kinds.join(' '),
  'preferences.availableFrom': plan.preferences.availableFrom ?? '',
  'preferences.availableTo': plan.preferences.availableTo ?? '',
  'preferences.languages': plan.preferences.languages.join(' '),
  'preferences.remarks': plan.preferences.remarks,
  chosenGapIds: plan.gaps
    .filter(gap => gap.isChosen)
    .map(gap => gap.id)
    .join(' '),
  actions: JSON.stringify(
    plan.actions.map((action): EditedAction => ({
      key: action.id,
      id: action.id,
      title: action.title,
      kind: action.kind,
      gapId: action.gapId ?? '',
      startsOn: action.startsOn,
      dueOn: action.dueOn,
      ...detailValues(action),
    })),
  ),
})

/** `plan` is the plan as it is now: ids that it no longer has, after a conflict, are not sent. */
export function bodyOfPlan(values: PlanValues, plan: Plan) {
  const chosen = new Set(idsOf(values.chosenGapIds))
  const gapIds = new Set(plan.gaps.map(gap => gap.id))
  const actionIds = new Set(plan.actions.map(action => action.id))
  return {
    duties: values.duties,
    preferences: {
      wishedRoleId: orNull(values['preferences.wishedRoleId']),
      kinds: idsOf(values['preferences.kinds']) as ActionKind[],
      availableFrom: orNull(values['preferences.availableFrom']),
      availableTo: orNull(values['preferences.availableTo']),
      languages: idsOf(values['preferences.languages']) as Language[],
      remarks: values['preferences.remarks'],
    },
    chosenGapIds: plan.gaps.filter(gap => chosen.has(gap.id)).map(gap => gap.id),
    actions: actionsOf(values).map(({ id, gapId, kind, title, startsOn, dueOn, ...others }) => ({
      ...(id && actionIds.has(id) && { id }),
      gapId: gapIds.has(gapId) ? gapId : null,
      title,
      startsOn,
      dueOn,
      ...detailsToSend(kind as ActionKind, others),
    })) as EndpointBody<typeof changePlan>['actions'],
  }
}

/** What the server would refuse, said before anything is sent. */
export async function checkPlan(values: PlanValues, plan: Plan): Promise<ProblemField[]> {
  const body = bodyOfPlan(values, plan)
  const problems = await fieldProblems(changePlan, body)
  const { startsOn: from, endsOn: to } = plan.halfYear
  body.actions.forEach(({ startsOn, dueOn }, index) => {
    const path = `actions.${index}.dueOn`
    if (problems.some(problem => problem.path === path || problem.path === `actions.${index}.startsOn`)) return
    if (dueOn < startsOn) problems.push({ path, code: 'before-start' })
    else if (dueOn < from || startsOn > to) problems.push({ path, code: 'outside-half-year' })
  })
  const { availableFrom, availableTo } = body.preferences
  if (availableFrom && availableTo && availableTo < availableFrom && !problems.some(({ path }) => path.startsWith('preferences.available')))
    problems.push({ path: 'preferences.availableTo', code: 'before-start' })
  return problems.toSorted((a, b) => placeOf(a) - placeOf(b))
}

/** Place of a problem's field on the page: the summary lists them from the top down. */
function placeOf({ path }: ProblemField): number {
  const [part, index, ...field] = path.split('.')
  if (part !== 'actions') return -1
  return Number(index) * actionFields.length + actionFields.indexOf(field.join('.') as ActionField)
}

/** An action to fill in: over the half-year, or what is left of it. */
export function newAction({ halfYear }: Plan, today: string): EditedAction {
  const isRunning = halfYear.startsOn <= today && today <= halfYear.endsOn
  return {
    key: crypto.randomUUID(),
    title: '',
    kind: '',
    gapId: '',
    startsOn: isRunning ? today : halfYear.startsOn,
    dueOn: halfYear.endsOn,
    ...detailValues({ details: unwrittenDetails.course }),
  }
}
