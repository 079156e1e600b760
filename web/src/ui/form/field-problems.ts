import type { Schema } from 'luytre/platform/http/endpoint.ts'
import type { ProblemField } from 'luytre/platform/http/problem.ts'
import { z } from 'zod'

function at(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (inner, key) => (typeof inner === 'object' && inner !== null ? (inner as Record<PropertyKey, unknown>)[key] : undefined),
    value,
  )
}

function codeOf(issue: z.core.$ZodIssue, value: unknown): Omit<ProblemField, 'path'> {
  if (value === undefined || value === null || value === '') return { code: 'required' }
  if (issue.code === 'too_small')
    return issue.minimum === 1 ? { code: 'required' } : { code: 'too-short', params: { minimum: Number(issue.minimum) } }
  if (issue.code === 'too_big') return { code: 'too-long', params: { maximum: Number(issue.maximum) } }
  if (issue.code === 'invalid_format' && issue.format === 'email') return { code: 'invalid-email' }
  if (issue.code === 'invalid_format' && issue.format === 'date') return { code: 'invalid-date' }
  return { code: issue.message === 'required' ? 'required' : 'invalid' }
}

/** What an endpoint would refuse in `body`, in the codes of the server: said before anything is sent. */
export function fieldProblems(endpoint: { body?: Schema | undefined }, body: unknown): ProblemField[] {
  if (!endpoint.body) return []
  const result = z.safeParse(endpoint.body, body)
  if (result.success) return []
  return result.error.issues.map(issue => ({ path: issue.path.join('.'), ...codeOf(issue, at(body, issue.path)) }))
}
