import { textIn } from 'luytre/platform/i18n/languages.ts'
import type { Translated } from 'luytre/platform/i18n/translated.ts'
import type { FoundElement } from 'luytre/capacity/frameworks/element-search.api.ts'
import { wordsOf } from '#capacity/frameworks/ElementLabel.tsx'
import classes from '#capacity/frameworks/frameworks.module.css'
import { excerptOf, markWords } from '#capacity/frameworks/highlight.ts'
import { languages, type Language } from '#platform/i18n/languages.ts'
import { useLanguage } from '#platform/i18n/use-language.ts'
import { LanguageTag } from '#ui/LanguageTag.tsx'

/** A text with the words of a search marked. */
export function Marked({ text, words }: { text: string; words: readonly string[] }) {
  const pieces = markWords(text, words)
  // Pieces never change places: they are the text in order.
  return pieces.map((piece, index) =>
    piece.isFound ? (
      <mark key={index} className={classes.mark}>
        {piece.text}
      </mark>
    ) : (
      <span key={index}>{piece.text}</span>
    ),
  )
}

interface Shown {
  text: string
  language: Language
}

/** The words of an element and, where the find lies elsewhere, what it was found by: its text, or another language. */
export function FoundText({ element, words }: { element: FoundElement; words: readonly string[] }) {
  const language = useLanguage()
  const own = textIn(wordsOf(element), language)
  const elsewhere = isFoundIn(own.text, words) ? undefined : findElsewhere(element, own, words)
  return (
    <>
      <InLanguage shown={own} wanted={language} words={words} />
      {elsewhere && (
        <span className={classes.elsewhere}>
          <InLanguage shown={{ ...elsewhere, text: excerptOf(elsewhere.text, words) }} wanted={language} words={words} />
        </span>
      )}
    </>
  )
}

function InLanguage({ shown, wanted, words }: { shown: Shown; wanted: Language; words: readonly string[] }) {
  if (shown.language === wanted) return <Marked text={shown.text} words={words} />
  return (
    <>
      <span lang={shown.language}>
        <Marked text={shown.text} words={words} />
      </span>
      <LanguageTag language={shown.language} />
    </>
  )
}

const isFoundIn = (text: string, words: readonly string[]): boolean => markWords(text, words).some(piece => piece.isFound)

function findElsewhere({ name, text }: FoundElement, own: Shown, words: readonly string[]): Shown | undefined {
  if (words.length === 0) return undefined
  const order = [own.language, ...languages.filter(one => one !== own.language)]
  const all = [text, name].flatMap((part: Translated) => order.map(language => ({ text: part[language] ?? '', language })))
  return all.find(shown => isFoundIn(shown.text, words))
}
