import { expect, test } from 'vitest'
import { compareTexts } from '#ui/text-difference.ts'

const shown = (before: string, after: string, locale = 'vi'): string =>
  compareTexts(before, after, locale)
    .map(({ kind, text }) => (kind === 'same' ? text : kind === 'added' ? `[+${text}]` : `[-${text}]`))
    .join('')

test.each([
  ['Trực ca đêm', 'Trực ca ngày', 'Trực ca [-đêm][+ngày]'],
  ['', 'Mới', '[+Mới]'],
  ['Cũ', '', '[-Cũ]'],
  ['Như nhau', 'Như nhau', 'Như nhau'],
  ['a b c d', 'a c d e', 'a [-b ]c d[+ e]'],
])('from %j to %j', (before, after, text) => expect(shown(before, after)).toBe(text))

test('Japanese is compared by words too, without spaces', () => {
  expect(shown('夜間の監視を担当する', '昼間の監視を担当する', 'ja')).toBe('[-夜間][+昼間]の監視を担当する')
})

test('what both have and what each has alone make up both texts again', () => {
  const [before, after] = ['Phân tích sự cố.\nBáo cáo tuần.', 'Điều phối sự cố.\nBáo cáo tháng, quý.']
  const parts = compareTexts(before, after, 'vi')
  expect(
    parts
      .filter(({ kind }) => kind !== 'added')
      .map(({ text }) => text)
      .join(''),
  ).toBe(before)
  expect(
    parts
      .filter(({ kind }) => kind !== 'removed')
      .map(({ text }) => text)
      .join(''),
  ).toBe(after)
})

test('texts too long to compare are shown one after the other', () => {
  const [before, after] = ['a '.repeat(3000), 'b '.repeat(3000)]
  expect(compareTexts(before, after, 'vi')).toEqual([
    { kind: 'removed', text: before },
    { kind: 'added', text: after },
  ])
})
