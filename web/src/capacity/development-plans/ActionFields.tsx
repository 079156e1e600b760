import { Button } from '@mantine/core'
import { IconPlus, IconTrash } from '@tabler/icons-react'
import type { Plan } from 'luytre/capacity/development-plans/development-plans.api.ts'
import { actionKind } from 'luytre/capacity/development-plans/plan-content.api.ts'
import { useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import classes from '#capacity/development-plans/development-plans.module.css'
import editing from '#capacity/development-plans/editing.module.css'
import { DetailFields } from '#capacity/development-plans/DetailFields.tsx'
import { newAction, type ActionField, type PlanValues } from '#capacity/development-plans/plan-form.ts'
import { useToday } from '#platform/session/use-today.ts'
import { useActionFields } from '#capacity/development-plans/use-action-fields.ts'
import { wordsOf } from '#capacity/frameworks/ElementLabel.tsx'
import { useTranslated } from '#platform/i18n/use-translated.ts'
import { DateField } from '#ui/form/DateField.tsx'
import { fieldId } from '#ui/form/field-props.ts'
import formClasses from '#ui/form/Form.module.css'
import { SelectField } from '#ui/form/SelectField.tsx'
import { TextField } from '#ui/form/TextField.tsx'
import type { Form } from '#ui/form/use-form.ts'

/** As many as the server takes. */
const maxActions = 200

/** The actions of a plan: added, changed and removed; nothing is saved before the whole form is. */
export function ActionFields({ form, plan }: { form: Form<PlanValues>; plan: Plan }) {
  const { t } = useTranslation('plans')
  const today = useToday()
  const { form: fields, actions, replace } = useActionFields(form)
  const [said, setSaid] = useState('')
  const [added, setAdded] = useState<string>()
  const addButton = useRef<HTMLButtonElement>(null)
  const addedIndex = actions.findIndex(({ key }) => key === added)
  useEffect(() => {
    if (addedIndex >= 0) document.getElementById(fieldId(fields, `actions.${addedIndex}.title`))?.focus()
    // Once, when it has appeared.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [added])

  const add = (): void => {
    const action = newAction(plan, today)
    replace([...actions, action])
    setAdded(action.key)
  }
  const remove = (index: number): void => {
    replace(actions.filter((_, at) => at !== index))
    setSaid(t('action.removed', { number: index + 1 }))
    addButton.current?.focus()
  }

  return (
    <fieldset className={formClasses.group} id={fieldId(form, 'actions')} tabIndex={-1}>
      <legend>{t('action.heading')}</legend>
      <div className={classes.frame}>
        {actions.map((action, index) => (
          <OneAction key={action.key} form={fields} plan={plan} index={index} onRemove={() => remove(index)} />
        ))}
        <div className={actions.length > 0 ? editing.under : editing.underOnly}>
          <Button
            ref={addButton}
            variant="default"
            leftSection={<IconPlus size={17} aria-hidden />}
            disabled={actions.length >= maxActions}
            onClick={add}
          >
            {t(actions.length > 0 ? 'action.add' : 'action.addFirst')}
          </Button>
          <span className="visually-hidden" role="status">
            {said}
          </span>
        </div>
      </div>
    </fieldset>
  )
}

interface OneActionProps {
  form: Form<Record<string, string>>
  plan: Plan
  index: number
  onRemove: () => void
}

function OneAction({ form, plan, index, onRemove }: OneActionProps) {
  const { t } = useTranslation(['plans', 'common', 'development-plans'])
  const translated = useTranslated()
  const number = index + 1
  const at = (field: ActionField): string => `actions.${index}.${field}`
  return (
    <fieldset className={editing.editAction}>
      <legend>{t('action.number', { number })}</legend>
      <div className={editing.editHead}>
        <Button
          variant="subtle"
          color="gray"
          size="compact-md"
          leftSection={<IconTrash size={16} aria-hidden />}
          aria-label={t('action.removeNumbered', { number })}
          onClick={onRemove}
        >
          {t('action.remove')}
        </Button>
      </div>
      <div className={editing.editFields}>
        <div className={editing.wide}>
          <TextField form={form} name={at('title')} label={t('action.title')} />
        </div>
        <div className={editing.third}>
          <SelectField
            form={form}
            name={at('kind')}
            label={t('action.kind')}
            choices={actionKind.options.map(value => ({ value, label: t(`development-plans:kinds.${value}`) }))}
          />
        </div>
        <div className={editing.thirds}>
          <SelectField
            form={form}
            name={at('gapId')}
            label={t('action.gap')}
            placeholder={t('action.noGap')}
            isOptional
            choices={plan.gaps.map(({ id, element }) => ({ value: id, label: `${element.code} ${translated(wordsOf(element))}` }))}
          />
        </div>
        <div className={editing.half}>
          <DateField form={form} name={at('startsOn')} label={t('action.startsOn')} />
        </div>
        <div className={editing.half}>
          <DateField form={form} name={at('dueOn')} label={t('action.dueOn')} />
        </div>
        <DetailFields form={form} plan={plan} index={index} />
      </div>
    </fieldset>
  )
}
