import type { Plan } from 'luytre/capacity/development-plans/development-plans.api.ts'
import { useTranslation } from 'react-i18next'
import classes from '#capacity/development-plans/development-plans.module.css'
import { useFormat } from '#platform/i18n/use-language.ts'
import { Facts } from '#ui/Facts.tsx'
import { TranslatedText } from '#ui/TranslatedText.tsx'

/** What the person wishes, as far as it was written. */
export function PlanPreferences({ plan }: { plan: Plan }) {
  const { t } = useTranslation(['plans', 'development-plans'])
  const format = useFormat()
  const { wishedRole, kinds, availableFrom, availableTo, languages, remarks } = plan.preferences
  const facts = [
    { label: t('development-plans:preferences.wishedRole'), value: wishedRole && <TranslatedText text={wishedRole.name} /> },
    { label: t('development-plans:preferences.kinds'), value: format.list(kinds.map(kind => t(`development-plans:kinds.${kind}`))) },
    { label: t('development-plans:preferences.availableFrom'), value: availableFrom && format.date(availableFrom) },
    { label: t('development-plans:preferences.availableTo'), value: availableTo && format.date(availableTo) },
    {
      label: t('development-plans:preferences.languages'),
      value: format.list(languages.map(one => t(`development-plans:languages.${one}`))),
    },
    { label: t('development-plans:preferences.remarks'), value: remarks && <span className={classes.duties}>{remarks}</span> },
  ].filter(({ value }) => value)
  return (
    <section className={classes.section} aria-labelledby="preferences">
      <h2 id="preferences">{t('development-plans:preferences.heading')}</h2>
      {facts.length === 0 ? (
        <p className={classes.quiet}>{t('preferences.none')}</p>
      ) : (
        <div className={classes.facts}>
          <Facts facts={facts} />
        </div>
      )}
    </section>
  )
}
