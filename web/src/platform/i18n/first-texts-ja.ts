/** What the frame and the first page say, and the names of all other pages: as one file to load. */
export const texts = {
  ...import.meta.glob<Record<string, unknown>>('../../locales/ja/overview.json', { eager: true, import: 'default' }),
  ...import.meta.glob<Record<string, unknown>>(
    ['../../locales/ja/{common,identity}.json', '../../../../server/src/locales/ja/problems.json'],
    { eager: true, import: 'default', query: '?first' },
  ),
  ...import.meta.glob<Record<string, unknown>>(['../../locales/ja/*.json', '!../../locales/ja/{common,identity,overview}.json'], {
    eager: true,
    import: 'default',
    query: '?titles',
  }),
}
