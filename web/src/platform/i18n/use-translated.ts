import { textIn } from 'luytre/platform/i18n/languages.ts'
import type { Translated } from 'luytre/platform/i18n/translated.ts'
import { useCallback } from 'react'
import { useLanguage } from '#platform/i18n/use-language.ts'

/** A content text as a plain string, for options, titles and sentences; elsewhere use `<TranslatedText>`. */
export function useTranslated(): (text: Translated) => string {
  const language = useLanguage()
  return useCallback(text => textIn(text, language).text, [language])
}
