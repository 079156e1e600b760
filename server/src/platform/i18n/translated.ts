import { z } from 'zod'

export const languages = ['vi', 'en', 'ja'] as const
export type Language = (typeof languages)[number]
export const language = z.enum(languages)

/** A text that people read, in the languages that exist; a language that the source lacks is absent. */
export const translated = z.strictObject({
  vi: z.string().max(20_000).optional(),
  en: z.string().max(20_000).optional(),
  ja: z.string().max(20_000).optional(),
})
export type Translated = z.infer<typeof translated>

/** The text in `wanted`, else in the first language that has it, with the language it is in. */
export function textIn(text: Translated, wanted: Language): { text: string; language: Language } {
  for (const candidate of [wanted, ...languages]) {
    const found = text[candidate]
    if (found) return { text: found, language: candidate }
  }
  return { text: '', language: wanted }
}
