// Dates that were typed as text. Years come first or last; of day and month the day comes first, as in Viet Nam, wherever
// the figures themselves do not say otherwise.

export type DateReading =
  /** Only one reading is possible. `isExact` for ISO 8601, which needs no remark. */
  | { kind: 'clear'; date: string; isExact: boolean; shows?: 'day-first' | 'month-first' }
  /** Day and month could change places; `date` takes the day first. */
  | { kind: 'ambiguous'; date: string }
  | { kind: 'unreadable' }

function toDate(year: number, month: number, day: number): string | undefined {
  const date = new Date(Date.UTC(year, month - 1, day))
  const isReal = date.getUTCFullYear() === year && date.getUTCMonth() === month - 1 && date.getUTCDate() === day
  return isReal && year >= 1000 && year <= 9999 ? date.toISOString().slice(0, 10) : undefined
}

export function readDateText(text: string): DateReading {
  const plain = text
    .normalize('NFKC')
    .trim()
    .replace(/^ngày\s+/iu, '')
  const clear = (date: string | undefined, isExact: boolean, shows?: 'day-first' | 'month-first'): DateReading =>
    date === undefined ? { kind: 'unreadable' } : { kind: 'clear', date, isExact, ...(shows ? { shows } : {}) }

  // ISO 8601, and what a database export adds to it.
  const iso = /^(\d{4})-(\d{2})-(\d{2})(?:[T ]00:00(?::00(?:\.0+)?)?Z?)?$/.exec(plain)
  if (iso) return clear(toDate(Number(iso[1]), Number(iso[2]), Number(iso[3])), true)
  const yearFirst = /^(\d{4})(?:[-/.]|\s*年\s*)(\d{1,2})(?:[-/.]|\s*月\s*)(\d{1,2})\s*日?$/.exec(plain)
  if (yearFirst) return clear(toDate(Number(yearFirst[1]), Number(yearFirst[2]), Number(yearFirst[3])), false)
  const worded = /^(\d{1,2})\s+tháng\s+(\d{1,2})(?:\s+năm|,)?\s+(\d{4})$/iu.exec(plain)
  if (worded) return clear(toDate(Number(worded[3]), Number(worded[2]), Number(worded[1])), false)
  const yearLast = /^(\d{1,2})([-/.])(\d{1,2})\2(\d{4})$/.exec(plain)
  if (!yearLast) return { kind: 'unreadable' }
  const [first, second, year] = [Number(yearLast[1]), Number(yearLast[3]), Number(yearLast[4])]
  const dayFirst = toDate(year, second, first)
  const monthFirst = toDate(year, first, second)
  if (dayFirst === undefined) return clear(monthFirst, false, 'month-first')
  if (monthFirst === undefined) return clear(dayFirst, false, 'day-first')
  return dayFirst === monthFirst ? clear(dayFirst, false) : { kind: 'ambiguous', date: dayFirst }
}
