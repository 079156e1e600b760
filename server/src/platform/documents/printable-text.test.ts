import fc from 'fast-check'
import { expect, test } from 'vitest'
import { loadFonts } from './fonts.ts'
import { printableText } from './printable-text.ts'

const fonts = loadFonts()
const print = (text: string): string => printableText(text, fonts)

test.each([
  ['Vietnamese stays, composed', 'Nguyễn Thị Ánh Tuyết'.normalize('NFD'), 'Nguyễn Thị Ánh Tuyết'],
  ['Japanese stays', '情報セキュリティ「監査」ＡＢＣ', '情報セキュリティ「監査」ＡＢＣ'],
  ['markup is text', '#sys $x$ *b* _i_ `r` @l <l> \\u{41}', '#sys $x$ *b* _i_ `r` @l <l> \\u{41}'],
  ['what no font shows becomes a visible box', 'ភ 😀', '□ □'],
  ['controls and overrides of direction vanish', 'a\u0000\u0001\u202eb\u200d\ufeff', 'ab'],
  ['half a character becomes a visible box', 'a\ud800b', 'a□b'],
  ['line ends become one', 'a\r\nb\u2028c\td', 'a\nb\nc d'],
  ['a mark that would stand without its letter goes', 'x\u0338', 'x'],
])('%s', (_fact, text, expected) => {
  expect(print(text)).toBe(expected)
})

test('a long run can be broken, ordinary words and Japanese cannot', () => {
  expect(print('x'.repeat(50))).toBe(`${'x'.repeat(20)}\u200b${'x'.repeat(20)}\u200b${'x'.repeat(10)}`)
  expect(print('internationalisation của năng lực')).not.toContain('\u200b')
  expect(print('長い文章'.repeat(20))).not.toContain('\u200b')
})

test('whatever is typed, each character that stays has a glyph', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), text => {
      for (const character of print(text))
        expect(character === '\n' || character === '\u200b' || fonts.isCovered(character.codePointAt(0)!)).toBe(true)
    }),
  )
})
