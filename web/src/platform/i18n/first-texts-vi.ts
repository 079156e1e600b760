/** What the frame and the first page say, and the names of all other pages: as one file to load. */
export const texts = {
  ...import.meta.glob<Record<string, unknown>>('../../locales/vi/overview.json', { eager: true, import: 'default' }),
  ...import.meta.glob<Record<string, unknown>>(
    ['../../locales/vi/{common,identity}.json', '../../../../server/src/locales/vi/problems.json'],
    { eager: true, import: 'default', query: '?first' },
  ),
  ...import.meta.glob<Record<string, unknown>>(['../../locales/vi/*.json', '!../../locales/vi/{common,identity,overview}.json'], {
    eager: true,
    import: 'default',
    query: '?titles',
  }),
}
