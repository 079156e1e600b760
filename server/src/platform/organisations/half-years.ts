/** First and last-plus-one day of a half-year, `YYYY-MM-DD`, and its code: `2026-H1`. */
export interface HalfYearPeriod {
  code: string
  startsOn: string
  endsBefore: string
}

const day = (year: number, month: number): string => `${year}-${String(month).padStart(2, '0')}-01`

/**
 * The half-year `offset` steps after the one that holds `date` (`YYYY-MM-DD`). Years begin in `startMonth`: with 4 (the
 * fiscal year of Japan) 2026-H2 runs from October 2026 to March 2027.
 */
export function halfYearAt(date: string, startMonth: 1 | 4, offset = 0): HalfYearPeriod {
  const [year, month] = date.split('-').map(Number) as [number, number, number]
  const halves = Math.floor((year * 12 + (month - 1) - (startMonth - 1)) / 6) + offset
  const firstMonth = halves * 6 + (startMonth - 1)
  const endMonth = firstMonth + 6
  return {
    code: `${Math.floor(halves / 2)}-H${(halves % 2) + 1}`,
    startsOn: day(Math.floor(firstMonth / 12), (firstMonth % 12) + 1),
    endsBefore: day(Math.floor(endMonth / 12), (endMonth % 12) + 1),
  }
}

/** Calendar day of an instant in an IANA time zone, `YYYY-MM-DD`. */
export function dayIn(timeZone: string, instant: Date): string {
  let format = formats.get(timeZone)
  if (!format) {
    // The Swedish locale writes ISO 8601 dates.
    format = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short' })
    formats.set(timeZone, format)
  }
  return format.format(instant)
}

// Making one takes most of a millisecond. At most one for each of some 600 time zones.
const formats = new Map<string, Intl.DateTimeFormat>()
