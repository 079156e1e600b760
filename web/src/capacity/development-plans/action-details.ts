import type { ActionKind, PlanAction } from 'luytre/capacity/development-plans/plan-content.api.ts'
import type { changePlan } from 'luytre/capacity/development-plans/development-plans.api.ts'
import type { EndpointBody } from 'luytre/platform/http/endpoint.ts'
import { orNull } from '#ui/form/use-form.ts'
import { wholeNumberOf } from '#ui/form/whole-number.ts'

// What each kind of action asks for besides title and days, as flat texts of a form and as it is sent.

export const detailNames = [
  'provider',
  'hours',
  'place',
  'task',
  'guide',
  'mentorId',
  'mentorName',
  'rhythm',
  'unitId',
  'body',
  'exam',
  'examOn',
  'material',
] as const
export type DetailName = (typeof detailNames)[number]

/** In the order in which a form asks. */
export const detailsOfKind: Record<ActionKind, readonly DetailName[]> = {
  course: ['provider', 'hours', 'place'],
  'on-the-job': ['task', 'guide'],
  mentoring: ['mentorId', 'mentorName', 'rhythm'],
  secondment: ['unitId', 'place'],
  certification: ['body', 'exam', 'examOn'],
  'self-study': ['material', 'hours'],
}

export type DetailField = `details.${DetailName}`
export const detailFields = detailNames.map(name => `details.${name}` as const)

/** Every detail as a text; those that another kind has are empty. */
export function detailValues({ details }: Pick<PlanAction, 'details'>): Record<DetailField, string> {
  // A unit's name has its languages and is no entry: the unit is chosen by id.
  const known = Object.fromEntries(
    Object.entries(details).filter((entry): entry is [string, string | number] => ['string', 'number'].includes(typeof entry[1])),
  )
  const entries = detailNames.map(name => [`details.${name}`, String(known[name] ?? '')])
  return Object.fromEntries(entries) as Record<DetailField, string>
}

type SentAction = EndpointBody<typeof changePlan>['actions'][number]

const hoursOf = (typed: string): number | string | null => {
  const hours = wholeNumberOf(typed)
  return Number.isNaN(hours) ? orNull(typed) : hours
}

/** What the kind asks for, as the server takes it. An entry that is no number is sent as typed, and refused as one. */
export function detailsToSend(kind: ActionKind, values: Record<DetailField, string>): Pick<SentAction, 'kind' | 'details'> {
  const text = (name: DetailName): string => values[`details.${name}`]
  const valueOf = (name: DetailName): unknown => {
    if (name === 'hours') return hoursOf(text(name))
    return name === 'mentorId' || name === 'unitId' || name === 'examOn' ? orNull(text(name)) : text(name)
  }
  const names = detailsOfKind[kind] ?? []
  return { kind, details: Object.fromEntries(names.map(name => [name, valueOf(name)])) } as Pick<SentAction, 'kind' | 'details'>
}
