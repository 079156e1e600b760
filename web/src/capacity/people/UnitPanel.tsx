import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router'
import { changeUnit, createUnit, listUnits, type Unit } from 'luytre/capacity/people/people.api.ts'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import classes from '#capacity/people/people.module.css'
import { bodyOfUnit, UnitFields, valuesOfUnit } from '#capacity/people/UnitFields.tsx'
import { UnitHistory } from '#capacity/people/UnitHistory.tsx'
import { staleAfterPeopleChange } from '#capacity/stale-after.ts'
import { unitAndBelow } from '#capacity/people/unit-tree.ts'
import { CallProblem } from '#platform/call/call-problem.ts'
import { queryFor, useChange } from '#platform/call/query-for.ts'
import { useScope } from '#platform/session/session.ts'
import { DetailPanel } from '#ui/DetailPanel.tsx'
import { ErrorState } from '#ui/ErrorState.tsx'
import { Facts } from '#ui/Facts.tsx'
import { fieldProblems } from '#ui/form/field-problems.ts'
import { FormFrame } from '#ui/form/FormFrame.tsx'
import { useForm } from '#ui/form/use-form.ts'
import { notifications } from '#ui/notifications.ts'
import { PanelSkeleton } from '#ui/PanelSkeleton.tsx'
import { TranslatedText } from '#ui/TranslatedText.tsx'

const unitRoute = getRouteApi('/shell/units/$unitId')
const newUnitRoute = getRouteApi('/shell/units/new')
const closeTo = { to: '/units', search: true } as const

export function UnitPanel() {
  const { t } = useTranslation('people')
  const { unitId } = unitRoute.useParams()
  const { asOf } = unitRoute.useSearch()
  const units = useQuery(queryFor(listUnits, { query: { ...(asOf && { asOf }) } }))
  const mayWrite = useScope('unit.write') !== undefined
  const mayReadPeople = useScope('person.read') === 'organisation'
  const mayReadLedger = useScope('ledger.read') !== undefined

  const ofToday = useQuery({ ...queryFor(listUnits), enabled: mayWrite && asOf !== undefined })
  const all = units.data?.units ?? []
  const unit = all.find(one => one.id === unitId)
  if (!unit) {
    const error = units.data ? new CallProblem(404, 'record.not-found') : units.error
    if (!error) return <PanelSkeleton title={t('units.title')} closeTo={closeTo} />
    return (
      <DetailPanel title={t('units.title')} closeTo={closeTo}>
        <ErrorState error={error} {...(units.error && { onRetry: () => void units.refetch() })} isInline />
      </DetailPanel>
    )
  }
  const parent = all.find(one => one.id === unit.parentId)
  // Forms start from the unit as it is today.
  const mayChange = mayWrite && (asOf === undefined || (ofToday.data?.units.some(one => one.id === unitId) ?? false))
  return (
    <DetailPanel key={unitId} title={<TranslatedText text={unit.name} />} subtitle={unit.code} closeTo={closeTo}>
      {mayWrite && !asOf ? (
        <ChangeUnit unit={unit} units={all} />
      ) : (
        <Facts facts={[{ label: t('units.parent'), value: parent ? <TranslatedText text={parent.name} /> : t('units.topLevel') }]} />
      )}
      <UnitHistory unitId={unitId} />
      <p className={classes.quietLinks}>
        {mayReadPeople && (
          <Link to="/people" search={{ unitId, ...(asOf && { asOf }) }}>
            {t('units.showPeople')}
          </Link>
        )}
        {mayChange && (
          <Link to="/units/$unitId/change" params={{ unitId }}>
            {t('changeUnit.link')}
          </Link>
        )}
        {mayChange && (
          <Link to="/units-reorganised" search={{ unitId }}>
            {t('reorganise.link')}
          </Link>
        )}
        {mayChange && (
          <Link to="/units/new" search={{ parentId: unitId }}>
            {t('units.addWithin')}
          </Link>
        )}
        {mayReadLedger && (
          <Link to="/ledger" search={{ recordId: unitId }}>
            {t('history')}
          </Link>
        )}
      </p>
    </DetailPanel>
  )
}

function ChangeUnit({ unit, units }: { unit: Unit; units: readonly Unit[] }) {
  const { t } = useTranslation('people')
  const change = useChange(changeUnit, staleAfterPeopleChange)
  const navigate = useNavigate()
  const form = useForm({
    initial: valuesOfUnit(unit),
    version: unit.version,
    draft: `unit.${unit.id}`,
    check: values => fieldProblems(changeUnit, bodyOfUnit(values)),
    submit: async (values, version) => {
      await change.mutateAsync({ params: { unitId: unit.id }, body: bodyOfUnit(values), ifMatch: version })
      notifications.show({ message: t('editUnit.done') })
      await navigate(closeTo)
    },
    record: unit,
    theirs: current => ({ values: valuesOfUnit(current as Unit), version: (current as Unit).version }),
  })
  const own = unitAndBelow(units, unit.id)
  return (
    <FormFrame form={form} submit={t('editUnit.submit')} cancelTo={closeTo}>
      <UnitFields form={form} units={units.filter(one => !own.has(one.id))} />
    </FormFrame>
  )
}

export function NewUnitPanel() {
  const { t } = useTranslation('people')
  const { parentId } = newUnitRoute.useSearch()
  const navigate = useNavigate()
  const units = useQuery(queryFor(listUnits))
  const create = useChange(createUnit, staleAfterPeopleChange)
  const [idempotencyKey] = useState(() => crypto.randomUUID())
  const form = useForm({
    initial: valuesOfUnit({ code: '', name: {}, parentId: parentId ?? null }),
    draft: `unit.new.${parentId ?? 'top'}`,
    check: values => fieldProblems(createUnit, bodyOfUnit(values)),
    submit: async values => {
      await create.mutateAsync({ body: bodyOfUnit(values), idempotencyKey })
      notifications.show({ message: t('newUnit.done') })
      await navigate(closeTo)
    },
  })
  return (
    <DetailPanel title={t('newUnit.title')} closeTo={closeTo}>
      <FormFrame form={form} submit={t('newUnit.submit')} cancelTo={closeTo}>
        <UnitFields form={form} units={units.data?.units ?? []} />
      </FormFrame>
    </DetailPanel>
  )
}
