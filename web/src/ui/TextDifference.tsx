import { useTranslation } from 'react-i18next'
import { locales } from '#platform/i18n/languages.ts'
import { useLanguage } from '#platform/i18n/use-language.ts'
import { compareTexts } from '#ui/text-difference.ts'
import classes from '#ui/TextDifference.module.css'

/** How a text became another: what went is struck through, what came is underlined, and both say so where nobody sees. */
export function TextDifference({ before, after }: { before: string; after: string }) {
  const { t } = useTranslation()
  const language = useLanguage()
  return (
    <span className={classes.text}>
      {compareTexts(before, after, locales[language]).map(({ kind, text }, index) => {
        if (kind === 'same') return <span key={index}>{text}</span>
        const Mark = kind === 'added' ? 'ins' : 'del'
        return (
          <Mark key={index}>
            <span className="visually-hidden">{t(`difference.${kind}`)} </span>
            {text}
          </Mark>
        )
      })}
    </span>
  )
}
