import { foldForSearch } from '#capacity/people/people.ts'

// How well a record answers a search: 0 is best. The same scale for every kind, so that kinds can be put in order too.

const exact = 0
const codeBegins = 1
const nameBegins = 2
const wordsBegin = 3
const within = 4

const maxWords = 10

/** Scripts without spaces: there a word may begin anywhere. */
const unspaced = /[\p{Script=Han}\p{Script=Hiragana}]/u

export interface Wanted {
  text: string
  words: readonly string[]
}

export function readWanted(search: string): Wanted {
  const text = foldForSearch(search)
  return { text, words: text.split(' ').filter(Boolean).slice(0, maxWords) }
}

/** Undefined when a word is in none of the texts. A code is compared like a name, and counts more. */
export function rankOf(wanted: Wanted, codes: readonly string[], names: readonly string[]): number | undefined {
  if (wanted.words.length === 0) return undefined
  const foldedCodes = codes.map(foldForSearch)
  const foldedNames = names.map(foldForSearch)
  const all = [...foldedCodes, ...foldedNames]
  if (all.includes(wanted.text)) return exact
  if (foldedCodes.some(code => code.startsWith(wanted.text))) return codeBegins
  if (foldedNames.some(name => name.startsWith(wanted.text))) return nameBegins
  const joined = ` ${all.join(' ').replaceAll(/[^\p{L}\p{N}\p{M}]+/gu, ' ')}`
  if (wanted.words.every(word => (unspaced.test(word) ? joined.includes(word) : joined.includes(` ${word}`)))) return wordsBegin
  const plain = all.join(' ')
  return wanted.words.every(word => plain.includes(word)) ? within : undefined
}
