import { notifications } from '#ui/notifications.ts'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi, useNavigate } from '@tanstack/react-router'
import { listPeople, listUnits, type Unit } from 'luytre/capacity/people/people.api.ts'
import { getUnitHistory, listUnitEvents, renameOrMoveUnit } from 'luytre/capacity/people/unit-events.api.ts'
import { useTranslation } from 'react-i18next'
import { bodyOfUnit, UnitFields, valuesOfUnit } from '#capacity/people/UnitFields.tsx'
import { unitAndBelow } from '#capacity/people/unit-tree.ts'
import { queryFor, useChange } from '#platform/call/query-for.ts'
import { DetailPanel } from '#ui/DetailPanel.tsx'
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
  if (!units.data || !unit) return <PanelSkeleton title={t('changeUnit.title')} closeTo={closeTo} />
  return (
    <DetailPanel key={unitId} title={t('changeUnit.title')} subtitle={unit.code} closeTo={closeTo}>
      <ChangeForm unit={unit} units={units.data.units} />
    </DetailPanel>
  )
}

function ChangeForm({ unit, units }: { unit: Unit; units: readonly Unit[] }) {
  const { t } = useTranslation('people')
  const navigate = useNavigate()
  const change = useChange(renameOrMoveUnit, [listUnits, listPeople, getUnitHistory, listUnitEvents])
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
