import { Button } from '@mantine/core'
import { getDepartures, withdrawDeparture, type Departure } from 'luytre/capacity/departures/departures.api.ts'
import { useTranslation } from 'react-i18next'
import classes from '#capacity/departures/departures.module.css'
import { DepartureFacts } from '#capacity/departures/DepartureFacts.tsx'
import { hindranceText } from '#capacity/departures/hindrance-text.ts'
import { useChange } from '#platform/call/query-for.ts'
import { problemText } from '#platform/call/problem-text.ts'
import { useFormat } from '#platform/i18n/use-language.ts'
import { notifications } from '#ui/notifications.ts'
import { Notice } from '#ui/Notice.tsx'

/** What is planned, until its day; it can be taken back as long as nothing has changed. */
export function PlannedDeparture({ departure }: { departure: Departure }) {
  const { t } = useTranslation('departures')
  const format = useFormat()
  const withdraw = useChange(withdrawDeparture, [getDepartures])
  return (
    <section className={classes.section}>
      {departure.hindrance && (
        <Notice kind="attention" title={t('planned.hindered')}>
          <p>
            {hindranceText(departure.hindrance, format.date(departure.happensOn))} {t('planned.hinderedHelp')}
          </p>
        </Notice>
      )}
      {withdraw.error && (
        <Notice kind="attention">
          <p>{problemText(withdraw.error)}</p>
        </Notice>
      )}
      <h2>{t('planned.title')}</h2>
      <DepartureFacts departure={departure} />
      <p>{t('planned.help')}</p>
      <div>
        <Button
          variant="default"
          loading={withdraw.isPending}
          onClick={() =>
            withdraw.mutate(
              { params: { departureId: departure.id }, ifMatch: departure.version },
              { onSuccess: () => notifications.show({ message: t('planned.withdrawn') }) },
            )
          }
        >
          {t('planned.withdraw')}
        </Button>
      </div>
    </section>
  )
}
