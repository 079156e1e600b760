import { Select } from '@mantine/core'
import { useCallback } from 'react'
import { useTranslation } from 'react-i18next'
import { FieldLabel } from '#ui/form/FieldLabel.tsx'
import { useField, type FieldProps } from '#ui/form/field-props.ts'
import type { FieldValue } from '#ui/form/use-form.ts'
import { withoutAccents } from '#ui/without-accents.ts'

export interface Choice {
  value: string
  label: string
}

interface SelectFieldProps<Values extends Record<string, FieldValue>> extends FieldProps<Values> {
  choices: readonly Choice[]
  /** What no choice means, where that is a choice. */
  placeholder?: string
  /** Choices are looked up elsewhere as somebody types. */
  onSearch?: (typed: string) => void
}

const drawnAtOnce = 100

/** One of several; typing narrows the choices, with and without accents. */
export function SelectField<Values extends Record<string, FieldValue>>(props: SelectFieldProps<Values>) {
  const { choices, label, help, isOptional, isDisabled, placeholder, onSearch } = props
  const { t } = useTranslation()
  const textOfValue = useCallback((value: string) => choices.find(choice => choice.value === value)?.label ?? value, [choices])
  const field = useField(props, textOfValue)
  return (
    <Select
      id={field.id}
      data={[...choices]}
      value={field.value || null}
      onChange={value => field.set(value ?? '')}
      label={<FieldLabel label={label} isOptional={isOptional} />}
      description={help}
      error={field.error}
      disabled={isDisabled ?? false}
      placeholder={placeholder ?? t('form.choose')}
      nothingFoundMessage={t('form.nothingFound')}
      searchable={choices.length > 7 || onSearch !== undefined}
      clearable={isOptional ?? false}
      clearButtonProps={{ 'aria-label': t('actions.clear') }}
      limit={drawnAtOnce}
      aria-required={!isOptional}
      {...(onSearch && { onSearchChange: onSearch })}
      filter={({ options, search, limit }) => {
        const wanted = withoutAccents(search)
        return options.filter(option => 'value' in option && withoutAccents(option.label).includes(wanted)).slice(0, limit)
      }}
    />
  )
}
