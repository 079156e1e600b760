import { z } from 'zod'
import type { Schema } from './endpoint.ts'
import { fieldCode } from './field-code.ts'
import { Problem, invalid } from './problem.ts'
import type { ProblemField } from './problem.ts'

// From what came over the wire to what a handler may trust. Every refusal is a Problem with the fields that are wrong.

type Issue = z.core.$ZodIssue

function fieldsOf(issues: readonly Issue[]): ProblemField[] {
  const fields: ProblemField[] = []
  for (const issue of issues.slice(0, 100)) {
    const path = issue.path.join('.')
    const unknown =
      issue.code === 'unrecognized_keys' ? issue.keys.slice(0, 20).map(key => [path, key.slice(0, 100)].filter(Boolean).join('.')) : [path]
    for (const one of unknown) fields.push({ path: one, ...fieldCode(issue) })
  }
  return fields
}

/** Places of texts that neither the database nor the ledger can keep: a NUL, half a surrogate pair. */
function* findUnreadable(value: unknown, path = ''): Generator<string> {
  if (typeof value === 'string') {
    if (value.includes('\0') || !value.isWellFormed()) yield path
  } else if (typeof value === 'object' && value !== null) {
    // As deep as the schema, which let it pass.
    for (const [name, inner] of Object.entries(value)) yield* findUnreadable(inner, path ? `${path}.${name}` : name)
  }
}

export function parseInput<S extends Schema>(schema: S, value: unknown): z.output<S> {
  const result = z.safeParse(schema, value, { reportInput: true })
  if (!result.success) throw invalid(...fieldsOf(result.error.issues))
  const unreadable = [...findUnreadable(result.data)]
  if (unreadable.length > 0) throw invalid(...unreadable.slice(0, 100).map(path => ({ path, code: 'unreadable-text' })))
  return result.data
}

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i

/** Path parameters: those that end in `Id` are UUIDs; anything else there cannot name a record. */
export function parseParams(params: Record<string, string>): Record<string, string> {
  const parsed: Record<string, string> = {}
  for (const [name, value] of Object.entries(params)) {
    if (name.endsWith('Id') ? !uuid.test(value) : value.length > 100)
      throw new Problem(404, 'record.not-found', { params: { record: name } })
    // Rules compare ids as texts: two spellings of one id must not be two ids.
    parsed[name] = name.endsWith('Id') ? value.toLowerCase() : value
  }
  return parsed
}

/** `If-Match: "7"` → 7. The quotes may be missing; a weak or a star tag says nothing about a version. */
export function parseIfMatch(header: string | undefined): number {
  if (header === undefined) throw new Problem(428, 'version.required')
  const match = /^"?(\d{1,9})"?$/.exec(header.trim())
  if (!match) throw new Problem(428, 'version.required')
  return Number(match[1])
}

/** JSON text of at most the route's limit → value. */
export function parseJson(bytes: Uint8Array | undefined, contentType: string | undefined): unknown {
  if (!bytes || bytes.byteLength === 0) return undefined
  if (contentType?.split(';')[0]?.trim().toLowerCase() !== 'application/json')
    throw new Problem(415, 'request.unsupported-type', { params: { expected: 'application/json' } })
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch {
    throw new Problem(400, 'request.unreadable')
  }
}
