import type { Translated } from './translated.ts'

export const languages = ['vi', 'en', 'ja'] as const
export type Language = (typeof languages)[number]

/** The text in `wanted`, else in the first language that has it, with the language it is in. */
export function textIn(text: Translated, wanted: Language): { text: string; language: Language } {
  for (const candidate of [wanted, ...languages]) {
    const found = text[candidate]
    if (found) return { text: found, language: candidate }
  }
  return { text: '', language: wanted }
}
