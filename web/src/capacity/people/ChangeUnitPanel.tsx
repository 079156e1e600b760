import { notifications } from '#ui/notifications.ts'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi, useNavigate } from '@tanstack/react-router'
import { listUnits, type Unit } from 'luytre/capacity/people/people.api.ts'
import { renameOrMoveUnit, type UnitHistory } from 'luytre/capacity/people/unit-events.api.ts'
import { useTranslation } from 'react-i18next'
import { bodyOfUnit, UnitFields, valuesOfUnit } from '#capacity/people/UnitFields.tsx'
import { staleAfterPeopleChange } from '#capacity/stale-after.ts'
import { unitAndBelow } from '#capacity/people/unit-tree.ts'
import { CallProblem } from '#platform/call/call-problem.ts'
import { queryFor, useChange } from '#platform/call/query-for.ts'
import { useToday } from '#platform/session/use-today.ts'
import { DetailPanel } from '#ui/DetailPanel.tsx'
import { ErrorState } from '#ui/ErrorState.tsx'
import { DateField } from '#ui/form/DateField.tsx'
import { fieldProblems } from '#ui/form/field-problems.ts'
import { FormFrame } from '#ui/form/FormFrame.tsx'
import { TextField } from '#ui/form/TextField.tsx'
import { useForm } from '#ui/form/use-form.ts'
import { PanelSkeleton } from '#ui/PanelSkeleton.tsx'

const route = getRouteApi('/shell/units/$unitId/change')

/** Another name, code or place of a unit from a day on. */
export function ChangeUnitPanel() {
  const { t } = useTranslation('people')
  const { unitId } = route.useParams()
  const units = useQuery(queryFor(listUnits))
  const unit = units.data?.units.find(one => one.id === unitId)
  const closeTo = { to: '/units/$unitId', params: { unitId }, search: true } as const
  if (!unit) {
    // What ended, or is yet to begin, is no unit of today.
    const error = units.data ? new CallProblem(404, 'record.not-found') : units.error
    if (!error) return <PanelSkeleton title={t('changeUnit.title')} closeTo={closeTo} />
    return (
      <DetailPanel title={t('changeUnit.title')} closeTo={closeTo}>
        <ErrorState error={error} {...(units.error && { onRetry: () => void units.refetch() })} isInline />
      </DetailPanel>
    )
  }
  return (
    <DetailPanel key={unitId} title={t('changeUnit.title')} subtitle={unit.code} closeTo={closeTo}>
      <ChangeForm unit={unit} units={units.data?.units ?? []} />
    </DetailPanel>
  )
}

function ChangeForm({ unit, units }: { unit: Unit; units: readonly Unit[] }) {
  const { t } = useTranslation('people')
  const navigate = useNavigate()
  const today = useToday()
  const change = useChange(renameOrMoveUnit, staleAfterPeopleChange)
  const initial = { ...valuesOfUnit(unit), happensOn: '', basis: '' }
  const bodyOf = (values: typeof initial) => ({ ...bodyOfUnit(values), happensOn: values.happensOn, basis: values.basis })
  const form = useForm({
    initial,
    version: unit.version,
    draft: `unit.${unit.id}.change`,
    check: values => fieldProblems(renameOrMoveUnit, bodyOf(values)),
    submit: async (values, version) => {
      await change.mutateAsync({ params: { unitId: unit.id }, body: bodyOf(values), ifMatch: version })
      notifications.show({ message: t('changeUnit.done') })
      await navigate({ to: '/units/$unitId', params: { unitId: unit.id }, search: { asOf: values.happensOn } })
    },
    theirs: (current, { happensOn, basis }) => {
      const { states, version } = current as UnitHistory
      const holds = ({ startsOn, endsBefore }: UnitHistory['states'][number]): boolean =>
        (startsOn === null || startsOn <= today) && (endsBefore === null || today < endsBefore)
      const state = states.find(holds) ?? states.at(-1)
      if (!state) return undefined
      return { values: { ...valuesOfUnit({ ...state, parentId: state.parent?.id ?? null }), happensOn, basis }, version }
    },
  })
  const own = unitAndBelow(units, unit.id)
  return (
    <FormFrame form={form} submit={t('changeUnit.submit')} cancelTo={{ to: '/units/$unitId', params: { unitId: unit.id }, search: true }}>
      <DateField form={form} name="happensOn" label={t('event.happensOn')} help={t('event.happensOnHelp')} />
      <TextField form={form} name="basis" label={t('event.basis')} help={t('event.basisHelp')} />
      <UnitFields form={form} units={units.filter(one => !own.has(one.id))} />
    </FormFrame>
  )
}
