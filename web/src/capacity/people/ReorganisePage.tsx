import { Button, MultiSelect } from '@mantine/core'
import { notifications } from '#ui/notifications.ts'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router'
import { listPeople, listUnits, type Unit } from 'luytre/capacity/people/people.api.ts'
import { getUnitHistory, listUnitEvents, previewUnitEnding, recordUnitEvent } from 'luytre/capacity/people/unit-events.api.ts'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { PlacePosts } from '#capacity/people/PlacePosts.tsx'
import { bodyOfEvent, endingKinds, foundedValues, idsOf, newValues, placesOf, type EventValues } from '#capacity/people/reorganise-form.ts'
import { UnitFields } from '#capacity/people/UnitFields.tsx'
import { choicesOfUnits } from '#capacity/people/unit-tree.ts'
import { call } from '#platform/call/call.ts'
import { fieldText } from '#platform/call/problem-text.ts'
import { queryFor, useChange } from '#platform/call/query-for.ts'
import { useTranslated } from '#platform/i18n/use-translated.ts'
import { ErrorState } from '#ui/ErrorState.tsx'
import { DateField } from '#ui/form/DateField.tsx'
import { FieldGroup } from '#ui/form/FieldGroup.tsx'
import { fieldProblems } from '#ui/form/field-problems.ts'
import { FormFrame } from '#ui/form/FormFrame.tsx'
import { SelectField } from '#ui/form/SelectField.tsx'
import { TextField } from '#ui/form/TextField.tsx'
import { useForm, type Form } from '#ui/form/use-form.ts'
import { Notice } from '#ui/Notice.tsx'
import { Page } from '#ui/Page.tsx'

const route = getRouteApi('/shell/units-reorganised')
const isDay = (text: string): boolean => /^\d{4}-\d{2}-\d{2}$/.test(text)

/** Ends units on a day and says what succeeds them; everybody in them is shown, with where they go. */
export function ReorganisePage() {
  const { t } = useTranslation('people')
  const { unitId } = route.useSearch()
  const units = useQuery(queryFor(listUnits))
  return (
    <Page title={t('reorganise.title')} state={t('reorganise.state')} isNarrow>
      {units.error && <ErrorState error={units.error} onRetry={() => void units.refetch()} />}
      {units.data && <EventForm key={unitId} units={units.data.units} unitId={unitId} />}
    </Page>
  )
}

function EventForm({ units, unitId }: { units: readonly Unit[]; unitId: string | undefined }) {
  const { t } = useTranslation('people')
  const navigate = useNavigate()
  const translated = useTranslated()
  const [left, setLeft] = useState<{ people: readonly { id: string; name: string }[]; day: string }>()
  const record = useChange(recordUnitEvent, [listUnits, listPeople, getUnitHistory, listUnitEvents])
  const form: Form<EventValues> = useForm<EventValues>({
    initial: newValues(unitId),
    check: values => fieldProblems(recordUnitEvent, bodyOfEvent(values, preview.data?.posts.length ?? 0)),
    submit: async values => {
      const { withoutSupervisor, moved, ended } = await record.mutateAsync({ body: bodyOfEvent(values, preview.data?.posts.length ?? 0) })
      notifications.show({ message: t('reorganise.done', { moved, ended }) })
      if (withoutSupervisor.length > 0) setLeft({ people: withoutSupervisor, day: values['happensOn']! })
      else await navigate({ to: '/units', search: { asOf: values['happensOn'] } })
    },
  })
  const { values } = form
  const predecessorIds = idsOf(values['predecessorIds'])
  const happensOn = values['happensOn'] ?? ''
  const preview = useQuery({
    queryKey: [previewUnitEnding.name, predecessorIds, happensOn],
    queryFn: ({ signal }) => call(previewUnitEnding, { body: { predecessorIds, happensOn }, signal }),
    enabled: predecessorIds.length > 0 && isDay(happensOn),
  })
  const places = placesOf(values, units, translated)
  const foundedCount = Number(values['foundedCount'])

  if (left)
    return (
      <Notice kind="attention" title={t('reorganise.withoutSupervisor')}>
        <ul>
          {left.people.map(one => (
            <li key={one.id}>
              <Link to="/people/$personId/edit" params={{ personId: one.id }}>
                {one.name}
              </Link>
            </li>
          ))}
        </ul>
        <p>
          <Link to="/units" search={{ asOf: left.day }}>
            {t('reorganise.toUnits')}
          </Link>
        </p>
      </Notice>
    )
  return (
    <FormFrame form={form} submit={t('reorganise.submit')} cancelTo={{ to: '/units' }}>
      <SelectField
        form={form}
        name="kind"
        label={t('reorganise.kind')}
        choices={endingKinds.map(kind => ({ value: kind, label: `${t(`eventKinds.${kind}`)}: ${t(`eventKindHelp.${kind}`)}` }))}
      />
      <UnitsField form={form} name="predecessorIds" label={t('reorganise.predecessors')} units={units} />
      <DateField form={form} name="happensOn" label={t('event.happensOn')} help={t('event.happensOnHelp')} />
      <TextField form={form} name="basis" label={t('event.basis')} help={t('event.basisHelp')} />
      {values['kind'] !== 'dissolve' && (
        <>
          <UnitsField
            form={form}
            name="successorIds"
            label={t('reorganise.successors')}
            help={t('reorganise.successorsHelp')}
            units={units}
          />
          {Array.from({ length: foundedCount }, (_, index) => (
            <FieldGroup key={index} label={t('reorganise.founded', { number: index + 1 })}>
              <UnitFields form={form} units={units} prefix={`founded.${index}.`} />
            </FieldGroup>
          ))}
          <div>
            <Button
              variant="default"
              onClick={() => {
                for (const [name, value] of Object.entries(foundedValues(foundedCount))) form.set(name, value)
              }}
            >
              {t('reorganise.addFounded')}
            </Button>
          </div>
        </>
      )}
      {places.length > 1 && (
        <SelectField
          form={form}
          name="defaultSuccessor"
          label={t('reorganise.everybodyTo')}
          help={t('reorganise.everybodyToHelp')}
          choices={places}
          isOptional
        />
      )}
      {preview.error && <ErrorState error={preview.error} isInline />}
      {preview.data && (
        <PlacePosts
          form={form}
          posts={preview.data.posts}
          parts={preview.data.parts}
          places={places}
          units={choicesOfUnits(units, translated)}
        />
      )}
    </FormFrame>
  )
}

/** Several units; the form keeps their ids as one text. */
function UnitsField({
  form,
  name,
  label,
  help,
  units,
}: {
  form: Form<EventValues>
  name: string
  label: string
  help?: string
  units: readonly Unit[]
}) {
  const translated = useTranslated()
  const problem = form.problemOf(name)
  form.labels.set(name, label)
  return (
    <MultiSelect
      id={`${form.id}${name}`}
      label={label}
      description={help}
      data={choicesOfUnits(units, translated)}
      value={idsOf(form.values[name])}
      onChange={ids => form.set(name, ids.join(','))}
      error={problem && fieldText(problem)}
      searchable
      limit={200}
    />
  )
}
