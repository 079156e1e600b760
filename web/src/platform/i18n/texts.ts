import i18next, { type FormatterModule } from 'i18next'
import { initReactI18next } from 'react-i18next'
import { formatNumber } from '#platform/i18n/format.ts'
import { keepLanguage, languages, preferredLanguage, type Language } from '#platform/i18n/languages.ts'
import { createTextParts } from '#platform/i18n/text-parts.ts'

// Texts of the interface: one JSON per module and language under src/locales, plus those that the server shares
// (it writes them into PDF and mail too). One language is loaded at a time, and of it at first only what the first page
// says: that page stays as light as it is, however many modules there are.

type Part = 'first' | 'page'
type Texts = Record<string, Record<string, unknown>>

const files: Record<`${Part}-${Language}`, () => Promise<{ texts: Texts }>> = {
  'first-vi': () => import('#platform/i18n/first-texts-vi.ts'),
  'first-en': () => import('#platform/i18n/first-texts-en.ts'),
  'first-ja': () => import('#platform/i18n/first-texts-ja.ts'),
  'page-vi': () => import('#platform/i18n/page-texts-vi.ts'),
  'page-en': () => import('#platform/i18n/page-texts-en.ts'),
  'page-ja': () => import('#platform/i18n/page-texts-ja.ts'),
}

async function load(part: Part, language: Language): Promise<void> {
  const { texts } = await files[`${part}-${language}`]()
  for (const [path, content] of Object.entries(texts)) {
    const namespace = /([\w-]+)\.json/.exec(path)![1]!
    // Deep: the server's part and ours of one namespace lie in two files, and so do the names of pages.
    i18next.addResourceBundle(language, namespace, content, true, true)
  }
}

const textParts = createTextParts<Part, Language>({
  first: 'first',
  load,
  show: async language => {
    await i18next.changeLanguage(language)
    document.documentElement.lang = language
    keepLanguage(language)
  },
})

/** Before a page other than the first is shown. */
export const loadPageTexts = (): Promise<void> => textParts.loadPart('page')

/** Loads the texts if need be, then shows the page in `language` and says so to screen readers and fonts. */
export const showLanguage = (language: Language): Promise<void> => textParts.showLanguage(language)

/** A number in a sentence is written as everywhere else: 5.004 người, 5,004 people. */
const numbersAsRead: FormatterModule = {
  type: 'formatter',
  init: () => undefined,
  add: () => undefined,
  addCached: () => undefined,
  format: (value: unknown, _format, language) =>
    typeof value === 'number' ? formatNumber(value, (language ?? i18next.language) as Language) : (value as string),
}

export async function startTexts(): Promise<void> {
  await i18next
    .use(initReactI18next)
    .use(numbersAsRead)
    .init({
      resources: {},
      partialBundledLanguages: true,
      supportedLngs: [...languages],
      // A missing text fails the check; showing another language instead would hide it.
      fallbackLng: false,
      defaultNS: 'common',
      ns: ['common'],
      interpolation: { escapeValue: false, alwaysFormat: true },
      react: { useSuspense: false },
    })
  await showLanguage(preferredLanguage())
}
