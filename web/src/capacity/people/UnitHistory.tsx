import { Button } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { getPerson, listPeople, listUnits } from 'luytre/capacity/people/people.api.ts'
import { cancelUnitEvent, getUnitHistory, listUnitEvents, type UnitEvent } from 'luytre/capacity/people/unit-events.api.ts'
import { useTranslation } from 'react-i18next'
import classes from '#capacity/people/people.module.css'
import { useSpanText } from '#capacity/people/use-span-text.ts'
import { problemText } from '#platform/call/problem-text.ts'
import { queryFor, useChange } from '#platform/call/query-for.ts'
import { useFormat } from '#platform/i18n/use-language.ts'
import { useScope } from '#platform/session/session.ts'
import { Notice } from '#ui/Notice.tsx'
import { notifications } from '#ui/notifications.ts'
import { TranslatedText } from '#ui/TranslatedText.tsx'

/** What a unit was called and where it belonged, and the events with what was before and what came after. */
export function UnitHistory({ unitId }: { unitId: string }) {
  const { t } = useTranslation('people')
  const format = useFormat()
  const span = useSpanText()
  const mayWrite = useScope('unit.write') !== undefined
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
              {event.isCancellable && mayWrite && <CancelEvent eventId={event.id} />}
            </li>
          ))}
        </ul>
      )}
    </section>
  )
}

function CancelEvent({ eventId }: { eventId: string }) {
  const { t } = useTranslation('people')
  const cancel = useChange(cancelUnitEvent, [getUnitHistory, listUnitEvents, listUnits, listPeople, getPerson])
  return (
    <>
      <span>
        <Button
          variant="default"
          size="compact-sm"
          loading={cancel.isPending}
          onClick={() =>
            cancel.mutate({ params: { eventId } }, { onSuccess: () => notifications.show({ message: t('unitHistory.cancelled') }) })
          }
        >
          {t('unitHistory.cancel')}
        </Button>
      </span>
      {cancel.error && (
        <Notice kind="attention">
          <p>{problemText(cancel.error)}</p>
        </Notice>
      )}
    </>
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
