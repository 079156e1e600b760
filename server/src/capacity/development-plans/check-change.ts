import { v7 as uuidv7 } from 'uuid'
import type { Arguments } from '#platform/http/endpoint.ts'
import { invalid } from '#platform/http/problem.ts'
import type { ProblemField } from '#platform/http/problem.ts'
import { writtenText } from '#platform/i18n/written-text.ts'
import type { Plan, PlanAction, changePlan } from './development-plans.api.ts'

// What a caller sends as a plan's new content, held against the plan itself: ids of other plans are not known here.

type Input = Arguments<typeof changePlan>['body']

/** The content as it is kept, chosen gaps in the plan's order; 422 with every field that is wrong. */
export function checkChange(plan: Plan, input: Input): { duties: string; chosenGapIds: string[]; actions: PlanAction[] } {
  const fields: ProblemField[] = []
  const gapIds = new Set(plan.gaps.map(gap => gap.id))
  const chosen = new Set(input.chosenGapIds)
  input.chosenGapIds.forEach((id, index) => {
    if (!gapIds.has(id)) fields.push({ path: `chosenGapIds.${index}`, code: 'unknown' })
  })
  const unused = new Set(plan.actions.map(action => action.id))
  const actions = input.actions.map((action, index): PlanAction => {
    const refuse = (field: string, code: string): void => void fields.push({ path: `actions.${index}.${field}`, code })
    // Taken out when it is met, so that no id comes twice.
    if (action.id && !unused.delete(action.id)) refuse('id', 'unknown')
    if (action.gapId && !gapIds.has(action.gapId)) refuse('gapId', 'unknown')
    const title = writtenText(action.title)
    if (!title) refuse('title', 'required')
    if (action.dueOn < action.startsOn) refuse('dueOn', 'before-start')
    // An action may begin before the half-year or end after it (a degree, a secondment), yet some of it must lie in it.
    else if (action.dueOn < plan.halfYear.startsOn || action.startsOn > plan.halfYear.endsOn) refuse('dueOn', 'outside-half-year')
    return { id: action.id ?? uuidv7(), gapId: action.gapId, kind: action.kind, title, startsOn: action.startsOn, dueOn: action.dueOn }
  })
  if (fields.length > 0) throw invalid(...fields)
  return { duties: writtenText(input.duties), chosenGapIds: plan.gaps.filter(gap => chosen.has(gap.id)).map(gap => gap.id), actions }
}
