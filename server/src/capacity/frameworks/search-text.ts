import { sql } from 'kysely'
import type { RawBuilder, SqlBool } from 'kysely'

// Search without accents and case, in every language at once. Both sides are folded in the same way, here and in SQL:
// compatibility decomposition (full-width letters too), the marks of Latin letters removed, đ as d, lower case.
// The list of marks covers Vietnamese and what European names carry; kana keep their own marks, which change the sound.

const marks = '\u0300\u0301\u0302\u0303\u0304\u0306\u0307\u0308\u0309\u030a\u030b\u030c\u031b\u0323\u0327\u0328'
const stroked = 'đĐ'
const plain = 'dd'
const maxWords = 10

/** The words of a search, folded. */
export function foldWords(search: string): string[] {
  const unmarked = [...search.normalize('NFKD')]
    .filter(letter => !marks.includes(letter))
    .map(letter => (stroked.includes(letter) ? plain[0] : letter))
  return unmarked.join('').toLowerCase().split(/\s+/u).filter(Boolean).slice(0, maxWords)
}

/** Condition that `text`, an SQL expression, has every word somewhere. It reads each row's text: give it a bounded set of rows. */
export function hasWords(text: RawBuilder<string>, words: readonly string[]): RawBuilder<SqlBool> {
  // ASCII has nothing to decompose, and decomposing is most of the work. `offset 0` keeps each step from being done once a word.
  const folded = sql`case when octet_length(text) = char_length(text) then lower(text)
    else lower(translate(normalize(text, NFKD), ${stroked + marks}, ${plain})) end`
  return sql<SqlBool>`(select bool_and(strpos(folded.text, word) > 0)
    from (select ${folded} as text from (select ${text} as text offset 0) as plain offset 0) as folded, unnest(${[...words]}::text[]) as word)`
}
