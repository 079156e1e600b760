import { sql } from 'kysely'
import type { RawBuilder, SqlBool } from 'kysely'

// Search without accents and case, in every language at once. Both sides are folded in the same way, here and in SQL (`fold_text`, which fills the columns search_…):
// compatibility decomposition (full-width letters too), the marks of Latin letters removed, đ as d, lower case.
// The list of marks covers Vietnamese and what European names carry; kana keep their own marks, which change the sound.

const marks = '\u0300\u0301\u0302\u0303\u0304\u0306\u0307\u0308\u0309\u030a\u030b\u030c\u031b\u0323\u0327\u0328'
const stroked = 'đĐ'
const maxWords = 10

/** The words of a search, folded. */
export function foldWords(search: string): string[] {
  const unmarked = [...search.normalize('NFKD')]
    .filter(letter => !marks.includes(letter))
    .map(letter => (stroked.includes(letter) ? 'd' : letter))
  return unmarked.join('').toLowerCase().split(/\s+/u).filter(Boolean).slice(0, maxWords)
}

/** Condition that `text`, an SQL expression of folded columns, has every word somewhere. Give it a bounded set of rows. */
export const hasWords = (text: RawBuilder<string>, words: readonly string[]): RawBuilder<SqlBool> =>
  sql<SqlBool>`(select bool_and(strpos(folded.text, word) > 0) from (select ${text} as text) as folded, unnest(${[...words]}::text[]) as word)`
