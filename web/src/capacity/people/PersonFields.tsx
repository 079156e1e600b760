import { useQuery } from '@tanstack/react-query'
import { listPeople, listUnits } from 'luytre/capacity/people/people.api.ts'
import { useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { PersonValues } from '#capacity/people/person-form.ts'
import { RoleField, type KnownRole } from '#capacity/people/RoleField.tsx'
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
  const [typed, setTyped] = useState('')
  const units = useQuery(queryFor(listUnits))
  const found = useQuery({
    ...queryFor(listPeople, { query: { ...(typed && { search: typed }), limit: 50 } }),
    placeholderData: previous => previous,
  })

  const unitChoices = useMemo(() => choicesOfUnits(units.data?.units ?? [], translated), [units.data, translated])
  const supervisorChoices = useMemo(() => {
    const people = (found.data?.people ?? []).filter(person => person.id !== personId)
    const choices = people.map(person => ({
      value: person.id,
      label: person.staffCode ? `${person.name} (${person.staffCode})` : person.name,
    }))
    return supervisor && !people.some(person => person.id === supervisor.id)
      ? [{ value: supervisor.id, label: supervisor.name }, ...choices]
      : choices
  }, [found.data, personId, supervisor])

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
        <SelectField
          form={form}
          name="post.supervisorId"
          label={t('fields.supervisor')}
          help={t('help.supervisor')}
          choices={supervisorChoices}
          onSearch={setTyped}
          isOptional
        />
        <DateField form={form} name="post.startsOn" label={t('fields.startsOn')} help={t('help.startsOn')} />
      </FieldGroup>
    </>
  )
}
