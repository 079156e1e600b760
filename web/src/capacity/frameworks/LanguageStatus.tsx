import type { FrameworkSummary } from 'luytre/capacity/frameworks/frameworks.api.ts'
import { useTranslation } from 'react-i18next'
import classes from '#capacity/frameworks/frameworks.module.css'
import { languages } from '#platform/i18n/languages.ts'
import { StatusMark, type StatusKind } from '#ui/StatusMark.tsx'

const marks: Record<FrameworkSummary['translationStatus'][string], StatusKind> = {
  original: 'good',
  reviewed: 'good',
  machine: 'attention',
  missing: 'none',
}

/** How far a framework is there in each language of the product. */
export function LanguageStatus({ framework }: { framework: Pick<FrameworkSummary, 'translationStatus'> }) {
  const { t } = useTranslation(['frameworks', 'common'])
  return (
    <ul className={classes.marks}>
      {languages.map(language => {
        const status = framework.translationStatus[language] ?? 'missing'
        return (
          <li key={language}>
            <StatusMark kind={marks[status]}>
              {t('languageWithStatus', { language: t(`common:languages.${language}`), status: t(`languageStatus.${status}`) })}
            </StatusMark>
          </li>
        )
      })}
    </ul>
  )
}
