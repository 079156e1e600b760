/** Every text of one language, as one file to load. */
export const texts = import.meta.glob<Record<string, unknown>>(
  ['../../locales/vi/*.json', '../../../../server/src/locales/vi/{problems,roster,frameworks,development-plans}.json'],
  { eager: true, import: 'default' },
)
