import { useQuery } from '@tanstack/react-query'
import type { Plan } from 'luytre/capacity/development-plans/development-plans.api.ts'
import type { ActionKind } from 'luytre/capacity/development-plans/plan-content.api.ts'
import { listUnits } from 'luytre/capacity/people/people.api.ts'
import { useTranslation } from 'react-i18next'
import { detailsOfKind, type DetailName } from '#capacity/development-plans/action-details.ts'
import editing from '#capacity/development-plans/editing.module.css'
import { PersonField } from '#capacity/people/PersonField.tsx'
import { choicesOfUnits } from '#capacity/people/unit-tree.ts'
import { queryFor } from '#platform/call/query-for.ts'
import { useTranslated } from '#platform/i18n/use-translated.ts'
import { useScope } from '#platform/session/session.ts'
import { DateField } from '#ui/form/DateField.tsx'
import { SelectField } from '#ui/form/SelectField.tsx'
import { TextField } from '#ui/form/TextField.tsx'
import type { Form } from '#ui/form/use-form.ts'

interface DetailFieldsProps {
  form: Form<Record<string, string>>
  plan: Plan
  index: number
}

/** What the chosen kind of action asks for. All of it may wait until it is known. */
export function DetailFields({ form, plan, index }: DetailFieldsProps) {
  const kind = form.values[`actions.${index}.kind`] as ActionKind | ''
  const reach = useScope('person.read')
  const mayChoosePeople = reach !== undefined && reach !== 'self'
  if (!kind) return null
  const mentorId = form.values[`actions.${index}.details.mentorId`]
  const names = detailsOfKind[kind].filter(name => {
    // Who may not look people up writes the name; and whom one chose needs no name.
    if (name === 'mentorId') return mayChoosePeople || Boolean(mentorId)
    return name !== 'mentorName' || !mentorId
  })
  return names.map(name => (
    <div key={`${kind}.${name}`} className={isLong(name) ? editing.wide : editing.half}>
      <Detail form={form} plan={plan} index={index} name={name} />
    </div>
  ))
}

const isLong = (name: DetailName): boolean => name === 'task' || name === 'material'

/** A person and the name of one, and a unit and its name, are the same to a reader. */
const labelOfDetail = (name: DetailName) =>
  name === 'mentorId' ? ('mentorName' as const) : name === 'unitId' ? ('unitName' as const) : name

function Detail({ form, plan, index, name }: DetailFieldsProps & { name: DetailName }) {
  const { t } = useTranslation(['plans', 'development-plans'])
  const path = `actions.${index}.details.${name}`
  const label = t(`development-plans:details.${labelOfDetail(name)}`)
  if (name === 'mentorId') return <MentorField form={form} plan={plan} index={index} label={label} />
  if (name === 'unitId') return <UnitField form={form} path={path} label={label} />
  if (name === 'examOn') return <DateField form={form} name={path} label={label} isOptional />
  const help = name === 'mentorName' ? t('action.mentorNameHelp') : undefined
  return <TextField form={form} name={path} label={label} isOptional {...(isLong(name) && { type: 'long' })} {...(help && { help })} />
}

function MentorField({ form, plan, index, label }: DetailFieldsProps & { label: string }) {
  const path = `actions.${index}.details.mentorId`
  const id = form.values[path]
  const chosen = plan.actions.find(action => action.kind === 'mentoring' && action.details.mentorId === id)
  const known = id && chosen?.kind === 'mentoring' ? { id, name: chosen.details.mentorName } : null
  return <PersonField form={form} name={path} label={label} known={known} isLeftOut={one => one.id === plan.person.id} isOptional />
}

function UnitField({ form, path, label }: { form: DetailFieldsProps['form']; path: string; label: string }) {
  const { t } = useTranslation('plans')
  const translated = useTranslated()
  const units = useQuery(queryFor(listUnits))
  return (
    <SelectField
      form={form}
      name={path}
      label={label}
      help={t('action.unitHelp')}
      choices={choicesOfUnits(units.data?.units ?? [], translated)}
      isOptional
    />
  )
}
