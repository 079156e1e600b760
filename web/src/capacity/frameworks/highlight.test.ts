import { expect, test } from 'vitest'
import { excerptOf, markWords, searchWords } from '#capacity/frameworks/highlight.ts'

const marked = (text: string, search: string): string =>
  markWords(text, searchWords(search))
    .map(piece => (piece.isFound ? `[${piece.text}]` : piece.text))
    .join('')

test.each([
  ['Điều phối ứng cứu sự cố', 'ung cuu', 'Điều phối [ứng] [cứu] sự cố'],
  ['Điều phối ứng cứu sự cố', 'ĐIỀU', '[Điều] phối ứng cứu sự cố'],
  ['Điều phối ứng cứu sự cố', 'điều phối'.normalize('NFD'), '[Điều] [phối] ứng cứu sự cố'],
  ['Điều phối'.normalize('NFD'), 'dieu', `[${'Điều'.normalize('NFD')}] phối`.normalize('NFC')],
  ['インシデントハンドラー', 'ハンドラー', 'インシデント[ハンドラー]'],
  ['ＣＩＳＯの補佐', 'ciso', '[ＣＩＳＯ]の補佐'],
  ['Incident incident', 'INCIDENT', '[Incident] [incident]'],
  ['nothing here', 'absent', 'nothing here'],
  ['', 'word', ''],
])('%j searched for %j is marked as %j', (text, search, expected) => {
  expect(marked(text, search).normalize('NFC')).toBe(expected)
})

test('the pieces are the whole text', () => {
  const text = 'Chuyên viên phân loại, xác định ưu tiên sự cố'
  for (const search of ['a', 'viên loại', 'ư', 'x'])
    expect(
      markWords(text, searchWords(search))
        .map(piece => piece.text)
        .join(''),
    ).toBe(text)
})

test('of a long text what stands around the first find is kept', () => {
  const text = `${'bamboo '.repeat(60)}needle ${'hedge '.repeat(60)}`.trim()
  const excerpt = excerptOf(text, ['needle'])
  expect(excerpt).toContain('needle')
  expect(excerpt.length).toBeLessThan(180)
  expect(excerpt.startsWith('… ') && excerpt.endsWith(' …')).toBe(true)
  expect(excerptOf('short', ['needle'])).toBe('short')
})
