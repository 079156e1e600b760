import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { listPlans } from 'luytre/capacity/development-plans/development-plans.api.ts'
import { departureKinds, departureCauses, getDepartures, recordDeparture, type Charges } from 'luytre/capacity/departures/departures.api.ts'
import { getPerson, listPeople, listUnits } from 'luytre/capacity/people/people.api.ts'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { ChargesOf } from '#capacity/departures/ChargesOf.tsx'
import { bodyOf, newValues, type DepartureValues } from '#capacity/departures/departure-form.ts'
import own from '#capacity/departures/departures.module.css'
import classes from '#capacity/people/people.module.css'
import { PersonField } from '#capacity/people/PersonField.tsx'
import { queryFor, useChange } from '#platform/call/query-for.ts'
import { isDay } from '#platform/i18n/format.ts'
import { ErrorState } from '#ui/ErrorState.tsx'
import { DateField } from '#ui/form/DateField.tsx'
import { fieldProblems } from '#ui/form/field-problems.ts'
import { FormFrame } from '#ui/form/FormFrame.tsx'
import { SelectField } from '#ui/form/SelectField.tsx'
import { TextField } from '#ui/form/TextField.tsx'
import { useForm, type Form } from '#ui/form/use-form.ts'
import { notifications } from '#ui/notifications.ts'
import { TranslatedText } from '#ui/TranslatedText.tsx'

/** People who are drawn with a choice of their own; the others go to the supervisor of all. */
const drawnAtOnce = 200

interface DepartureFormProps {
  person: { id: string; name: string }
  /** As of today, until a day is chosen. */
  charges: Charges
}

export function DepartureForm({ person, charges: ofToday }: DepartureFormProps) {
  const { t } = useTranslation('departures')
  const record = useChange(recordDeparture, [getDepartures, getPerson, listPeople, listUnits, listPlans])
  const [idempotencyKey] = useState(() => crypto.randomUUID())
  const form: Form<DepartureValues> = useForm<DepartureValues>({
    initial: newValues,
    check: values => fieldProblems(recordDeparture, bodyOf(values, charges)),
    submit: async values => {
      const { departures } = await record.mutateAsync({ params: { personId: person.id }, body: bodyOf(values, charges), idempotencyKey })
      const isPlanned = departures.some(({ status }) => status === 'planned')
      notifications.show({ message: t(isPlanned ? 'form.planned' : 'form.done') })
    },
  })
  const day = form.values['happensOn'] ?? ''
  const onDay = useQuery({
    ...queryFor(getDepartures, { params: { personId: person.id }, query: { day } }),
    enabled: isDay(day),
    placeholderData: previous => previous,
  })
  const charges = isDay(day) && onDay.data ? onDay.data.charges : ofToday
  const leaves = form.values['kind'] === 'leave'
  const { reports } = charges
  return (
    <FormFrame form={form} submit={t(leaves ? 'form.submitLeave' : 'form.submitHandOver')} cancelTo={{ to: '/people' }}>
      <SelectField
        form={form}
        name="kind"
        label={t('form.kind')}
        choices={departureKinds.map(kind => ({ value: kind, label: t(`kinds.${kind}`) }))}
      />
      <DateField form={form} name="happensOn" label={t('form.happensOn')} help={t('form.happensOnHelp')} />
      {leaves && (
        <SelectField
          form={form}
          name="cause"
          label={t('form.cause')}
          choices={departureCauses.map(cause => ({ value: cause, label: t(`causes.${cause}`) }))}
          isOptional
        />
      )}
      <TextField form={form} name="note" type="long" label={t('form.note')} isOptional />
      {onDay.error && <ErrorState error={onDay.error} isInline />}
      <ChargesOf charges={charges} leaves={leaves} />
      {reports.length > 0 ? (
        <section className={own.section}>
          <h2>{t('form.handOver', { count: reports.length })}</h2>
          <PersonField
            form={form}
            name="supervisorId"
            label={t('form.supervisor')}
            isLeftOut={({ id, leftOn }) => id === person.id || leftOn !== null}
          />
          {reports.length > drawnAtOnce && (
            <p className={classes.quiet}>{t('form.moreReports', { count: reports.length - drawnAtOnce })}</p>
          )}
          <ul className={classes.placing}>
            {reports.slice(0, drawnAtOnce).map(report => (
              <li key={report.person.id}>
                <span>
                  <Link to="/people/$personId" params={{ personId: report.person.id }}>
                    {report.person.name}
                  </Link>
                  <span className={classes.quiet}>
                    {report.title && ` · ${report.title}`} · <TranslatedText text={report.unit.name} />
                  </span>
                </span>
                <PersonField
                  form={form}
                  name={`other.${report.person.id}`}
                  label={t('form.otherSupervisor', { name: report.person.name })}
                  placeholder={t('form.likeAll')}
                  isLeftOut={({ id, leftOn }) => id === person.id || id === report.person.id || leftOn !== null}
                  isOptional
                />
              </li>
            ))}
          </ul>
        </section>
      ) : (
        !leaves && <p className={classes.quiet}>{t('form.nothingToHandOver')}</p>
      )}
    </FormFrame>
  )
}
