import fc from 'fast-check'
import { expect, test } from 'vitest'
import { fromTcvn3, fromVni, isVietnameseSyllable, mendLegacyText } from './vietnamese-legacy.ts'

test.each([
  ['NguyÔn V¨n §øc', 'Nguyễn Văn Đức', 'tcvn3'],
  ['TrÇn ThÞ H­¬ng', 'Trần Thị Hương', 'tcvn3'],
  ['NGUYÔN THÞ ¸NH', 'NGUYỄN THỊ ÁNH', 'tcvn3'],
  ['Vò §×nh Hoµng', 'Vũ Đình Hoàng', 'tcvn3'],
  ['Phßng KiÓm ®Þnh', 'Phòng Kiểm định', 'tcvn3'],
  ['Nguyeãn Vaên Ñöùc', 'Nguyễn Văn Đức', 'vni'],
  ['Traàn Thò Höông', 'Trần Thị Hương', 'vni'],
  ['Phoøng Kieåm ñònh', 'Phòng Kiểm định', 'vni'],
  ['NGUYEÃN THÒ AÙNH', 'NGUYỄN THỊ ÁNH', 'vni'],
] as const)('%s is read as %s', (written, text, encoding) => {
  expect(mendLegacyText(written)).toEqual({ text, encoding })
})

test.each([
  'Nguyễn Văn Đức',
  'Trần Thị Hoà',
  'Lê Mê',
  'Vò Lan',
  'François Müller',
  'René Noël',
  'José Muñoz',
  'Søren Ågård',
  'Zoë',
  'Straße 5 §',
  '田中',
  'Tran Van A',
  '€ 5',
  '',
])('%s stays as it is written', text => {
  expect(mendLegacyText(text)).toBeUndefined()
})

test.each([
  'nguyễn',
  'văn',
  'đức',
  'quỳnh',
  'giếng',
  'gì',
  'nghiêng',
  'khuya',
  'oanh',
  'ý',
  'thuỷ',
  'thủy',
  'hoà',
  'quốc',
  'xoong',
  'yên',
  'ước',
])('%s is a syllable', word => {
  expect(isVietnameseSyllable(word)).toBe(true)
  expect(isVietnameseSyllable(word.normalize('NFD'))).toBe(true)
})

test.each(['nguyÔn', 'văp', 'mạtz', 'léa', 'müller', 'ngễuyn', 'hòạ', 'bất'.normalize('NFD').replace('\u0301', '\u0300')])(
  '%s is none',
  word => {
    expect(isVietnameseSyllable(word)).toBe(false)
  },
)

const syllables = [
  'Nguyễn',
  'Trần',
  'Phạm',
  'Đặng',
  'Bùi',
  'Đỗ',
  'Vũ',
  'Ngô',
  'Huỳnh',
  'Văn',
  'Thị',
  'Quốc',
  'Khánh',
  'Phước',
  'Thuỷ',
  'Hường',
  'Diễm',
  'Xuân',
  'Kiều',
]

test('every small letter of Vietnamese has one byte in TCVN3, and names written with them come back', () => {
  const bytes = new Map(
    Array.from({ length: 0xfe - 0xa0 }, (_, index) => String.fromCharCode(0xa1 + index)).map(byte => [fromTcvn3(byte), byte]),
  )
  for (const letter of 'ăâđêôơưàảãáạằẳẵắặầẩẫấậèẻẽéẹềểễếệìỉĩíịòỏõóọồổỗốộờởỡớợùủũúụừửữứựỳỷỹýỵ')
    expect([letter, bytes.has(letter)]).toEqual([letter, true])
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...syllables), { minLength: 1, maxLength: 5 }), words => {
      const name = words.join(' ')
      expect(fromTcvn3([...name].map(letter => bytes.get(letter) ?? letter).join(''))).toBe(name)
    }),
  )
})

test('no text of any length makes the reading slow or fail', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 300 }), text => {
      const mended = mendLegacyText(text)
      if (mended) expect(mended.text).not.toBe(text)
      expect(typeof fromVni(text)).toBe('string')
    }),
  )
  expect(mendLegacyText('¸'.repeat(1000))).toBeUndefined()
})
