import type { Schema } from '#platform/http/endpoint.ts'

// Finds places in a schema: where an id stands, where an object could be given a field too many. `*` is each item of a list.

type Path = readonly string[]

interface Definition {
  type: string
  format?: string
  shape?: Record<string, Schema>
  element?: Schema
  innerType?: Schema
  in?: Schema
  options?: readonly Schema[]
}

const definitionOf = (schema: Schema): Definition => schema._zod.def

function* walk(schema: Schema, path: Path = []): Generator<{ path: Path; definition: Definition }> {
  const definition = definitionOf(schema)
  yield { path, definition }
  for (const [name, field] of Object.entries(definition.shape ?? {})) yield* walk(field, [...path, name])
  if (definition.element) yield* walk(definition.element, [...path, '*'])
  if (definition.innerType) yield* walk(definition.innerType, path)
  if (definition.in) yield* walk(definition.in, path)
  for (const option of definition.options ?? []) yield* walk(option, path)
}

const isId = ({ type, format }: Definition): boolean => type === 'string' && (format === 'uuid' || format === 'guid')

const distinct = (paths: Path[]): Path[] => [...new Map(paths.map(path => [path.join('.'), path])).values()]

export const findIds = (schema: Schema | undefined): Path[] =>
  schema ? distinct([...walk(schema)].filter(({ definition }) => isId(definition)).map(({ path }) => path)) : []

export const findObjects = (schema: Schema | undefined): Path[] =>
  schema ? distinct([...walk(schema)].filter(({ definition }) => definition.type === 'object').map(({ path }) => path)) : []

/** Names of the fields that may be left out. */
export const findOptional = (schema: Schema | undefined): string[] =>
  schema
    ? Object.entries(definitionOf(schema).shape ?? {})
        .filter(([, field]) => field._zod.optin === 'optional')
        .map(([name]) => name)
    : []

/** The value at a place (of lists the first item), undefined where there is none. */
export function valueAt(value: unknown, path: Path): unknown {
  const [step, ...rest] = path
  if (step === undefined) return value
  if (typeof value !== 'object' || value === null) return undefined
  return valueAt(step === '*' ? (value as unknown[])[0] : (value as Record<string, unknown>)[step], rest)
}

/** A copy with another value at a place. */
export function withValueAt(value: unknown, path: Path, change: (old: unknown) => unknown): unknown {
  const [step, ...rest] = path
  if (step === undefined) return change(value)
  if (step === '*') {
    const [first, ...others] = value as unknown[]
    return [withValueAt(first, rest, change), ...others]
  }
  const object = value as Record<string, unknown>
  return { ...object, [step]: withValueAt(object[step], rest, change) }
}
