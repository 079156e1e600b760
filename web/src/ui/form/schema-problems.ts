import type { Schema } from 'luytre/platform/http/endpoint.ts'
import { fieldCode } from 'luytre/platform/http/field-code.ts'
import type { ProblemField } from 'luytre/platform/http/problem.ts'
import { z } from 'zod'

// zod compiles its parsers with `new Function`, which the content policy forbids.
z.config({ jitless: true })

export function problemsIn(schema: Schema, body: unknown): ProblemField[] {
  const result = z.safeParse(schema, body, { reportInput: true })
  if (result.success) return []
  return result.error.issues.map(issue => ({ path: issue.path.join('.'), ...fieldCode(issue) }))
}
