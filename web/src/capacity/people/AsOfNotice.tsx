import { Link, type LinkProps } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import classes from '#capacity/people/people.module.css'
import { useFormat } from '#platform/i18n/use-language.ts'
import { Notice } from '#ui/Notice.tsx'

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
