import { STATUS_CODES } from 'node:http'
import type { Language } from '#platform/i18n/languages.ts'
import { findText } from '#platform/i18n/server-texts.ts'
import { languages } from '#platform/i18n/languages.ts'
import type { Problem } from './problem.ts'

/** The first of our languages in an Accept-Language header, in the order of its weights; English when it names none. */
export function preferredLanguage(header: string | undefined): Language {
  const wanted = (header ?? '')
    .slice(0, 200)
    .split(',')
    .map(part => {
      const [tag = '', weight] = part.trim().split(';q=')
      return { tag: tag.slice(0, 2).toLowerCase(), weight: weight === undefined ? 1 : Number(weight) }
    })
    .sort((a, b) => b.weight - a.weight)
  for (const { tag } of wanted) {
    const found = languages.find(language => language === tag)
    if (found) return found
  }
  return 'en'
}

/** RFC 9457 members, with our code and its parameters; `current` only with 412. */
export function describeProblem(problem: Problem, acceptLanguage: string | undefined): Record<string, unknown> {
  const language = preferredLanguage(acceptLanguage)
  return {
    type: 'about:blank',
    title: STATUS_CODES[problem.status] ?? 'Error',
    status: problem.status,
    code: problem.code,
    detail: findText(language, 'problems', problem.code, problem.details.params) ?? problem.code,
    ...problem.details,
  }
}
