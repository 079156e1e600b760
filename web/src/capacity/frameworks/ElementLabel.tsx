import type { FrameworkElement } from 'luytre/capacity/frameworks/frameworks.api.ts'
import type { Translated } from 'luytre/platform/i18n/translated.ts'
import classes from '#capacity/frameworks/frameworks.module.css'
import { TranslatedText } from '#ui/TranslatedText.tsx'

/** Roles and competencies have a name; tasks, knowledge, skills and statements are a sentence without one. */
export const wordsOf = ({ name, text }: Pick<FrameworkElement, 'name' | 'text'>): Translated =>
  Object.values(name).some(Boolean) ? name : text

/** Code and words of an element. */
export function ElementLabel({ element }: { element: Pick<FrameworkElement, 'code' | 'name' | 'text'> }) {
  return (
    <>
      <span className={classes.code}>{element.code}</span> <TranslatedText text={wordsOf(element)} />
    </>
  )
}
