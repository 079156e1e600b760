// Columns that a text takes on a terminal: letters of East Asia take two, accents that stand alone none (Unicode TR 11).

const wide =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|[\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]/u
const none = /\p{M}|\u200d/u
/** What would move the cursor or change colours. */
const control = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu

const widthOfLetter = (letter: string): number => (none.test(letter) ? 0 : wide.test(letter) ? 2 : 1)

export function widthOf(text: string): number {
  let width = 0
  for (const letter of text) width += widthOfLetter(letter)
  return width
}

/** Text from outside, without what a terminal would obey. */
export const plainText = (text: string): string => text.replaceAll(control, '')

/** At most so many columns; what is cut ends in an ellipsis. */
export function cutText(text: string, columns: number): string {
  if (widthOf(text) <= columns) return text
  if (columns < 1) return ''
  let [cut, width] = ['', 0]
  for (const letter of text) {
    width += widthOfLetter(letter)
    if (width > columns - 1) break
    cut += letter
  }
  return `${cut}…`
}

/** Exactly so many columns. */
export function fitText(text: string, columns: number, side: 'left' | 'right' = 'left'): string {
  const cut = cutText(text, columns)
  const space = ' '.repeat(Math.max(0, columns - widthOf(cut)))
  return side === 'left' ? cut + space : space + cut
}
