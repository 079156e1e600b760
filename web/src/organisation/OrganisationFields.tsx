import { organisationKinds } from 'luytre/platform/organisations/organisations.api.ts'
import { useTranslation } from 'react-i18next'
import { hasPredecessor, type OrganisationValues } from '#organisation/organisation-form.ts'
import { SelectField } from '#ui/form/SelectField.tsx'
import { TextField } from '#ui/form/TextField.tsx'
import { TranslatedField } from '#ui/form/TranslatedField.tsx'
import type { Form } from '#ui/form/use-form.ts'

interface OrganisationFieldsProps {
  form: Form<OrganisationValues>
  change: string | undefined
  /** Of what has held since before anybody recorded it, the decision may be unknown. */
  isBasisOptional?: boolean
}

export function OrganisationFields({ form, change, isBasisOptional = false }: OrganisationFieldsProps) {
  const { t } = useTranslation('organisation')
  return (
    <>
      {hasPredecessor(change) && (
        <TranslatedField
          form={form}
          name="predecessor"
          label={t(change === 'merged' ? 'fields.mergedWith' : 'fields.takenOverFrom')}
          help={t('fields.nameHelp')}
        />
      )}
      <TranslatedField form={form} name="name" label={t('fields.name')} help={t('fields.nameHelp')} />
      <TranslatedField form={form} name="parent" label={t('fields.parent')} help={t('fields.parentHelp')} />
      <SelectField
        form={form}
        name="kind"
        label={t('fields.kind')}
        choices={organisationKinds.map(kind => ({ value: kind, label: t(`kinds.${kind}`) }))}
        isOptional
      />
      <TextField form={form} name="basis" label={t('fields.basis')} help={t('fields.basisHelp')} isOptional={isBasisOptional} />
    </>
  )
}
