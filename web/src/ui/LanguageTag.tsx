import { useTranslation } from 'react-i18next'
import type { Language } from '#platform/i18n/languages.ts'
import classes from '#ui/TranslatedText.module.css'

/** Says that a text stands in another language than the page. */
export function LanguageTag({ language }: { language: Language }) {
  const { t } = useTranslation()
  const text = t('textIn', { language: t(`languages.${language}`) })
  return (
    <abbr className={classes.tag} title={text} aria-label={text}>
      {language.toUpperCase()}
    </abbr>
  )
}
