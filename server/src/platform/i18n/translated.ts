import { z } from 'zod'
import { languages } from './languages.ts'

export const language = z.enum(languages)

/** A text that people read, in the languages that exist; a language that the source lacks is absent. */
export const translated = z.strictObject({
  vi: z.string().max(20_000).optional(),
  en: z.string().max(20_000).optional(),
  ja: z.string().max(20_000).optional(),
})
export type Translated = z.infer<typeof translated>
