import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Language } from '#platform/i18n/languages.ts'
import { cultureShown, foldForSearch, nameSearch, searchKeyOf, sortKeyMaxBytes, sortKeyOf } from './names.ts'

const bytewise = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b))

test('Vietnamese names sort by given name, then by the rest, letters before tones', () => {
  const inOrder = [
    'Lê Văn An',
    'Nguyễn Văn An',
    'Trần An',
    'Đỗ Án',
    'Nguyễn Ạn',
    'Phạm Anh',
    'Lê Ăn',
    'Lê Ân',
    'Võ Bình',
    'Bùi Cường',
    'Hồ Dung',
    'Hồ Đào',
    'Lý Em',
    'Lý Ên',
    'Đặng Hoa',
    'Đặng Hòa',
    'Lê Hoa Hoà',
    'Đặng Hoá',
    'Đinh Oanh',
    'Đinh Ôn',
    'Đinh Ơn',
    'Ngô Uyên',
    'Ngô Ư',
    'Ngô Vy',
    'Ngô Ý',
  ]
  const keys = inOrder.map(name => sortKeyOf(name, 'vi'))
  expect(keys.toSorted(bytewise)).toEqual(keys)
})

test('tones sort as ngang, huyền, hỏi, ngã, sắc, nặng', () => {
  const inOrder = ['ma', 'mà', 'mả', 'mã', 'má', 'mạ'].map(word => sortKeyOf(word, 'vi'))
  expect(inOrder.toSorted(bytewise)).toEqual(inOrder)
})

test.each<[Language, [string, string | null][]]>([
  [
    'en',
    [
      ['Mary Ann Adams', null],
      ['Zoë Adams', null],
      ['John Álvarez', null],
      ['John Baker', null],
      ['Cher', null],
    ],
  ],
  [
    'ja',
    [
      ['相田', 'あいだ'],
      ['大野', 'おおの'],
      ['オーノ', null],
      ['加藤', 'かとう'],
      ['賀藤', 'がとう'],
      ['田中', 'ﾀﾅｶ'],
      ['八田', 'はった'],
      ['服部', 'はっとり'],
      ['蓮', null],
    ],
  ],
])('%s names sort by family name, ja by its reading', (culture, names) => {
  const keys = names.map(([name, reading]) => sortKeyOf(name, culture, reading))
  expect(keys.toSorted(bytewise)).toEqual(keys)
})

const vietnameseLetters = [...'aăâbcdđeêghiklmnoôơpqrstuưvxyAĐÔ']
const vietnameseTones = ['', '\u0300', '\u0309', '\u0303', '\u0301', '\u0323']
const vowels = new Set('aăâeêioôơuưyAÔ')
/** A word with a tone on its first vowel, as ICU wants it: two spellings of one word differ for ICU only. */
const word = fc
  .tuple(fc.array(fc.constantFrom(...vietnameseLetters), { minLength: 1, maxLength: 5 }), fc.constantFrom(...vietnameseTones))
  .map(([letters, tone]) => {
    const at = letters.findIndex(letter => vowels.has(letter))
    return letters
      .map((letter, index) => (index === at ? letter + tone : letter))
      .join('')
      .normalize('NFC')
  })
const vietnameseName = fc.array(word, { minLength: 1, maxLength: 4 }).map(words => words.join(' '))

test('Vietnamese keys agree with the ICU order of letters and tones, word by word', () => {
  const collator = new Intl.Collator('vi', { sensitivity: 'accent' })
  const compare = (a: string, b: string): number => {
    const [left, right] = [a, b].map(name => [name.split(' ').at(-1)!, ...name.split(' ').slice(0, -1)]) as [string[], string[]]
    for (let i = 0; i < Math.min(left.length, right.length); i++) {
      // Base letters first, then the tone: two tones on different letters are ours to compare.
      const order = collator.compare(left[i]!, right[i]!)
      if (order !== 0) return order
    }
    return left.length - right.length
  }
  fc.assert(
    fc.property(vietnameseName, vietnameseName, (a, b) => {
      expect(Math.sign(bytewise(sortKeyOf(a, 'vi'), sortKeyOf(b, 'vi')))).toBe(Math.sign(compare(a, b)))
    }),
    { numRuns: 2000 },
  )
})

test('composed and decomposed input give equal keys, within their bound', () => {
  const any = fc.oneof(vietnameseName, fc.string({ unit: 'grapheme', minLength: 1, maxLength: 200 }))
  fc.assert(
    fc.property(any, fc.constantFrom('vi', 'en', 'ja'), (name, culture) => {
      const [nfc, nfd] = [name.normalize('NFC'), name.normalize('NFD')]
      const key = sortKeyOf(nfc, culture)
      expect(sortKeyOf(nfd, culture)).toBe(key)
      expect(Buffer.byteLength(key)).toBeLessThanOrEqual(sortKeyMaxBytes)
      expect(searchKeyOf(nfd, null)).toBe(searchKeyOf(nfc, null))
      expect(foldForSearch(foldForSearch(nfc))).toBe(foldForSearch(nfc))
    }),
    { numRuns: 1000 },
  )
})

test.each([
  ['Nguyễn  Thị Đào', 'nguyen thi dao'],
  ['Nguyễn'.normalize('NFD'), 'nguyen'],
  ['ĐỖ ƯỚC', 'do uoc'],
  ['ﾀﾅｶ　ﾊﾅｺ', 'たなか はなこ'],
  ['ガトウ', 'がとう'],
  ['Ｔａｎａｋａ', 'tanaka'],
])('%s is searched as %s', (text, folded) => {
  expect(foldForSearch(text)).toBe(folded)
})

test.each([
  ['  Văn An ', { kind: 'word', text: 'van an' }],
  ['花子', { kind: 'anywhere', text: '花子' }],
  ['ハナ', { kind: 'anywhere', text: 'はな' }],
  ['x'.repeat(200), { kind: 'word', text: 'x'.repeat(128) }],
  [' \u0301 ', null],
])('a name is looked for by what is left of %j', (text, looked) => {
  expect(nameSearch(text)).toEqual(looked)
})

test.each([
  ['Nguyễn Văn A', 'vi'],
  ['Tran Van An', undefined],
  ['田中 花子', 'ja'],
  ['Tanaka Hanako', undefined],
])('%s shows culture %s', (name, culture) => {
  expect(cultureShown(name, null)).toBe(culture)
})
