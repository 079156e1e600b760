import type { Plan } from 'luytre/capacity/development-plans/development-plans.api.ts'
import { actionKind } from 'luytre/capacity/development-plans/plan-content.api.ts'
import { useTranslation } from 'react-i18next'
import editing from '#capacity/development-plans/editing.module.css'
import type { PlanValues } from '#capacity/development-plans/plan-form.ts'
import { useRoleSearch } from '#capacity/frameworks/use-role-search.ts'
import { languages } from '#platform/i18n/languages.ts'
import { ChecksField } from '#ui/form/ChecksField.tsx'
import { DateField } from '#ui/form/DateField.tsx'
import { FieldGroup } from '#ui/form/FieldGroup.tsx'
import { SelectField } from '#ui/form/SelectField.tsx'
import { TextField } from '#ui/form/TextField.tsx'
import type { Form } from '#ui/form/use-form.ts'

/** What the person wishes, for whoever plans: none of it is needed. */
export function PreferenceFields({ form, plan }: { form: Form<PlanValues>; plan: Plan }) {
  const { t } = useTranslation(['plans', 'development-plans'])
  const roles = useRoleSearch('id', plan.preferences.wishedRole)
  return (
    <FieldGroup label={t('development-plans:preferences.heading')} help={t('preferences.help')}>
      <SelectField
        form={form}
        name="preferences.wishedRoleId"
        label={t('development-plans:preferences.wishedRole')}
        {...roles}
        isOptional
      />
      <ChecksField
        form={form}
        name="preferences.kinds"
        label={t('development-plans:preferences.kinds')}
        choices={actionKind.options.map(value => ({ value, label: t(`development-plans:kinds.${value}`) }))}
        isOptional
      />
      <div className={editing.editFields}>
        <div className={editing.half}>
          <DateField form={form} name="preferences.availableFrom" label={t('development-plans:preferences.availableFrom')} isOptional />
        </div>
        <div className={editing.half}>
          <DateField form={form} name="preferences.availableTo" label={t('development-plans:preferences.availableTo')} isOptional />
        </div>
      </div>
      <ChecksField
        form={form}
        name="preferences.languages"
        label={t('development-plans:preferences.languages')}
        choices={languages.map(value => ({ value, label: t(`development-plans:languages.${value}`) }))}
        isOptional
      />
      <TextField form={form} name="preferences.remarks" type="long" label={t('development-plans:preferences.remarks')} isOptional />
    </FieldGroup>
  )
}
