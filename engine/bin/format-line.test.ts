import { expect, test } from 'vitest'
import { formatLine } from './format-line.ts'

test('a line of JSON holds no control character and says the same', () => {
  const controls = Array.from({ length: 0xa0 }, (_, code) => String.fromCharCode(code)).join('')
  const value = { owner: `Sở Thông tin ${controls}`, packets: 3 }
  const line = formatLine(value)
  expect(line.slice(0, -1)).not.toMatch(/\p{Cc}/u)
  expect(line.endsWith('}\n')).toBe(true)
  expect(JSON.parse(line)).toEqual(value)
})
