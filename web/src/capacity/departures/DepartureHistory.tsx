import type { Departure } from 'luytre/capacity/departures/departures.api.ts'
import { useTranslation } from 'react-i18next'
import own from '#capacity/departures/departures.module.css'
import classes from '#capacity/people/people.module.css'
import { useFormat } from '#platform/i18n/use-language.ts'

/** Decisions that took effect or were withdrawn, the latest day first. */
export function DepartureHistory({ departures }: { departures: readonly Departure[] }) {
  const { t } = useTranslation('departures')
  const format = useFormat()
  return (
    <section className={own.section}>
      <h2>{t('history.title')}</h2>
      <ol className={classes.timeline}>
        {departures.map(({ id, kind, happensOn, status, cause, supervisor }) => (
          <li key={id}>
            <span className={classes.quiet}>
              {format.date(happensOn)} · {t(`statuses.${status}`)}
            </span>
            <span>
              {t(`kinds.${kind}`)}
              {cause && ` · ${t(`causes.${cause}`)}`}
              {supervisor && ` · ${t('history.supervisor', { name: supervisor.name })}`}
            </span>
          </li>
        ))}
      </ol>
    </section>
  )
}
