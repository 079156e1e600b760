import i18next from 'i18next'
import { initReactI18next } from 'react-i18next'
import { keepLanguage, languages, preferredLanguage, type Language } from '#platform/i18n/languages.ts'

// Texts of the interface: one JSON per module and language under src/locales, plus those that the server shares
// (it writes them into PDF and mail too). One language is loaded at a time.

const files: Record<Language, () => Promise<{ texts: Record<string, Record<string, unknown>> }>> = {
  vi: () => import('#platform/i18n/texts-vi.ts'),
  en: () => import('#platform/i18n/texts-en.ts'),
  ja: () => import('#platform/i18n/texts-ja.ts'),
}

async function load(language: Language): Promise<void> {
  const { texts } = await files[language]()
  for (const [path, content] of Object.entries(texts)) {
    // Deep: the server's part and ours of one namespace lie in two files.
    i18next.addResourceBundle(language, path.slice(path.lastIndexOf('/') + 1, -'.json'.length), content, true, true)
  }
}

const loaded = new Map<Language, Promise<void>>()

/** Loads the texts if need be, then shows the page in `language` and says so to screen readers and fonts. */
export async function showLanguage(language: Language): Promise<void> {
  const texts = loaded.get(language) ?? load(language)
  loaded.set(language, texts)
  await texts
  await i18next.changeLanguage(language)
  document.documentElement.lang = language
  keepLanguage(language)
}

export async function startTexts(): Promise<void> {
  await i18next.use(initReactI18next).init({
    resources: {},
    partialBundledLanguages: true,
    supportedLngs: [...languages],
    // A missing text fails the check; showing another language instead would hide it.
    fallbackLng: false,
    defaultNS: 'common',
    ns: ['common'],
    interpolation: { escapeValue: false },
    react: { useSuspense: false },
  })
  await showLanguage(preferredLanguage())
}
