import type { Schema } from 'luytre/platform/http/endpoint.ts'
import { fieldCode } from 'luytre/platform/http/field-code.ts'
import type { ProblemField } from 'luytre/platform/http/problem.ts'
import { z } from 'zod'

/** What an endpoint would refuse in `body`, in the codes of the server: said before anything is sent. */
export function fieldProblems(endpoint: { body?: Schema | undefined }, body: unknown): ProblemField[] {
  if (!endpoint.body) return []
  const result = z.safeParse(endpoint.body, body, { reportInput: true })
  if (result.success) return []
  return result.error.issues.map(issue => ({ path: issue.path.join('.'), ...fieldCode(issue) }))
}
