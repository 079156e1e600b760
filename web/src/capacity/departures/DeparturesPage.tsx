import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { getDepartures, type Departures } from 'luytre/capacity/departures/departures.api.ts'
import { useTranslation } from 'react-i18next'
import classes from '#capacity/departures/departures.module.css'
import { DepartureForm } from '#capacity/departures/DepartureForm.tsx'
import { DepartureHistory } from '#capacity/departures/DepartureHistory.tsx'
import { PlannedDeparture } from '#capacity/departures/PlannedDeparture.tsx'
import { queryFor } from '#platform/call/query-for.ts'
import { useFormat } from '#platform/i18n/use-language.ts'
import { ErrorState } from '#ui/ErrorState.tsx'
import { Page } from '#ui/Page.tsx'

const route = getRouteApi('/shell/people/$personId/departures')

/** Leaving and handing over: what hangs on a person, who takes it, from which day on. */
export function DeparturesPage() {
  const { t } = useTranslation('departures')
  const { personId } = route.useParams()
  const departures = useQuery(queryFor(getDepartures, { params: { personId } }))
  if (departures.error)
    return (
      <Page title={t('title')}>
        <ErrorState error={departures.error} onRetry={() => void departures.refetch()} />
      </Page>
    )
  if (!departures.data) return <Page title={t('title')}>{null}</Page>
  return <OfPerson key={personId} departures={departures.data} />
}

function OfPerson({ departures }: { departures: Departures }) {
  const { t } = useTranslation('departures')
  const format = useFormat()
  const { person, leftOn } = departures
  const planned = departures.departures.find(({ status }) => status === 'planned')
  const others = departures.departures.filter(one => one !== planned)
  const state = planned
    ? t(planned.kind === 'leave' ? 'state.leaves' : 'state.handsOver', { date: format.date(planned.happensOn) })
    : leftOn
      ? t('state.left', { date: format.date(leftOn) })
      : t('state.nothing')
  return (
    <Page
      title={t('titleOf', { name: person.name })}
      state={
        <>
          {state}{' '}
          <Link to="/people/$personId" params={{ personId: person.id }} className={classes.link}>
            {t('toPerson')}
          </Link>
        </>
      }
      isNarrow
    >
      {planned ? <PlannedDeparture departure={planned} /> : !leftOn && <DepartureForm person={person} charges={departures.charges} />}
      {others.length > 0 && <DepartureHistory departures={others} />}
    </Page>
  )
}
