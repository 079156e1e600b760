/** What all other pages say: as one file to load. */
export const texts = import.meta.glob<Record<string, unknown>>(
  [
    '../../locales/ja/*.json',
    '!../../locales/ja/overview.json',
    '../../../../server/src/locales/ja/{problems,roster,frameworks,development-plans,notifications}.json',
  ],
  { eager: true, import: 'default' },
)
