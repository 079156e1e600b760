import { Select } from '@mantine/core'
import { useCallback, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { filterWithoutAccents } from '#ui/filter-without-accents.ts'
import { FieldLabel } from '#ui/form/FieldLabel.tsx'
import { useField, type FieldProps } from '#ui/form/field-props.ts'
import type { FieldValue } from '#ui/form/use-form.ts'

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
  const { choices, label, shownLabel, help, isOptional, isDisabled, placeholder, onSearch } = props
  const { t } = useTranslation()
  // A choice that was looked up may be gone from the next finds: it is kept as long as it is chosen.
  const chosen = useRef<Choice>(undefined)
  const textOfValue = useCallback(
    (value: string) => [...choices, ...(chosen.current ? [chosen.current] : [])].find(choice => choice.value === value)?.label ?? value,
    [choices],
  )
  const field = useField(props, textOfValue)
  chosen.current = choices.find(({ value }) => value === field.value) ?? chosen.current
  const isGone = chosen.current !== undefined && chosen.current.value === field.value && !choices.includes(chosen.current)
  return (
    <Select
      id={field.id}
      data={isGone ? [chosen.current!, ...choices] : [...choices]}
      value={field.value || null}
      onChange={value => field.set(value ?? '')}
      label={<FieldLabel label={label} isOptional={isOptional} shown={shownLabel} />}
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
      {...(onSearch && {
        // The field shows the name of what is chosen: that is no search.
        onSearchChange: (typed: string) => onSearch(typed === textOfValue(field.value) ? '' : typed),
      })}
      // Also what was looked up: the finds of the letters before stand there until those of the last ones come.
      filter={filterWithoutAccents}
    />
  )
}
