import { textsIn } from '#platform/i18n/server-texts.ts'
import type { TextKey } from '#platform/i18n/server-texts.ts'
import { textIn } from '#platform/i18n/languages.ts'
import type { Language } from '#platform/i18n/languages.ts'
import type { Translated } from '#platform/i18n/translated.ts'
import type { Plan } from './development-plans.api.ts'
import { detailNamesOf } from './plan-content.api.ts'
import type { PlanAction } from './plan-content.api.ts'

// Days, and what people wrote besides, as a document says them.

const locales = { vi: 'vi-VN', en: 'en-GB', ja: 'ja-JP' } as const

const dayStyles = {
  vi: { day: '2-digit', month: '2-digit', year: 'numeric' },
  en: { day: 'numeric', month: 'short', year: 'numeric' },
  ja: { day: '2-digit', month: '2-digit', year: 'numeric' },
} as const

/** Writes a calendar day, `YYYY-MM-DD`, as the language writes it, short enough for a column. */
export function dayFormat(language: Language): (day: string) => string {
  const format = new Intl.DateTimeFormat(locales[language], { ...dayStyles[language], timeZone: 'UTC' })
  return day => format.format(new Date(`${day}T00:00:00Z`))
}

/** Writes an instant as the clock of the authority showed it, with the zone. */
export function instantFormat(language: Language, timeZone: string): (instant: string) => string {
  const style = { ...dayStyles[language], hour: '2-digit', minute: '2-digit', timeZoneName: 'short', timeZone } as const
  const format = new Intl.DateTimeFormat(locales[language], style)
  return instant => format.format(new Date(instant))
}

/** "Provider: CMC; Hours: 40": what is known of an action besides its title and days; empty when nothing is. */
export function detailsText({ kind, details }: PlanAction, language: Language): string {
  const t = textsIn(language)
  const day = dayFormat(language)
  const values = new Map(Object.entries(details) as [string, string | number | Translated | null][])
  const textOf = (name: string): string => {
    const value = values.get(name)
    if (value === undefined || value === null || value === '') return ''
    if (typeof value === 'object') return textIn(value, language).text
    return name === 'examOn' ? day(String(value)) : String(value)
  }
  return detailNamesOf(kind)
    .filter(name => name !== 'mentorId' && name !== 'unitId' && textOf(name))
    .map(name => [t(`development-plans:details.${name}` as TextKey), textOf(name)].join(language === 'ja' ? '：' : ': '))
    .join(language === 'ja' ? '；' : '; ')
}

/** Label and text of each wish that was written. */
export function preferenceRows({ preferences }: Plan, language: Language): [string, string][] {
  const t = textsIn(language)
  const day = dayFormat(language)
  const { wishedRole, kinds, availableFrom, availableTo, languages, remarks } = preferences
  const between = language === 'ja' ? '、' : ', '
  const rows: [string, string][] = [
    [t('development-plans:preferences.wishedRole'), wishedRole ? textIn(wishedRole.name, language).text : ''],
    [t('development-plans:preferences.kinds'), kinds.map(kind => t(`development-plans:kinds.${kind}`)).join(between)],
    [t('development-plans:preferences.availableFrom'), availableFrom ? day(availableFrom) : ''],
    [t('development-plans:preferences.availableTo'), availableTo ? day(availableTo) : ''],
    [t('development-plans:preferences.languages'), languages.map(one => t(`development-plans:languages.${one}`)).join(between)],
    [t('development-plans:preferences.remarks'), remarks],
  ]
  return rows.filter(([, text]) => text)
}
