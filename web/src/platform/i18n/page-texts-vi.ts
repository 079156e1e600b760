/** What all other pages say: as one file to load. */
export const texts = import.meta.glob<Record<string, unknown>>(
  [
    '../../locales/vi/*.json',
    '!../../locales/vi/overview.json',
    '../../../../server/src/locales/vi/{problems,roster,frameworks,development-plans,notifications}.json',
  ],
  { eager: true, import: 'default' },
)
