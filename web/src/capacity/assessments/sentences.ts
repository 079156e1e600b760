import type { Language } from '#platform/i18n/languages.ts'

/** Sentences in a row: Japanese writes no space between them. */
export const inARow = (language: Language, ...sentences: (string | undefined)[]): string =>
  sentences.filter(Boolean).join(language === 'ja' ? '' : ' ')
