import type { Unit } from 'luytre/capacity/people/people.api.ts'
import { useTranslation } from 'react-i18next'
import { choicesOfUnits } from '#capacity/people/unit-tree.ts'
import { useTranslated } from '#platform/i18n/use-translated.ts'
import type { TextName } from '#ui/form/field-props.ts'
import { SelectField } from '#ui/form/SelectField.tsx'
import { TextField } from '#ui/form/TextField.tsx'
import { TranslatedField, translatedOf } from '#ui/form/TranslatedField.tsx'
import { orNull, type FieldValue, type Form } from '#ui/form/use-form.ts'

export const valuesOfUnit = (unit: Pick<Unit, 'code' | 'name' | 'parentId'>) => ({
  code: unit.code,
  'name.vi': unit.name.vi ?? '',
  'name.en': unit.name.en ?? '',
  'name.ja': unit.name.ja ?? '',
  parentId: unit.parentId ?? '',
})
export type UnitValues = ReturnType<typeof valuesOfUnit>
export const bodyOfUnit = (values: UnitValues) => ({
  code: values.code,
  name: translatedOf(values, 'name'),
  parentId: orNull(values.parentId),
})

/** Name, code and place of a unit; `prefix` when the form is about several. */
export function UnitFields<Values extends Record<string, FieldValue>>({
  form,
  units,
  prefix = '',
}: {
  form: Form<Values>
  units: readonly Unit[]
  prefix?: string
}) {
  const { t } = useTranslation('people')
  const translated = useTranslated()
  return (
    <>
      <TranslatedField form={form} name={`${prefix}name`} label={t('units.name')} help={t('units.nameHelp')} />
      <TextField form={form} name={`${prefix}code` as TextName<Values>} label={t('units.code')} help={t('units.codeHelp')} />
      <SelectField
        form={form}
        name={`${prefix}parentId` as TextName<Values>}
        label={t('units.parent')}
        choices={choicesOfUnits(units, translated)}
        placeholder={t('units.topLevel')}
        isOptional
      />
    </>
  )
}
