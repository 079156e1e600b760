/** Every text of one language, as one file to load. */
export const texts = import.meta.glob<Record<string, unknown>>(
  ['../../locales/en/*.json', '../../../../server/src/locales/en/{problems,roster,frameworks,development-plans}.json'],
  { eager: true, import: 'default' },
)
