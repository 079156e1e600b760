import {
  defaultSaid,
  foundedFields,
  foundedOf,
  newFounded,
  placeSaid,
  withPlace,
  type EventValues,
  type FoundedField,
  type FoundedUnit,
  type Shown,
} from '#capacity/people/reorganise-form.ts'
import type { Form } from '#ui/form/use-form.ts'

/** The new units and the places of the form that ends units, as fields: `founded.<key>.code`, `post.<id>`, `supervisor.<id>`, `part.<id>`. */
export function eventFields(form: Form<EventValues>, shown: Shown | undefined) {
  const founded = foundedOf(form.values)
  const replace = (next: readonly FoundedUnit[], mended: string): void => form.set('founded', JSON.stringify(next), mended)
  const names = [
    ...(shown?.posts ?? []).flatMap(({ id }) => [`post.${id}`, `supervisor.${id}`]),
    ...(shown?.parts ?? []).map(({ id }) => `part.${id}`),
  ]
  const values: Record<string, string> = {
    defaultSuccessor: defaultSaid(form.values),
    ...Object.fromEntries(names.map(name => [name, placeSaid(form.values, name)])),
    ...Object.fromEntries(founded.flatMap(unit => foundedFields.map(field => [`founded.${unit.key}.${field}`, unit[field]]))),
  }
  const fields: Form<Record<string, string>> = {
    ...form,
    values,
    conflict: undefined,
    set: (name, value) => {
      if (name === 'defaultSuccessor') return form.set(name, value)
      const [list, key, ...field] = name.split('.')
      if (list !== 'founded') return form.set('places', withPlace(form.values, name, String(value)), name)
      const changed = (unit: FoundedUnit): FoundedUnit => ({ ...unit, [field.join('.') as FoundedField]: String(value) })
      replace(
        founded.map(unit => (unit.key === key ? changed(unit) : unit)),
        name,
      )
    },
  }
  return {
    fields,
    founded,
    add: () => replace([...founded, newFounded()], 'successorIds'),
    remove: (key: string) =>
      replace(
        founded.filter(unit => unit.key !== key),
        `founded.${key}`,
      ),
  }
}
