import i18next from 'i18next'
import type { ProblemField } from 'luytre/platform/http/problem.ts'
import { CallProblem } from '#platform/call/call-problem.ts'

// Codes come from the server as text, so the typed `t` cannot know them; an unknown one falls back to a general text.
const t = i18next.t as unknown as (key: string, params?: Record<string, unknown>) => string

export function problemText(error: unknown): string {
  if (!(error instanceof CallProblem)) return t('problems:internal')
  // Why a file cannot be read is said where the page has those texts.
  const reason = `roster:unreadable.${String(error.params['reason'])}`
  if (error.code === 'import.unreadable' && i18next.exists(reason)) return t(reason, error.params)
  const key = `problems:${error.code}`
  return t(i18next.exists(key) ? key : 'problems:internal', error.params)
}

export function fieldText(field: ProblemField): string {
  const key = `problems:fields.${field.code}`
  return t(i18next.exists(key) ? key : 'problems:fields.invalid', field.params)
}
