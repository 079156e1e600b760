// Where the words of a search stand in a text: found as the server finds them, without accents and case, and marked in the
// text as it is written.

const marks = /[\u0300-\u0304\u0306-\u030c\u031b\u0323\u0327\u0328]/g
const maxWords = 10

const fold = (text: string): string => text.normalize('NFKD').replaceAll(marks, '').replaceAll(/[đĐ]/g, 'd').toLowerCase()

export const searchWords = (search: string): string[] => fold(search).split(/\s+/u).filter(Boolean).slice(0, maxWords)

export interface Piece {
  text: string
  isFound: boolean
}

/** The text in pieces, in order and whole; one piece where no word is found. */
export function markWords(text: string, words: readonly string[]): Piece[] {
  let folded = ''
  /** Of each folded letter: where its original begins and ends. */
  const from: number[] = []
  const to: number[] = []
  let at = 0
  for (const letter of text) {
    const plain = fold(letter)
    // A mark of its own belongs to the letter before it.
    if (plain === '' && to.length > 0) to[to.length - 1] = at + letter.length
    for (let i = 0; i < plain.length; i++) {
      from.push(at)
      to.push(at + letter.length)
    }
    folded += plain
    at += letter.length
  }
  const isFound = new Uint8Array(text.length)
  for (const word of words) {
    for (let start = folded.indexOf(word); start >= 0; start = folded.indexOf(word, start + word.length))
      isFound.fill(1, from[start], to[start + word.length - 1])
  }
  const pieces: Piece[] = []
  let begin = 0
  for (let i = 1; i <= text.length; i++) {
    if (i < text.length && isFound[i] === isFound[begin]) continue
    pieces.push({ text: text.slice(begin, i), isFound: isFound[begin] === 1 })
    begin = i
  }
  return pieces
}

/** As long as a text is kept whole around what is found in it. */
const excerptLength = 160

/** What stands around the first find, cut at spaces, with an ellipsis where something is left out. */
export function excerptOf(text: string, words: readonly string[]): string {
  if (text.length <= excerptLength) return text
  const before = markWords(text, words)
  const first = before[0]?.isFound === false && before.length > 1 ? before[0].text.length : 0
  const start = Math.max(0, Math.min(first - excerptLength / 3, text.length - excerptLength))
  const cut = start === 0 ? 0 : text.indexOf(' ', start) + 1 || Math.floor(start)
  const end = cut + excerptLength >= text.length ? text.length : text.lastIndexOf(' ', cut + excerptLength)
  const stop = end <= first ? cut + excerptLength : end
  return `${cut > 0 ? '… ' : ''}${text.slice(cut, stop)}${stop < text.length ? ' …' : ''}`
}
