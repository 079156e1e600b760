import { ActionIcon, TextInput } from '@mantine/core'
import { IconCalendar } from '@tabler/icons-react'
import { Link, type LinkProps } from '@tanstack/react-router'
import { useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import classes from '#capacity/people/people.module.css'
import { readTypedDate, typedDate } from '#platform/i18n/format.ts'
import { useFormat, useLanguage } from '#platform/i18n/use-language.ts'
import { Notice } from '#ui/Notice.tsx'

interface AsOfProps {
  asOf: string | undefined
  onChange: (day: string | undefined) => void
}

/** The day that a list shows, typed in the reader's order or picked; empty is today. */
export function AsOfField({ asOf, onChange }: AsOfProps) {
  const { t } = useTranslation(['people', 'common'])
  const language = useLanguage()
  const [typed, setTyped] = useState<string>()
  const picker = useRef<HTMLInputElement>(null)
  return (
    <div className={classes.asOf}>
      <label htmlFor="as-of">{t('asOf.label')}</label>
      <TextInput
        id="as-of"
        w={150}
        inputMode="numeric"
        autoComplete="off"
        placeholder={t('asOf.today')}
        value={typed ?? (asOf ? typedDate(asOf, language) : '')}
        onChange={event => {
          const text = event.currentTarget.value
          setTyped(text)
          const day = readTypedDate(text, language)
          if (day || text === '') onChange(day)
        }}
        onBlur={() => setTyped(undefined)}
        rightSection={
          <ActionIcon variant="subtle" color="gray" aria-label={t('common:form.pickDate')} onClick={() => picker.current?.showPicker()}>
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
        value={asOf ?? ''}
        onChange={event => onChange(event.currentTarget.value || undefined)}
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
