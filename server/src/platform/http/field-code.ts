import type { z } from 'zod'
import type { ProblemField } from './problem.ts'

// Stable codes of what a schema complains of: the server answers with them, the web app says them before it sends. Each has
// a text under `fields.<code>`. Whoever parses passes `reportInput: true`.

type Issue = z.core.$ZodIssue

const formatCodes: Record<string, string> = { email: 'invalid-email', date: 'invalid-date' }

export function fieldCode(issue: Issue): Omit<ProblemField, 'path'> {
  // Left out, emptied, or typed away again: a person has not said anything there yet.
  if (issue.input === undefined || issue.input === null || issue.input === '') return { code: 'required' }
  switch (issue.code) {
    case 'too_small': {
      const params = { minimum: Number(issue.minimum) }
      if (issue.origin === 'string') return issue.minimum === 1 ? { code: 'required' } : { code: 'too-short', params }
      if (issue.origin === 'array') return issue.minimum === 1 ? { code: 'required' } : { code: 'too-few', params }
      return { code: 'too-small', params }
    }
    case 'too_big': {
      const params = { maximum: Number(issue.maximum) }
      if (issue.origin === 'string') return { code: 'too-long', params }
      if (issue.origin === 'array') return { code: 'too-many', params }
      return { code: 'too-large', params }
    }
    case 'invalid_format':
      return { code: formatCodes[issue.format] ?? 'invalid' }
    case 'unrecognized_keys':
      return { code: 'unknown' }
    case 'custom':
      return { code: issue.message === 'required' ? 'required' : 'invalid' }
    default:
      return { code: 'invalid' }
  }
}
