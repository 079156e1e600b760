import { Progress } from '@mantine/core'
import type { RosterPreview } from 'luytre/capacity/people/people.api.ts'
import { useTranslation } from 'react-i18next'
import classes from '#capacity/people/people.module.css'
import { useRosterTexts } from '#capacity/people/roster-texts.ts'
import { useFormat } from '#platform/i18n/use-language.ts'
import { EmptyState } from '#ui/EmptyState.tsx'
import { ButtonLink } from '#ui/ButtonLink.tsx'

/** What the server does with a large file meanwhile, and how far it has come. */
export function RosterUnderWay({ preview }: { preview: RosterPreview }) {
  const { t } = useTranslation('people')
  const format = useFormat()
  const isReading = preview.status === 'reading'
  const percent = preview.progress ?? 0
  const title = t(isReading ? 'roster.reading' : 'roster.applying')
  return (
    <section className={classes.underWay} aria-label={title}>
      <h2>{title}</h2>
      <p>{isReading ? t('roster.readingText', { fileName: preview.fileName }) : t('roster.applyingText')}</p>
      <Progress value={percent} aria-label={title} transitionDuration={300} />
      <p className={classes.quiet} role="status">
        {t('roster.percent', { percent: format.number(percent / 100, { style: 'percent' }) })}
      </p>
    </section>
  )
}

/** A large file that turned out to be unreadable after it was sent. */
export function RosterFailed({ preview }: { preview: RosterPreview }) {
  const { t } = useTranslation('people')
  const { unreadableText } = useRosterTexts()
  return (
    <EmptyState
      title={t('roster.failed')}
      text={preview.failure ? unreadableText(preview.failure) : ''}
      action={<ButtonLink to="/roster-import">{t('roster.newFile')}</ButtonLink>}
    />
  )
}
