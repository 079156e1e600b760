import { readdirSync, readFileSync } from 'node:fs'
import { createInstance } from 'i18next'
import type { i18n } from 'i18next'
import type developmentPlans from '#locales/vi/development-plans.json'
import type frameworks from '#locales/vi/frameworks.json'
import type needs from '#locales/vi/needs.json'
import type mail from '#locales/vi/mail.json'
import type notifications from '#locales/vi/notifications.json'
import { languages } from './languages.ts'
import type { Language } from './languages.ts'

// Texts that the server itself writes for people: documents, action titles, problem details. One JSON per language and
// area under `server/src/locales`; the file's name is the namespace. A namespace whose keys are written in code is listed
// here, so that a misspelt key is a type error; keys that are put together at run time go through `findText`.
interface Namespaces {
  mail: typeof mail
  'development-plans': typeof developmentPlans
  frameworks: typeof frameworks
  needs: typeof needs
  notifications: typeof notifications
}

/** Dotted path of every text in `T`; the forms of a plural are one key. */
type Keys<T> = {
  [K in keyof T & string]: T[K] extends string ? (K extends `${infer Stem}_other` ? Stem : K) : `${K}.${Keys<T[K]>}`
}[keyof T & string]

export type TextKey = { [N in keyof Namespaces & string]: `${N}:${Keys<Namespaces[N]>}` }[keyof Namespaces & string]
export type TextParams = Readonly<Record<string, string | number>>

const localesDirectory = new URL('../../locales/', import.meta.url)

let instance: i18n | undefined

/** Reads the texts when they are first needed. */
function loadTexts(): i18n {
  if (instance) return instance
  const resources = Object.fromEntries(
    languages.map(language => {
      const directory = new URL(`${language}/`, localesDirectory)
      const files = readdirSync(directory).filter(file => file.endsWith('.json'))
      return [
        language,
        Object.fromEntries(files.map(file => [file.slice(0, -5), JSON.parse(readFileSync(new URL(file, directory), 'utf8'))])),
      ]
    }),
  )
  instance = createInstance()
  void instance.init({
    resources,
    initAsync: false,
    lng: languages[0],
    // No falling back: a text that a language lacks must be seen by the tests, not hidden by another language.
    fallbackLng: false,
    // The texts are plain text; whoever puts one into HTML or markup escapes it there.
    interpolation: { escapeValue: false },
  })
  return instance
}

/** The texts of one language: `textsIn('vi')('development-plans:document.title', { half: '2026-H2' })`. */
export function textsIn(language: Language): (key: TextKey, params?: TextParams) => string {
  const t = loadTexts().getFixedT(language)
  // What people typed travels in `params`: `nest: false` keeps a `$t(…)` in it from being looked up.
  return (key, params = {}) => t(key, { ...params, nest: false })
}

/** A text whose key is known only at run time: `findText('en', 'problems', 'version.conflict')`. */
export function findText(language: Language, namespace: string, key: string, params: TextParams = {}): string | undefined {
  const texts = loadTexts()
  if (typeof texts.getResource(language, namespace, key) !== 'string') return undefined
  return texts.t(`${namespace}:${key}`, { ...params, lng: language, nest: false })
}
