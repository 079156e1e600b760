import type { Unit } from 'luytre/capacity/people/people.api.ts'
import type { recordUnitEvent } from 'luytre/capacity/people/unit-events.api.ts'
import type { EndpointBody } from 'luytre/platform/http/endpoint.ts'
import type { Translated } from 'luytre/platform/i18n/translated.ts'
import { translatedOf } from '#ui/form/TranslatedField.tsx'
import { orNull } from '#ui/form/use-form.ts'

// The values of the form that ends units: flat texts. Of posts `post.<id>` and of units below `part.<id>` say where they
// go: `s0` is the first successor, `u<id>` another unit, `end` ends a post, nothing follows the rest.

export const endingKinds = ['merge', 'split', 'transfer', 'dissolve'] as const
type EndingKind = (typeof endingKinds)[number]

export type EventValues = Record<string, string>

export const newValues = (unitId: string | undefined): EventValues => ({
  kind: 'merge',
  predecessorIds: unitId ?? '',
  happensOn: '',
  basis: '',
  successorIds: '',
  foundedCount: '0',
  defaultSuccessor: '',
})

/** Empty entries of one more new unit. */
export const foundedValues = (index: number): EventValues => ({
  ...Object.fromEntries(['name.vi', 'name.en', 'name.ja', 'code', 'parentId'].map(field => [`founded.${index}.${field}`, ''])),
  foundedCount: String(index + 1),
})

export const idsOf = (text: string | undefined): string[] => (text ? text.split(',') : [])

const foundedOf = (values: EventValues) =>
  Array.from({ length: values['kind'] === 'dissolve' ? 0 : Number(values['foundedCount']) }, (_, index) => ({
    code: values[`founded.${index}.code`] ?? '',
    name: translatedOf(values, `founded.${index}.name`),
    parentId: orNull(values[`founded.${index}.parentId`] ?? ''),
  }))

const successorsOf = (values: EventValues): string[] => (values['kind'] === 'dissolve' ? [] : idsOf(values['successorIds']))

/** Successors to choose from, by their place. */
export function placesOf(
  values: EventValues,
  units: readonly Unit[],
  translated: (text: Translated) => string,
): { value: string; label: string }[] {
  const existing = successorsOf(values).map(id => {
    const unit = units.find(one => one.id === id)
    return unit ? `${translated(unit.name)} (${unit.code})` : id
  })
  const founded = foundedOf(values).map(({ name, code }) => `${Object.keys(name).length > 0 ? translated(name) : '…'} (${code})`)
  return [...existing, ...founded].map((label, index) => ({ value: `s${index}`, label }))
}

const placeOf = (text: string): { successor: number | null; unitId: string | null } =>
  text.startsWith('s')
    ? { successor: Number(text.slice(1)), unitId: null }
    : { successor: null, unitId: text.startsWith('u') ? text.slice(1) : null }

export function bodyOfEvent(values: EventValues, expectedPosts: number): EndpointBody<typeof recordUnitEvent> {
  const founded = foundedOf(values)
  const successorIds = successorsOf(values)
  const chosen = values['defaultSuccessor']
  const said = (prefix: string) =>
    Object.entries(values).flatMap(([name, text]) => (name.startsWith(prefix) && text ? [[name.slice(prefix.length), text] as const] : []))
  return {
    kind: values['kind'] as EndingKind,
    happensOn: values['happensOn'] ?? '',
    basis: values['basis'] ?? '',
    predecessorIds: idsOf(values['predecessorIds']),
    successorIds,
    founded,
    defaultSuccessor: chosen ? Number(chosen.slice(1)) : successorIds.length + founded.length === 1 ? 0 : null,
    posts: said('post.').map(([postId, text]) => ({ postId, ...placeOf(text), supervisorId: null })),
    parts: said('part.').map(([unitId, text]) => {
      const { successor, unitId: parentId } = placeOf(text)
      return { unitId, successor, parentId }
    }),
    expectedPosts,
  }
}
