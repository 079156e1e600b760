import type { HalfYear } from 'luytre/capacity/assessments/assessments.api.ts'
import { useTranslation } from 'react-i18next'
import classes from '#capacity/development-plans/development-plans.module.css'
import { useToday } from '#platform/session/use-today.ts'
import { locales } from '#platform/i18n/languages.ts'
import { useFormat, useLanguage } from '#platform/i18n/use-language.ts'

// A half-year as a line: days are places on it. Drawn with plain elements, since the dates stand beside it in words.

const msPerDay = 86_400_000
const dayNumber = (day: string): number => Date.parse(`${day}T00:00:00Z`) / msPerDay

/** Place of the beginning of a day on the line, in per cent; beyond 0 and 100 outside of it. */
const placeOf = (halfYear: HalfYear, day: number): number => {
  const first = dayNumber(halfYear.startsOn)
  return ((day - first) / (dayNumber(halfYear.endsOn) + 1 - first)) * 100
}

/** First days of the months that begin in the half-year. */
function monthsOf({ startsOn, endsOn }: HalfYear): string[] {
  const months: string[] = []
  for (
    const at = new Date(`${startsOn.slice(0, 7)}-01T00:00:00Z`);
    at.toISOString().slice(0, 10) <= endsOn;
    at.setUTCMonth(at.getUTCMonth() + 1)
  ) {
    months.push(at.toISOString().slice(0, 10))
  }
  return months
}

/** The names of the months over the bars. */
export function TimeScale({ halfYear }: { halfYear: HalfYear }) {
  const language = useLanguage()
  // "Tháng 12" is wider than a month of the line.
  const name = new Intl.DateTimeFormat(locales[language], { month: language === 'vi' ? 'numeric' : 'short', timeZone: 'UTC' })
  return (
    <span className={classes.scale} aria-hidden>
      {monthsOf(halfYear).map(day => (
        <span key={day} style={{ insetInlineStart: `${Math.max(0, placeOf(halfYear, dayNumber(day)))}%` }}>
          {name.format(new Date(`${day}T00:00:00Z`))}
        </span>
      ))}
    </span>
  )
}

/** When something is planned, as a bar; an end outside of the half-year is cut open. */
export function TimeBar({ halfYear, startsOn, dueOn }: { halfYear: HalfYear; startsOn: string; dueOn: string }) {
  const { t } = useTranslation('plans')
  const format = useFormat()
  const from = placeOf(halfYear, dayNumber(startsOn))
  const to = placeOf(halfYear, dayNumber(dueOn) + 1)
  const start = Math.min(Math.max(from, 0), 100)
  const end = Math.min(Math.max(to, 0), 100)
  const today = placeOf(halfYear, dayNumber(useToday()))
  const isBeyond = from < 0 || to > 100
  const text = t('action.timeSummary', { from: format.date(startsOn), to: format.date(dueOn) })
  return (
    <span className={classes.line} role="img" aria-label={isBeyond ? `${text}, ${t('action.beyond')}` : text} title={text}>
      {monthsOf(halfYear).map(day => (
        <span key={day} className={classes.tick} style={{ insetInlineStart: `${placeOf(halfYear, dayNumber(day))}%` }} />
      ))}
      <span
        className={classes.bar}
        data-open-start={from < 0 || undefined}
        data-open-end={to > 100 || undefined}
        style={{ insetInlineStart: `${start}%`, width: `max(4px, ${end - start}%)` }}
      />
      {today >= 0 && today <= 100 && <span className={classes.today} style={{ insetInlineStart: `${today}%` }} />}
    </span>
  )
}

/** What bar and line mean. */
export function TimeLegend({ halfYear }: { halfYear: HalfYear }) {
  const { t } = useTranslation('plans')
  const today = useToday()
  return (
    <p className={classes.legend}>
      <span className={classes.key}>
        <span className={classes.keyBar} aria-hidden />
        {t('action.planned')}
      </span>
      {halfYear.startsOn <= today && today <= halfYear.endsOn && (
        <span className={classes.key}>
          <span className={classes.keyToday} aria-hidden />
          {t('action.today')}
        </span>
      )}
    </p>
  )
}
