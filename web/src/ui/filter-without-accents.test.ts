import { expect, test } from 'vitest'
import { filterWithoutAccents } from '#ui/filter-without-accents.ts'

const units = ['Phòng Ứng cứu sự cố (IR)', 'Phòng Đánh giá (PT)', 'Trung tâm (C)'].map(label => ({ value: label, label }))
const find = (search: string, limit = 10): string[] =>
  filterWithoutAccents({ options: units, search, limit }).map(option => ('value' in option ? option.value : ''))

test('choices are found with and without accents, by words in any order, up to the limit', () => {
  expect(find('danh gia')).toEqual(['Phòng Đánh giá (PT)'])
  expect(find('Ứng PHÒNG')).toEqual(['Phòng Ứng cứu sự cố (IR)'])
  expect(find('phong')).toHaveLength(2)
  expect(find('', 1)).toHaveLength(1)
  expect(find('xyz')).toEqual([])
})

test('a group without finds is left out', () => {
  const options = [
    { group: 'A', items: units.slice(0, 1) },
    { group: 'B', items: units.slice(1) },
  ]
  expect(filterWithoutAccents({ options, search: 'trung tam', limit: 10 })).toEqual([{ group: 'B', items: units.slice(2) }])
})
