/** Every text of one language, as one file to load. */
export const texts = import.meta.glob<Record<string, unknown>>(
  ['../../locales/ja/*.json', '../../../../server/src/locales/ja/{problems,roster,frameworks,development-plans}.json'],
  { eager: true, import: 'default' },
)
