import type { Unit } from 'luytre/capacity/people/people.api.ts'
import type { previewUnitEnding, recordUnitEvent } from 'luytre/capacity/people/unit-events.api.ts'
import type { EndpointBody, EndpointResult } from 'luytre/platform/http/endpoint.ts'
import type { Translated } from 'luytre/platform/i18n/translated.ts'
import { translatedOf } from '#ui/form/TranslatedField.tsx'
import { orNull } from '#ui/form/use-form.ts'

// The values of the form that ends units. A form holds flat texts: the new units and where posts and units below go are two
// of them, as JSON, so that a draft keeps them whole. A place has a lasting name while the list of successors is edited:
// `u:<id>` is a unit that exists, `f:<key>` a new one, `end` ends a post, `top` is above all. Only what is sent counts places.
// Beside them stands who supervises a post from then on, by `supervisor.<id>`.

export const endingKinds = ['merge', 'split', 'transfer', 'dissolve'] as const
type EndingKind = (typeof endingKinds)[number]

export interface EventValues extends Record<string, string> {
  kind: string
  /** Ids, separated by commas, like the successors. */
  predecessorIds: string
  happensOn: string
  basis: string
  successorIds: string
  /** `FoundedUnit[]` as JSON. */
  founded: string
  defaultSuccessor: string
  /** Places by `post.<id>` and `part.<id>`, ids of people by `supervisor.<id>`, as JSON. */
  places: string
}

export const foundedFields = ['name.vi', 'name.en', 'name.ja', 'code', 'parentId'] as const
export type FoundedField = (typeof foundedFields)[number]
export type FoundedUnit = Record<FoundedField | 'key', string>

/** Posts and units below that the preview showed: nothing else is placed. */
export type Shown = Pick<EndpointResult<typeof previewUnitEnding>, 'digest' | 'parts' | 'posts'>
type Body = EndpointBody<typeof recordUnitEvent>

export const newValues = (unitId: string | undefined): EventValues => ({
  kind: 'merge',
  predecessorIds: unitId ?? '',
  happensOn: '',
  basis: '',
  successorIds: '',
  founded: '[]',
  defaultSuccessor: '',
  places: '{}',
})

export const idsOf = (text: string): string[] => (text ? text.split(',') : [])
export const foundedOf = (values: EventValues): FoundedUnit[] => JSON.parse(values.founded) as FoundedUnit[]
export const newFounded = (): FoundedUnit => ({
  key: crypto.randomUUID(),
  'name.vi': '',
  'name.en': '',
  'name.ja': '',
  code: '',
  parentId: '',
})

/** Names of the places that come after, in the order that is sent. */
function successorsOf(values: EventValues): string[] {
  if (values.kind === 'dissolve') return []
  return [...idsOf(values.successorIds).map(id => `u:${id}`), ...foundedOf(values).map(({ key }) => `f:${key}`)]
}

/** Where `post.<id>` or `part.<id>` goes; empty where nothing is said, or a new unit was that is no longer founded. */
export function placeSaid(values: EventValues, name: string): string {
  const place = (JSON.parse(values.places) as Record<string, string>)[name] ?? ''
  return place.startsWith('f:') && !successorsOf(values).includes(place) ? '' : place
}

/** Whether a post goes on anywhere, and so has a supervisor from then on. */
const goesOn = (values: EventValues, postId: string): boolean => placeSaid(values, `post.${postId}`) !== 'end'

/** The places with one more said, or taken back when it is empty. */
export function withPlace(values: EventValues, name: string, place: string): string {
  const { [name]: _, ...others } = JSON.parse(values.places) as Record<string, string>
  return JSON.stringify(place === '' ? others : { ...others, [name]: place })
}

/** Where everybody goes; empty where that is no successor any more. */
export const defaultSaid = (values: EventValues): string =>
  successorsOf(values).includes(values.defaultSuccessor) ? values.defaultSuccessor : ''

/** Successors to choose from. */
export function placesOf(
  values: EventValues,
  units: readonly Unit[],
  translated: (text: Translated) => string,
): { value: string; label: string }[] {
  const labelOf = (name: Translated, code: string): string => `${Object.keys(name).length > 0 ? translated(name) : '…'} (${code})`
  const founded = new Map(foundedOf(values).map(one => [one.key, one]))
  return successorsOf(values).map(value => {
    const id = value.slice(2)
    const unit = units.find(one => one.id === id)
    const found = founded.get(id)
    return { value, label: unit ? labelOf(unit.name, unit.code) : found ? labelOf(translatedOf(found, 'name'), found.code) : id }
  })
}

export function bodyOfEvent(values: EventValues, shown: Shown | undefined): Body {
  const successors = successorsOf(values)
  const place = (name: string): { successor: number | null; unitId: string | null } | undefined => {
    const said = placeSaid(values, name)
    if (said === '') return undefined
    const at = successors.indexOf(said)
    if (at !== -1) return { successor: at, unitId: null }
    return { successor: null, unitId: said.startsWith('u:') ? said.slice(2) : null }
  }
  const byDefault = successors.indexOf(values.defaultSuccessor)
  const defaultSuccessor = byDefault !== -1 ? byDefault : successors.length === 1 ? 0 : null
  return {
    kind: values.kind as EndingKind,
    happensOn: values.happensOn,
    basis: values.basis,
    predecessorIds: idsOf(values.predecessorIds),
    successorIds: successors.filter(one => one.startsWith('u:')).map(one => one.slice(2)),
    founded:
      values.kind === 'dissolve'
        ? []
        : foundedOf(values).map(one => ({ code: one.code, name: translatedOf(one, 'name'), parentId: orNull(one.parentId) })),
    defaultSuccessor,
    posts: (shown?.posts ?? []).flatMap(({ id, unitId }) => {
      const supervisorId = goesOn(values, id) ? orNull(placeSaid(values, `supervisor.${id}`)) : null
      // Whose unit goes on stays in it. Where nobody said where everybody goes, that is missed first.
      const own = successors.indexOf(`u:${unitId}`)
      const withAll = own !== -1 ? own : defaultSuccessor
      const said = place(`post.${id}`) ?? (supervisorId !== null && withAll !== null ? { successor: withAll, unitId: null } : undefined)
      return said ? [{ postId: id, ...said, supervisorId }] : []
    }),
    parts: (shown?.parts ?? []).flatMap(({ id }) => {
      const said = place(`part.${id}`)
      return said ? [{ unitId: id, successor: said.successor, parentId: said.unitId }] : []
    }),
    expectedPosts: shown?.digest ?? '',
  }
}

/** Of a path of the body, such as `founded.1.code` or `posts.0.unitId`, the field that it is about. */
export function fieldOfEvent(path: string, values: EventValues, shown: Shown | undefined): string {
  const [list = '', at, ...rest] = path.split('.')
  if (at === undefined) return path
  const body = bodyOfEvent(values, shown)
  const name = {
    founded: () => ['founded', foundedOf(values)[Number(at)]?.key, ...rest].join('.'),
    posts: () => `${rest[0] === 'supervisorId' ? 'supervisor' : 'post'}.${body.posts[Number(at)]?.postId}`,
    parts: () => `part.${body.parts[Number(at)]?.unitId}`,
  }[list]
  return name?.() ?? path
}
