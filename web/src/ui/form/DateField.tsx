import { useTranslation } from 'react-i18next'
import { isDay, typedDate } from '#platform/i18n/format.ts'
import { useFormat, useLanguage } from '#platform/i18n/use-language.ts'
import { DayInput } from '#ui/form/DayInput.tsx'
import { FieldLabel } from '#ui/form/FieldLabel.tsx'
import { useField, type FieldProps } from '#ui/form/field-props.ts'
import type { FieldValue } from '#ui/form/use-form.ts'

/** A day of a form. The value is `2026-04-01`; what cannot be read stays as typed and is refused as a date. */
export function DateField<Values extends Record<string, FieldValue>>(props: FieldProps<Values>) {
  const { label, help, isOptional, isDisabled } = props
  const { t } = useTranslation()
  const language = useLanguage()
  const format = useFormat()
  const field = useField(props, value => (isDay(value) ? format.date(value) : value))
  const example = t('form.dateHelp', { example: typedDate('2026-12-31', language) })
  return (
    <DayInput
      id={field.id}
      label={<FieldLabel label={label} isOptional={isOptional} />}
      description={help ? `${help} ${example}` : example}
      error={field.error}
      disabled={isDisabled ?? false}
      aria-required={!isOptional}
      value={field.value}
      onChange={field.set}
    />
  )
}
