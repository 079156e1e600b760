import { locales, type Language } from '#platform/i18n/languages.ts'

// Dates, numbers and durations as the reader writes them. Instants are shown in the authority's time zone, whatever
// the zone of the device: two people who compare screens see the same hour.

/** Vietnamese papers write 22/11/2026; the medium style would be "22 thg 11, 2026". */
const dayStyle: Record<Language, Intl.DateTimeFormatOptions> = {
  vi: { day: '2-digit', month: '2-digit', year: 'numeric' },
  en: { day: 'numeric', month: 'short', year: 'numeric' },
  ja: { day: '2-digit', month: '2-digit', year: 'numeric' },
}

/** Whether a text is a day that the calendar has, as `2026-04-01`. */
export function isDay(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false
  const date = new Date(`${text}T00:00:00Z`)
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text)
}

/** A calendar day, `2026-04-01`, without a zone. */
export function formatDate(day: string, language: Language): string {
  return new Intl.DateTimeFormat(locales[language], { ...dayStyle[language], timeZone: 'UTC' }).format(new Date(`${day}T00:00:00Z`))
}

export function formatInstant(instant: string, language: Language, timeZone: string): string {
  return new Intl.DateTimeFormat(locales[language], { ...dayStyle[language], hour: '2-digit', minute: '2-digit', timeZone }).format(
    new Date(instant),
  )
}

export function formatNumber(value: number, language: Language, options: Intl.NumberFormatOptions = {}): string {
  return new Intl.NumberFormat(locales[language], options).format(value)
}

/** One after the other, without an "and": "19 roles, 17 competencies". */
export const formatList = (items: readonly string[], language: Language): string =>
  // Japanese would list units with spaces, which a line may break at.
  new Intl.ListFormat(locales[language], { type: language === 'ja' ? 'conjunction' : 'unit' }).format(items)

const units = [
  ['days', 86_400_000],
  ['hours', 3_600_000],
  ['minutes', 60_000],
  ['seconds', 1000],
] as const

/** In words, the two largest units: "2 hours 5 minutes". */
export function formatDuration(durationMs: number, language: Language): string {
  const parts: Partial<Record<(typeof units)[number][0], number>> = {}
  let rest = Math.max(0, Math.round(durationMs / 1000) * 1000)
  for (const [unit, lengthMs] of units) {
    const count = Math.floor(rest / lengthMs)
    rest -= count * lengthMs
    if (count > 0) parts[unit] = count
    if (Object.keys(parts).length === 2) break
  }
  if (Object.keys(parts).length === 0) parts.seconds = 0
  return new Intl.DurationFormat(locales[language], { style: 'long', secondsDisplay: parts.seconds === 0 ? 'always' : 'auto' }).format(
    parts,
  )
}

/** The order in which a reader types a date. */
const dateOrder: Record<Language, 'day-first' | 'year-first'> = { vi: 'day-first', en: 'day-first', ja: 'year-first' }

/** `2026-04-01` as it is typed: `01/04/2026`, in Japanese `2026/04/01`. */
export function typedDate(day: string, language: Language): string {
  const [year, month, date] = day.split('-')
  return dateOrder[language] === 'year-first' ? `${year}/${month}/${date}` : `${date}/${month}/${year}`
}

/**
 * What was typed, as `2026-04-01`; undefined when it is no day. Takes / . - and spaces, also 2026年4月1日, full-width
 * digits, and a date that starts with the year in every language.
 */
export function readTypedDate(typed: string, language: Language): string | undefined {
  const numbers = typed.normalize('NFKC').match(/\d+/g)
  if (numbers?.length !== 3) return undefined
  const [first = '', second = '', third = ''] = numbers
  const yearFirst = first.length === 4 || (dateOrder[language] === 'year-first' && third.length !== 4)
  const [year, month, date] = yearFirst ? [first, second, third] : [third, second, first]
  if (year.length !== 4) return undefined
  const day = `${year}-${month.padStart(2, '0')}-${date.padStart(2, '0')}`
  return isDay(day) ? day : undefined
}
