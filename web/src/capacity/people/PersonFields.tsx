import { useQuery } from '@tanstack/react-query'
import { listUnits } from 'luytre/capacity/people/people.api.ts'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import type { KnownRole } from '#capacity/frameworks/use-role-search.ts'
import type { PersonValues } from '#capacity/people/person-form.ts'
import { PersonField } from '#capacity/people/PersonField.tsx'
import { RoleField } from '#capacity/people/RoleField.tsx'
import { choicesOfUnits } from '#capacity/people/unit-tree.ts'
import { queryFor } from '#platform/call/query-for.ts'
import { languages } from '#platform/i18n/languages.ts'
import { useTranslated } from '#platform/i18n/use-translated.ts'
import { DateField } from '#ui/form/DateField.tsx'
import { FieldGroup } from '#ui/form/FieldGroup.tsx'
import { SelectField } from '#ui/form/SelectField.tsx'
import { TextField } from '#ui/form/TextField.tsx'
import type { Form } from '#ui/form/use-form.ts'

interface PersonFieldsProps {
  form: Form<PersonValues>
  /** Of somebody who exists: nobody supervises oneself. */
  personId?: string
  /** The supervisor as known already: the choice shows the name before anything was searched. */
  supervisor?: { id: string; name: string } | null
  /** The role as known already, likewise. */
  role?: KnownRole | null
}

export function PersonFields({ form, personId, supervisor, role }: PersonFieldsProps) {
  const { t } = useTranslation('people')
  const translated = useTranslated()
  const units = useQuery(queryFor(listUnits))
  const unitChoices = useMemo(() => choicesOfUnits(units.data?.units ?? [], translated), [units.data, translated])

  return (
    <>
      <TextField form={form} name="name" label={t('fields.name')} help={t('help.name')} />
      <SelectField
        form={form}
        name="nameCulture"
        label={t('fields.nameCulture')}
        help={t('help.nameCulture')}
        choices={languages.map(language => ({ value: language, label: t(`nameCultures.${language}`) }))}
      />
      {form.values.nameCulture === 'ja' && (
        <TextField form={form} name="reading" label={t('fields.reading')} help={t('help.reading')} lang="ja" isOptional />
      )}
      <TextField form={form} name="staffCode" label={t('fields.staffCode')} isOptional />
      <TextField form={form} name="email" type="email" label={t('fields.email')} isOptional />
      <FieldGroup label={t('fields.post')}>
        <SelectField form={form} name="post.unitId" label={t('fields.unit')} choices={unitChoices} />
        <TextField form={form} name="post.title" label={t('fields.title')} isOptional />
        <RoleField form={form} known={role ?? null} />
        <PersonField
          form={form}
          name="post.supervisorId"
          label={t('fields.supervisor')}
          help={t('help.supervisor')}
          known={supervisor}
          isLeftOut={({ id }) => id === personId}
          isOptional
        />
        <DateField form={form} name="post.startsOn" label={t('fields.startsOn')} help={t('help.startsOn')} />
      </FieldGroup>
    </>
  )
}
