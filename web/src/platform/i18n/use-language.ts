import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { formatDate, formatDuration, formatInstant, formatList, formatNumber } from '#platform/i18n/format.ts'
import type { Language } from '#platform/i18n/languages.ts'
import { useMaybeMe } from '#platform/session/session.ts'

export function useLanguage(): Language {
  const { i18n } = useTranslation()
  return i18n.language as Language
}

/** The formatting functions, bound to the reader's language and the authority's time zone. */
export function useFormat() {
  const language = useLanguage()
  const timeZone = useMaybeMe()?.organisation.timeZone ?? 'Asia/Ho_Chi_Minh'
  return useMemo(
    () => ({
      date: (day: string) => formatDate(day, language),
      instant: (instant: string) => formatInstant(instant, language, timeZone),
      number: (value: number, options?: Intl.NumberFormatOptions) => formatNumber(value, language, options),
      list: (items: readonly string[]) => formatList(items, language),
      duration: (durationMs: number) => formatDuration(durationMs, language),
    }),
    [language, timeZone],
  )
}
