import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { getUnitHistory, type UnitEvent } from 'luytre/capacity/people/unit-events.api.ts'
import { useTranslation } from 'react-i18next'
import classes from '#capacity/people/people.module.css'
import { useSpanText } from '#capacity/people/use-span-text.ts'
import { queryFor } from '#platform/call/query-for.ts'
import { useFormat } from '#platform/i18n/use-language.ts'
import { TranslatedText } from '#ui/TranslatedText.tsx'

/** What a unit was called and where it belonged, and the events with what was before and what came after. */
export function UnitHistory({ unitId }: { unitId: string }) {
  const { t } = useTranslation('people')
  const format = useFormat()
  const span = useSpanText()
  const history = useQuery(queryFor(getUnitHistory, { params: { unitId } })).data
  if (!history) return null
  return (
    <section>
      <h3>{t('unitHistory.title')}</h3>
      <ol className={classes.timeline}>
        {history.states.map(state => (
          <li key={state.startsOn ?? ''}>
            <span className={classes.quiet}>{span(state.startsOn, state.endsBefore)}</span>
            <span>
              <TranslatedText text={state.name} /> ({state.code})
              {state.parent && (
                <>
                  {' · '}
                  {t('unitHistory.partOf')} <TranslatedText text={state.parent.name} />
                </>
              )}
            </span>
          </li>
        ))}
      </ol>
      {history.events.length > 0 && (
        <ul className={classes.timeline}>
          {history.events.map(event => (
            <li key={event.id}>
              <span className={classes.quiet}>{t('unitHistory.from', { date: format.date(event.happensOn) })}</span>
              <EventText event={event} />
            </li>
          ))}
        </ul>
      )}
    </section>
  )
}

function EventText({ event }: { event: UnitEvent }) {
  const { t } = useTranslation('people')
  return (
    <span>
      <b>{t(`eventKinds.${event.kind}`)}</b>: <Units units={event.predecessors} day={before(event.happensOn)} /> →{' '}
      {event.successors.length > 0 ? <Units units={event.successors} day={event.happensOn} /> : t('unitHistory.nothing')}
      <span className={classes.quiet}> · {event.basis}</span>
    </span>
  )
}

/** The day before, `YYYY-MM-DD`. */
const before = (day: string): string => new Date(Date.parse(day) - 86_400_000).toISOString().slice(0, 10)

function Units({ units, day }: { units: UnitEvent['predecessors']; day: string }) {
  return units.map((unit, index) => (
    <span key={unit.id}>
      {index > 0 && ', '}
      <Link to="/units/$unitId" params={{ unitId: unit.id }} search={{ asOf: day }}>
        <TranslatedText text={unit.name} /> ({unit.code})
      </Link>
    </span>
  ))
}
