import type { FrameworkSummary } from 'luytre/capacity/frameworks/frameworks.api.ts'
import { useTranslation } from 'react-i18next'
import classes from '#capacity/frameworks/frameworks.module.css'
import { useContents } from '#capacity/frameworks/kinds.ts'
import { LanguageStatus } from '#capacity/frameworks/LanguageStatus.tsx'
import { Facts } from '#ui/Facts.tsx'
import { TranslatedText } from '#ui/TranslatedText.tsx'

/** What a framework is and where it comes from: the description is always seen, the rest is one key away. */
export function AboutFramework({ framework }: { framework: FrameworkSummary }) {
  const { t } = useTranslation('frameworks')
  return (
    <>
      <p className={classes.lead}>
        <TranslatedText text={framework.description} />
      </p>
      <details className={classes.about}>
        <summary>{t('framework.about')}</summary>
        <div className={classes.aboutBody}>
          <FrameworkFacts framework={framework} />
        </div>
      </details>
    </>
  )
}

/** The identity of a framework: of an imported one, and of one that is about to be. */
export function FrameworkFacts({ framework }: { framework: Omit<FrameworkSummary, 'id' | 'importedAt'> }) {
  const { t } = useTranslation('frameworks')
  const contents = useContents()
  return (
    <Facts
      facts={[
        { label: t('fields.publisher'), value: framework.publisher },
        { label: t('fields.key'), value: framework.key },
        { label: t('fields.version'), value: framework.version },
        { label: t('fields.contents'), value: contents(framework.counts) },
        { label: t('fields.languages'), value: <LanguageStatus framework={framework} /> },
        { label: t('fields.licence'), value: framework.licence },
        { label: t('fields.source'), value: Object.values(framework.source).some(Boolean) && <TranslatedText text={framework.source} /> },
        {
          label: t('fields.levels'),
          value: framework.levels.length > 0 && (
            <ol className={classes.levels}>
              {framework.levels.map(level => (
                <li key={level.level}>
                  <strong>
                    {level.level}: <TranslatedText text={level.name} />
                  </strong>
                  <br />
                  <TranslatedText text={level.description} />
                </li>
              ))}
            </ol>
          ),
        },
        { label: t('fields.sha256'), value: <span className={classes.hash}>{framework.sourceSha256}</span> },
      ]}
    />
  )
}
