import { useQuery } from '@tanstack/react-query'
import { getRouteApi, useNavigate } from '@tanstack/react-router'
import { listFrameworks } from 'luytre/capacity/frameworks/frameworks.api.ts'
import { changeStaffingNeed, createStaffingNeed, getStaffingNeed, type StaffingNeed } from 'luytre/capacity/needs/needs.api.ts'
import { listUnits } from 'luytre/capacity/people/people.api.ts'
import { useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useRolesOf } from '#capacity/assessments/use-sheet-key.ts'
import { roleLabel } from '#capacity/frameworks/role-label.ts'
import { wholeNumberOf } from '#ui/form/whole-number.ts'
import { choicesOfUnits } from '#capacity/people/unit-tree.ts'
import { staleAfterNeedChange } from '#capacity/stale-after.ts'
import { queryFor, useChange } from '#platform/call/query-for.ts'
import { useTranslated } from '#platform/i18n/use-translated.ts'
import { DetailPanel } from '#ui/DetailPanel.tsx'
import { ErrorState } from '#ui/ErrorState.tsx'
import { DateField } from '#ui/form/DateField.tsx'
import { fieldProblems } from '#ui/form/field-problems.ts'
import { FormFrame } from '#ui/form/FormFrame.tsx'
import { SelectField } from '#ui/form/SelectField.tsx'
import { TextField } from '#ui/form/TextField.tsx'
import { orNull, useForm, type Form } from '#ui/form/use-form.ts'
import { notifications } from '#ui/notifications.ts'
import { PanelSkeleton } from '#ui/PanelSkeleton.tsx'

const route = getRouteApi('/shell/needs/$needId/edit')
const toList = { to: '/needs' } as const

const emptyNeed = { roleId: '', level: '', people: '1', unitId: '', dueOn: '', priority: '3', reason: '' }
type NeedValues = typeof emptyNeed

const valuesOfNeed = (need: StaffingNeed): NeedValues => ({
  roleId: need.role.id,
  level: String(need.level),
  people: String(need.people),
  unitId: need.unit?.id ?? '',
  dueOn: need.dueOn,
  priority: String(need.priority),
  reason: need.reason,
})

const bodyOfNeed = (values: NeedValues) => ({
  roleId: values.roleId,
  unitId: orNull(values.unitId),
  people: wholeNumberOf(values.people),
  level: wholeNumberOf(values.level),
  dueOn: values.dueOn,
  priority: wholeNumberOf(values.priority),
  reason: values.reason,
})

export function NewNeedPanel() {
  const { t } = useTranslation('needs')
  const navigate = useNavigate()
  const create = useChange(createStaffingNeed, staleAfterNeedChange)
  const [idempotencyKey] = useState(() => crypto.randomUUID())
  const form = useForm({
    initial: emptyNeed,
    draft: 'need.new',
    check: values => fieldProblems(createStaffingNeed, bodyOfNeed(values)),
    submit: async values => {
      const need = await create.mutateAsync({ body: bodyOfNeed(values), idempotencyKey })
      notifications.show({ message: t('new.done') })
      await navigate({ to: '/needs/$needId', params: { needId: need.id } })
    },
  })
  return (
    <DetailPanel title={t('new.title')} closeTo={toList}>
      <FormFrame form={form} submit={t('new.submit')} cancelTo={toList}>
        <NeedFields form={form} />
      </FormFrame>
    </DetailPanel>
  )
}

export function EditNeedPanel() {
  const { t } = useTranslation('needs')
  const { needId } = route.useParams()
  const need = useQuery(queryFor(getStaffingNeed, { params: { needId } }))
  const closeTo = { to: '/needs/$needId', params: { needId } } as const
  if (need.error && !need.data) {
    return (
      <DetailPanel title={t('edit.title')} closeTo={closeTo}>
        <ErrorState error={need.error} onRetry={() => void need.refetch()} isInline />
      </DetailPanel>
    )
  }
  if (!need.data) return <PanelSkeleton title={t('edit.title')} closeTo={closeTo} />
  return <NeedForm key={needId} need={need.data} />
}

function NeedForm({ need }: { need: StaffingNeed }) {
  const { t } = useTranslation('needs')
  const translated = useTranslated()
  const navigate = useNavigate()
  const change = useChange(changeStaffingNeed, staleAfterNeedChange)
  const closeTo = { to: '/needs/$needId', params: { needId: need.id } } as const
  const form = useForm({
    initial: valuesOfNeed(need),
    version: need.version,
    draft: `need.${need.id}`,
    check: values => fieldProblems(changeStaffingNeed, bodyOfNeed(values)),
    submit: async (values, version) => {
      await change.mutateAsync({ params: { needId: need.id }, body: bodyOfNeed(values), ifMatch: version })
      notifications.show({ message: t('edit.done') })
      await navigate(closeTo)
    },
    record: need,
    theirs: current => ({ values: valuesOfNeed(current as StaffingNeed), version: (current as StaffingNeed).version }),
  })
  return (
    <DetailPanel title={t('edit.title')} subtitle={translated(need.role.name)} closeTo={closeTo}>
      <FormFrame form={form} submit={t('edit.submit')} cancelTo={closeTo}>
        <NeedFields form={form} />
      </FormFrame>
    </DetailPanel>
  )
}

function NeedFields({ form }: { form: Form<NeedValues> }) {
  const { t } = useTranslation('needs')
  const translated = useTranslated()
  const frameworks = useQuery(queryFor(listFrameworks))
  const units = useQuery(queryFor(listUnits))
  const { lists } = useRolesOf(frameworks.data?.frameworks ?? [])
  const roles = lists.flatMap(({ framework, roles: all }) =>
    all.map(({ id, code, name }) => {
      const label = roleLabel(translated(name), code)
      return { value: id, label: lists.length > 1 ? `${label}, ${framework.key} ${framework.version}` : label }
    }),
  )
  const levels = lists.find(({ roles: all }) => all.some(role => role.id === form.values.roleId))?.framework.levels ?? []
  const unitChoices = useMemo(() => choicesOfUnits(units.data?.units ?? [], translated), [units.data, translated])
  return (
    <>
      <SelectField form={form} name="roleId" label={t('fields.role')} choices={roles} />
      <SelectField
        form={form}
        name="level"
        label={t('fields.level')}
        help={t('help.level')}
        choices={levels
          .filter(({ level }) => level > 0)
          .map(({ level, name }) => ({ value: String(level), label: `${level} ${translated(name)}` }))}
        {...(levels.length === 0 && { placeholder: t('help.roleFirst') })}
      />
      <TextField form={form} name="people" label={t('fields.people')} />
      <SelectField
        form={form}
        name="unitId"
        label={t('fields.unit')}
        help={t('help.unit')}
        choices={unitChoices}
        placeholder={t('anywhere')}
        isOptional
      />
      <DateField form={form} name="dueOn" label={t('fields.dueOn')} help={t('help.dueOn')} />
      <SelectField
        form={form}
        name="priority"
        label={t('fields.priority')}
        help={t('help.priority')}
        choices={['1', '2', '3', '4', '5'].map(value => ({ value, label: t('priority', { priority: value }) }))}
      />
      <TextField form={form} name="reason" type="long" label={t('fields.reason')} help={t('help.reason')} isOptional />
    </>
  )
}
