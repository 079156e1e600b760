/** What all other pages say: as one file to load. */
export const texts = import.meta.glob<Record<string, unknown>>(
  [
    '../../locales/ja/*.json',
    '!../../locales/ja/{common,identity,overview}.json',
    '../../../../server/src/locales/ja/{problems,roster,frameworks,development-plans,notifications}.json',
  ],
  { eager: true, import: 'default' },
)
