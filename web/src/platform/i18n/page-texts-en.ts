/** What all other pages say: as one file to load. */
export const texts = import.meta.glob<Record<string, unknown>>(
  [
    '../../locales/en/*.json',
    '!../../locales/en/overview.json',
    '../../../../server/src/locales/en/{problems,roster,frameworks,development-plans,notifications}.json',
  ],
  { eager: true, import: 'default' },
)
