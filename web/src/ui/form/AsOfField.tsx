import { useId } from 'react'
import { useTranslation } from 'react-i18next'
import { isDay } from '#platform/i18n/format.ts'
import classes from '#ui/form/AsOfField.module.css'
import { DayInput } from '#ui/form/DayInput.tsx'

interface AsOfFieldProps {
  asOf: string | undefined
  onChange: (day: string | undefined) => void
}

/** The day that a page shows, typed in the reader's order or picked; empty is today. */
export function AsOfField({ asOf, onChange }: AsOfFieldProps) {
  const { t } = useTranslation()
  const id = useId()
  return (
    <div className={classes.asOf}>
      <label htmlFor={id}>{t('asOf.label')}</label>
      <DayInput
        id={id}
        w={150}
        placeholder={t('asOf.today')}
        value={asOf ?? ''}
        onChange={text => {
          if (isDay(text) || text === '') onChange(text || undefined)
        }}
      />
    </div>
  )
}
