import type { Language } from '#platform/i18n/languages.ts'

// Names are kept as written (NFC). From a name two keys are derived: one that sorts right when bytes are compared
// (collation "C", so that no index depends on a version of ICU), and one that is searched without accents.

/** Marks that make another letter of a Vietnamese vowel (ă â ê ô ơ ư). `{` and `|` sort behind every plain letter. */
const letterMarks: Record<string, Record<string, string>> = {
  '\u0306': { a: 'a{' },
  '\u0302': { a: 'a|', e: 'e{', o: 'o{' },
  '\u031b': { o: 'o|', u: 'u{' },
}

/** The six tones in the order of dictionaries: ngang (no mark), huyền, hỏi, ngã, sắc, nặng. */
const tones: Record<string, string> = { '\u0300': '1', '\u0309': '2', '\u0303': '3', '\u0301': '4', '\u0323': '5' }
const noTone = '0'
const otherMark = '6'

const isMark = (character: string): boolean => /^\p{M}$/u.test(character)

/** Longest sorting key in bytes of UTF-8; it travels in the cursor of a page. Longer names are told apart by id. */
export const sortKeyMaxBytes = 240

/** As written, but composed (NFC) and with single plain spaces. */
export const tidyText = (text: string): string => text.normalize('NFC').replace(/\s+/gu, ' ').trim()

/** What nobody can see and no name holds: control characters, and marks that turn the direction of writing. */
export const hasControlCharacters = (text: string): boolean => /[\p{Cc}\p{Cs}\u202a-\u202e\u2066-\u2069]/u.test(text)

/** `Hòa` and `Hoà` are one word in two spellings: what counts is which tone it has, not which letter carries it. */
function vietnameseWord(word: string): string {
  let letters = ''
  let tone = ''
  let base = ''
  for (const character of word.normalize('NFD').toLowerCase()) {
    if (tones[character] !== undefined) tone += tones[character]
    else if (isMark(character)) {
      const letter = letterMarks[character]?.[base]
      if (letter === undefined) tone += otherMark
      else letters = letters.slice(0, -1) + letter
    } else {
      base = character
      letters += character === 'đ' ? 'd{' : character
    }
  }
  return `${letters} ${tone || noTone}`
}

function plainWord(word: string): string {
  const decomposed = [...word.normalize('NFD').toLowerCase()]
  const marks = decomposed.filter(isMark).length
  return `${decomposed.filter(character => !isMark(character)).join('')} ${marks}`
}

const smallKana = 'ぁぃぅぇぉっゃゅょゎゕゖ'
const largeKana = 'あいうえおつやゆよわかけ'
const vowelRows: [string, string][] = [
  ['あ', 'あかさたなはまやらわ'],
  ['い', 'いきしちにひみりゐ'],
  ['う', 'うくすつぬふむゆる'],
  ['え', 'えけせてねへめれゑ'],
  ['お', 'おこそとのほもよろを'],
]

const toHiragana = (text: string): string => text.replace(/[\u30a1-\u30f6]/gu, kana => String.fromCodePoint(kana.codePointAt(0)! - 0x60))

/** JIS X 4061: voicing and size of kana count after the kana itself; the long mark counts as the vowel before it. */
function japaneseWord(word: string): string {
  let kana = ''
  let details = ''
  let last = ''
  for (const character of toHiragana(word.normalize('NFKC')).normalize('NFD').toLowerCase()) {
    if (character === '\u3099') details += '1'
    else if (character === '\u309a') details += '2'
    else if (isMark(character)) details += '3'
    else {
      const small = smallKana.indexOf(character)
      last =
        small >= 0
          ? largeKana[small]!
          : character === 'ー'
            ? (vowelRows.find(([, row]) => row.includes(last))?.[0] ?? character)
            : character
      details += small >= 0 || character === 'ー' ? '4' : '0'
      kana += last
    }
  }
  return `${kana} ${details.replace(/0+$/u, '')}`
}

function cut(key: string): string {
  if (Buffer.byteLength(key) <= sortKeyMaxBytes) return key
  let kept = ''
  let size = 0
  for (const character of key) {
    size += Buffer.byteLength(character)
    if (size > sortKeyMaxBytes) break
    kept += character
  }
  return kept
}

/**
 * Key by which names sort, byte by byte.
 * vi: the given name, which is the last word, then the rest from the family name on; a word's letters
 *     (a ă â b c d đ e ê …) count before its tone.
 * en: the family name, taken to be the last word, then the rest; accents count only between words that are equal otherwise.
 * ja: the reading in kana where there is one, else the name as written; family name first, as Japanese is written.
 */
export function sortKeyOf(name: string, culture: Language, reading: string | null = null): string {
  if (culture === 'ja')
    return cut(
      tidyText(reading || name)
        .normalize('NFKC')
        .split(' ')
        .map(japaneseWord)
        .join(' '),
    )
  const words = tidyText(name).split(' ')
  const ordered = [...words.slice(-1), ...words.slice(0, -1)]
  return cut(ordered.map(culture === 'vi' ? vietnameseWord : plainWord).join(' '))
}

/** Text without accents, case and width, for search: `Nguyễn  Thị Đào` → `nguyen thi dao`, `ﾀﾅｶ` → `たなか`. */
export function foldForSearch(text: string): string {
  const decomposed = toHiragana(text.normalize('NFKC')).normalize('NFD').toLowerCase()
  // The marks of kana stay: か and が are different letters, which no keyboard leaves out.
  const bare = decomposed.replace(/đ/gu, 'd').replace(/[^\P{M}\u3099\u309a]/gu, '')
  return bare
    .normalize('NFC')
    .replace(/[\s\u3000]+/gu, ' ')
    .trim()
}

export const searchKeyOf = (name: string, reading: string | null): string =>
  [foldForSearch(name), foldForSearch(reading ?? '')].join(' ').trim()

/** Longest end of a name that is kept for searching (migration 0011): of a longer search the rest does not count. */
const searchMaxLetters = 128

/** What a name is looked for by: an end of it that begins with `text`, from the start of a word or from any letter. */
export interface NameSearch {
  kind: 'word' | 'anywhere'
  text: string
}

/**
 * Words in sequence from the start of a word, the last one may be unfinished. Japanese is written without spaces, so there
 * it may begin anywhere. Null when nothing is left to search for.
 */
export function nameSearch(search: string): NameSearch | null {
  const text = [...foldForSearch(search)].slice(0, searchMaxLetters).join('')
  if (!text) return null
  return { kind: /[\p{Script=Han}\p{Script=Hiragana}]/u.test(text) ? 'anywhere' : 'word', text }
}

const japaneseScript = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/u
const vietnameseLetter = /[ăâđêôơưàảãáạằẳẵắặầẩẫấậèẻẽéẹềểễếệìỉĩíịòỏõóọồổỗốộờởỡớợùủũúụừửữứựỳỷỹýỵ]/iu

/** The culture that the letters of a name give away; undefined for plain Latin letters, which every culture uses. */
export function cultureShown(name: string, reading: string | null): Language | undefined {
  const composed = name.normalize('NFC')
  if (japaneseScript.test(composed) || japaneseScript.test(reading ?? '')) return 'ja'
  return vietnameseLetter.test(composed) ? 'vi' : undefined
}
