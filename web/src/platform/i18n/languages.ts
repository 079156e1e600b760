import { languages, type Language } from 'luytre/platform/i18n/languages.ts'

export { languages, type Language }

/** Each language in itself: who looks for it does not read the others. */
export const languageNames: Record<Language, string> = { vi: 'Tiếng Việt', en: 'English', ja: '日本語' }

/** Locale of dates and numbers. English is written the British way: day before month, as in Vietnamese. */
export const locales: Record<Language, string> = { vi: 'vi-VN', en: 'en-GB', ja: 'ja-JP' }

const key = 'luytre.language'

const isLanguage = (value: string | null | undefined): value is Language => languages.some(language => language === value)

/** What was chosen on this device, else the first language of the browser that we have, else Vietnamese. */
export function preferredLanguage(): Language {
  const kept = localStorage.getItem(key)
  if (isLanguage(kept)) return kept
  for (const wanted of navigator.languages) {
    const short = wanted.slice(0, 2).toLowerCase()
    if (isLanguage(short)) return short
  }
  return 'vi'
}

export const keepLanguage = (language: Language): void => localStorage.setItem(key, language)
