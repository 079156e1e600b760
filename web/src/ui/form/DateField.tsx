import { ActionIcon, TextInput } from '@mantine/core'
import { IconCalendar } from '@tabler/icons-react'
import { useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { readTypedDate, typedDate } from '#platform/i18n/format.ts'
import { useFormat, useLanguage } from '#platform/i18n/use-language.ts'
import { FieldLabel } from '#ui/form/FieldLabel.tsx'
import classes from '#ui/form/Form.module.css'
import { useField, type FieldProps } from '#ui/form/field-props.ts'
import type { FieldValue } from '#ui/form/use-form.ts'

/** A day, typed in the reader's order or picked. The value is `2026-04-01`; what cannot be read stays as typed and is refused as a date. */
export function DateField<Values extends Record<string, FieldValue>>(props: FieldProps<Values>) {
  const { label, help, isOptional, isDisabled } = props
  const { t } = useTranslation()
  const language = useLanguage()
  const format = useFormat()
  const field = useField(props, value => (isDay(value) ? format.date(value) : value))
  const picker = useRef<HTMLInputElement>(null)
  const [typed, setTyped] = useState<string>()
  const example = t('form.dateHelp', { example: typedDate('2026-12-31', language) })

  return (
    <div className={classes.dateField}>
      <TextInput
        id={field.id}
        label={<FieldLabel label={label} isOptional={isOptional} />}
        description={help ? `${help} ${example}` : example}
        error={field.error}
        disabled={isDisabled ?? false}
        inputMode="numeric"
        autoComplete="off"
        aria-required={!isOptional}
        value={typed ?? (isDay(field.value) ? typedDate(field.value, language) : field.value)}
        onChange={event => {
          setTyped(event.currentTarget.value)
          field.set(readTypedDate(event.currentTarget.value, language) ?? event.currentTarget.value)
        }}
        onBlur={() => setTyped(undefined)}
        rightSection={
          <ActionIcon
            variant="subtle"
            color="gray"
            aria-label={t('form.pickDate')}
            disabled={isDisabled ?? false}
            onClick={() => picker.current?.showPicker()}
          >
            <IconCalendar size={18} aria-hidden />
          </ActionIcon>
        }
      />
      <input
        ref={picker}
        className={classes.hiddenDate}
        type="date"
        tabIndex={-1}
        aria-hidden
        value={isDay(field.value) ? field.value : ''}
        onChange={event => {
          setTyped(undefined)
          field.set(event.currentTarget.value)
        }}
      />
    </div>
  )
}

const isDay = (value: string): boolean => /^\d{4}-\d{2}-\d{2}$/.test(value)
