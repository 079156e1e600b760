import { Link, type LinkProps } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import classes from '#capacity/people/people.module.css'
import { isDay } from '#platform/i18n/format.ts'
import { useFormat } from '#platform/i18n/use-language.ts'
import { DayInput } from '#ui/form/DayInput.tsx'
import { Notice } from '#ui/Notice.tsx'

interface AsOfProps {
  asOf: string | undefined
  onChange: (day: string | undefined) => void
}

/** The day that a list shows, typed in the reader's order or picked; empty is today. */
export function AsOfField({ asOf, onChange }: AsOfProps) {
  const { t } = useTranslation('people')
  return (
    <div className={classes.asOf}>
      <label htmlFor="as-of">{t('asOf.label')}</label>
      <DayInput
        id="as-of"
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

/** That the list does not show today, and the way back. */
export function AsOfNotice({ asOf, today }: { asOf: string | undefined; today: LinkProps }) {
  const { t } = useTranslation('people')
  const format = useFormat()
  if (!asOf) return null
  return (
    <Notice kind="attention">
      <p>
        {t('asOf.notice', { date: format.date(asOf) })}{' '}
        <Link {...today} className={classes.inNotice}>
          {t('asOf.toToday')}
        </Link>
      </p>
    </Notice>
  )
}
