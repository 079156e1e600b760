import { textIn } from 'luytre/platform/i18n/languages.ts'
import type { Translated } from 'luytre/platform/i18n/translated.ts'
import { useLanguage } from '#platform/i18n/use-language.ts'
import { LanguageTag } from '#ui/LanguageTag.tsx'

/** A content text in the reader's language; where that is missing, in another, with its `lang` and a small tag. */
export function TranslatedText({ text }: { text: Translated }) {
  const wanted = useLanguage()
  const found = textIn(text, wanted)
  if (found.language === wanted) return <>{found.text}</>
  return (
    <>
      <span lang={found.language}>{found.text}</span>
      <LanguageTag language={found.language} />
    </>
  )
}
