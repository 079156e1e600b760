/** What the frame and the first page say, and the names of all other pages: as one file to load. */
export const texts = {
  ...import.meta.glob<Record<string, unknown>>('../../locales/en/overview.json', { eager: true, import: 'default' }),
  ...import.meta.glob<Record<string, unknown>>(
    ['../../locales/en/{common,identity}.json', '../../../../server/src/locales/en/problems.json'],
    { eager: true, import: 'default', query: '?first' },
  ),
  ...import.meta.glob<Record<string, unknown>>(['../../locales/en/*.json', '!../../locales/en/{common,identity,overview}.json'], {
    eager: true,
    import: 'default',
    query: '?titles',
  }),
}
