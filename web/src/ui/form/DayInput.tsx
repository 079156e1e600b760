import { ActionIcon, TextInput, type TextInputProps } from '@mantine/core'
import { IconCalendar } from '@tabler/icons-react'
import { useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { isDay, readTypedDate, typedDate } from '#platform/i18n/format.ts'
import { useLanguage } from '#platform/i18n/use-language.ts'
import classes from '#ui/form/Form.module.css'

interface DayInputProps extends Omit<TextInputProps, 'value' | 'onChange'> {
  /** `2026-04-01`; other text is shown as it is. */
  value: string
  /** With a day, or with what was typed where that cannot be read as one. */
  onChange: (value: string) => void
}

/** A day, typed in the reader's order or picked. */
export function DayInput({ value, onChange, ...input }: DayInputProps) {
  const { t } = useTranslation()
  const language = useLanguage()
  const picker = useRef<HTMLInputElement>(null)
  const [typed, setTyped] = useState<string>()
  return (
    <div className={classes.dateField}>
      <TextInput
        {...input}
        inputMode="numeric"
        autoComplete="off"
        value={typed ?? (isDay(value) ? typedDate(value, language) : value)}
        onChange={event => {
          setTyped(event.currentTarget.value)
          onChange(readTypedDate(event.currentTarget.value, language) ?? event.currentTarget.value)
        }}
        onBlur={() => setTyped(undefined)}
        rightSection={
          <ActionIcon
            variant="subtle"
            color="gray"
            aria-label={t('form.pickDate')}
            disabled={input.disabled ?? false}
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
        value={isDay(value) ? value : ''}
        onChange={event => {
          setTyped(undefined)
          onChange(event.currentTarget.value)
        }}
      />
    </div>
  )
}
