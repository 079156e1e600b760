import { Button, MultiSelect } from '@mantine/core'
import { IconPlus, IconTrash } from '@tabler/icons-react'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router'
import { listUnits, type Unit } from 'luytre/capacity/people/people.api.ts'
import { previewUnitEnding, recordUnitEvent } from 'luytre/capacity/people/unit-events.api.ts'
import { useCallback, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { eventFields } from '#capacity/people/event-fields.ts'
import classes from '#capacity/people/people.module.css'
import { UnitNeeds } from '#capacity/people/UnitNeeds.tsx'
import { PlacePosts } from '#capacity/people/PlacePosts.tsx'
import { bodyOfEvent, endingKinds, fieldOfEvent, idsOf, newValues, placesOf, type EventValues } from '#capacity/people/reorganise-form.ts'
import { UnitFields } from '#capacity/people/UnitFields.tsx'
import { choicesOfUnits } from '#capacity/people/unit-tree.ts'
import { staleAfterPeopleChange } from '#capacity/stale-after.ts'
import { call } from '#platform/call/call.ts'
import { CallProblem } from '#platform/call/call-problem.ts'
import { queryFor, refresh, useChange } from '#platform/call/query-for.ts'
import { isDay } from '#platform/i18n/format.ts'
import { useTranslated } from '#platform/i18n/use-translated.ts'
import { ErrorState } from '#ui/ErrorState.tsx'
import { filterWithoutAccents } from '#ui/filter-without-accents.ts'
import { DateField } from '#ui/form/DateField.tsx'
import { FieldGroup } from '#ui/form/FieldGroup.tsx'
import { fieldProblems } from '#ui/form/field-problems.ts'
import { useField } from '#ui/form/field-props.ts'
import { FormFrame } from '#ui/form/FormFrame.tsx'
import { SelectField } from '#ui/form/SelectField.tsx'
import { TextField } from '#ui/form/TextField.tsx'
import { useForm, type Form } from '#ui/form/use-form.ts'
import { Notice } from '#ui/Notice.tsx'
import { notifications } from '#ui/notifications.ts'
import { Page } from '#ui/Page.tsx'

const route = getRouteApi('/shell/units-reorganised')
/** As many as the server takes. */
const maxFounded = 50

/** Ends units on a day and says what succeeds them; everybody in them is shown, with where they go. */
export function ReorganisePage() {
  const { t } = useTranslation('people')
  const { unitId } = route.useSearch()
  const units = useQuery(queryFor(listUnits))
  return (
    <Page title={t('reorganise.title')} state={t('reorganise.state')} isNarrow>
      {units.error && !units.data && <ErrorState error={units.error} onRetry={() => void units.refetch()} />}
      {units.data && <EventForm key={unitId} units={units.data.units} unitId={unitId} />}
    </Page>
  )
}

/** Who ends on the day, as the server knows it: asked for as soon as both are said. */
function useEnding(values: EventValues) {
  const { happensOn } = values
  const predecessorIds = idsOf(values.predecessorIds)
  return useQuery({
    queryKey: [previewUnitEnding.name, predecessorIds, happensOn],
    queryFn: ({ signal }) => call(previewUnitEnding, { body: { predecessorIds, happensOn }, signal }),
    enabled: predecessorIds.length > 0 && isDay(happensOn),
  })
}

function EventForm({ units, unitId }: { units: readonly Unit[]; unitId: string | undefined }) {
  const { t } = useTranslation('people')
  const navigate = useNavigate()
  const translated = useTranslated()
  const queries = useQueryClient()
  const [left, setLeft] = useState<{ people: readonly { id: string; name: string }[]; day: string }>()
  const record = useChange(recordUnitEvent, staleAfterPeopleChange)
  const form: Form<EventValues> = useForm<EventValues>({
    initial: newValues(unitId),
    draft: `unit.${unitId ?? 'any'}.ending`,
    check: async sent => {
      const problems = await fieldProblems(recordUnitEvent, bodyOfEvent(sent, preview.data))
      // Nobody is moved unseen.
      if (problems.length === 0 && (!preview.data || preview.isFetching))
        throw preview.error ?? new CallProblem(409, 'unit-event.preview-stale')
      return problems
    },
    submit: async sent => {
      const { withoutSupervisor, moved, ended } = await record.mutateAsync({ body: bodyOfEvent(sent, preview.data) }).catch(async error => {
        if (error instanceof CallProblem && error.code === 'unit-event.preview-stale') await refresh(queries, previewUnitEnding)
        throw error
      })
      notifications.show({ message: t('reorganise.done', { moved, ended }) })
      if (withoutSupervisor.length > 0) setLeft({ people: withoutSupervisor, day: sent.happensOn })
      else await navigate({ to: '/units', search: { asOf: sent.happensOn } })
    },
    fieldOf: (path, sent) => fieldOfEvent(path, sent, preview.data),
  })
  const { values } = form
  const preview = useEnding(values)
  const places = placesOf(values, units, translated)
  const { fields, founded, add, remove } = eventFields(form, preview.data)
  const successorIds = idsOf(values.successorIds)
  const isEnding = (id: string): boolean => idsOf(values.predecessorIds).includes(id) && !successorIds.includes(id)

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
      {values.kind !== 'dissolve' && (
        <>
          <UnitsField
            form={form}
            name="successorIds"
            label={t('reorganise.successors')}
            help={t('reorganise.successorsHelp')}
            units={units}
          />
          {founded.map(({ key }, index) => (
            <FieldGroup key={key} label={t('reorganise.founded', { number: index + 1 })}>
              <UnitFields form={fields} units={units} prefix={`founded.${key}.`} />
              <div>
                <Button
                  variant="subtle"
                  color="gray"
                  size="compact-md"
                  leftSection={<IconTrash size={16} aria-hidden />}
                  onClick={() => remove(key)}
                >
                  {t('reorganise.removeFounded', { number: index + 1 })}
                </Button>
              </div>
            </FieldGroup>
          ))}
          <div>
            <Button
              variant="default"
              leftSection={<IconPlus size={17} aria-hidden />}
              disabled={founded.length >= maxFounded}
              onClick={add}
            >
              {t('reorganise.addFounded')}
            </Button>
          </div>
        </>
      )}
      {places.length > 1 && (
        <SelectField
          form={fields}
          name="defaultSuccessor"
          label={t('reorganise.everybodyTo')}
          help={t('reorganise.everybodyToHelp')}
          choices={places}
          isOptional
        />
      )}
      {preview.isLoading && <p className={classes.quiet}>{t('reorganise.looking')}</p>}
      {preview.error && !preview.data && <ErrorState error={preview.error} onRetry={() => void preview.refetch()} isInline />}
      {preview.data && (
        <PlacePosts
          form={fields}
          posts={preview.data.posts}
          parts={preview.data.parts}
          places={places}
          units={choicesOfUnits(units, translated).filter(({ value }) => !isEnding(value) && !successorIds.includes(value))}
        />
      )}
      {preview.data && <UnitNeeds needs={preview.data.needs} />}
    </FormFrame>
  )
}

interface UnitsFieldProps {
  form: Form<EventValues>
  name: 'predecessorIds' | 'successorIds'
  label: string
  help?: string
  units: readonly Unit[]
}

/** Several units; the form keeps their ids as one text. */
function UnitsField({ form, name, label, help, units }: UnitsFieldProps) {
  const { t } = useTranslation()
  const translated = useTranslated()
  const textOfValue = useCallback(
    (value: string) =>
      idsOf(value)
        .map(id => units.find(unit => unit.id === id)?.code ?? id)
        .join(', '),
    [units],
  )
  const field = useField({ form, name, label }, textOfValue)
  return (
    <MultiSelect
      id={field.id}
      label={label}
      description={help}
      data={choicesOfUnits(units, translated)}
      value={idsOf(field.value)}
      onChange={ids => field.set(ids.join(','))}
      error={field.error}
      searchable
      filter={filterWithoutAccents}
      nothingFoundMessage={t('form.nothingFound')}
      limit={200}
    />
  )
}
