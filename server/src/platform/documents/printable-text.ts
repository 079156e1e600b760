import type { Fonts } from './fonts.ts'

// PDF/UA-1 refuses a document that holds one character without a glyph. What people typed must never be able to
// stop a document, so it is made printable first: the same words, with a visible box for what no font can show.

const missing = '□'
/** Longest run without a place to break a line; chosen so that a run fits the narrowest column that shows typed text. */
const longestRun = 20

const lineEnds = /\r\n?|[\u0085\u2028\u2029]/g
// Characters without an own picture: controls, direction overrides, joiners. They can only mislead on paper.
const invisible = /[\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}]/u
const mark = /\p{M}/u
// Chinese and Japanese characters break anywhere; all others in a long run need help.
const unbroken = new RegExp(`([^\\s\\u3000-\\u9fff\\uf900-\\ufaff\\uff00-\\uffef]{${longestRun}}\\p{M}*)(?=\\S)`, 'gu')

export function printableText(text: string, fonts: Pick<Fonts, 'isCovered' | 'isInEveryFont'>): string {
  let printable = ''
  for (const character of text.normalize('NFC').toWellFormed().replace(lineEnds, '\n').replaceAll('\t', ' ')) {
    const codePoint = character.codePointAt(0)!
    if (character === '\n') printable += character
    else if (invisible.test(character)) continue
    else if (mark.test(character)) printable += fonts.isInEveryFont(codePoint) ? character : ''
    else printable += fonts.isCovered(codePoint) ? character : missing
  }
  // A zero-width space: breaks a line, shows nothing.
  return printable.replace(unbroken, '$1\u200b')
}

/** The same for every text in a value as JSON holds it. */
export function printableValue(value: unknown, fonts: Pick<Fonts, 'isCovered' | 'isInEveryFont'>): unknown {
  if (typeof value === 'string') return printableText(value, fonts)
  if (Array.isArray(value)) return value.map(item => printableValue(item, fonts))
  if (value && typeof value === 'object')
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, printableValue(item, fonts)]))
  return value
}
