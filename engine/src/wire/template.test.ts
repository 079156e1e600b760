import fc from 'fast-check'
import { expect, test } from 'vitest'
import { element } from './information-elements.ts'
import { createTemplate, locateFields, variableLength } from './template.ts'
import type { TemplateField } from './template.ts'

/** Where the fields lie, one after the other as RFC 7011 §7 has it; undefined when the record ends beyond the bytes. */
function walk(fields: readonly TemplateField[], bytes: Uint8Array): { places: [number, number][]; end: number } | undefined {
  const places: [number, number][] = []
  let at = 0
  for (const field of fields) {
    let { length } = field
    if (length === variableLength) {
      length = bytes[at] ?? Infinity
      at++
      if (length === 255) {
        length = bytes[at + 1] === undefined ? Infinity : bytes[at]! * 256 + bytes[at + 1]!
        at += 2
      }
    }
    if (at + length > bytes.length) return undefined
    places.push([at, length])
    at += length
  }
  return { places, end: at }
}

const field = fc.record({
  enterprise: fc.constantFrom(0, 9),
  id: fc.oneof(fc.constantFrom(...Object.values(element)), fc.nat({ max: 600 })),
  length: fc.oneof(fc.constantFrom(0, variableLength, 1, 4), fc.integer({ min: 1, max: 16 })),
})

test('fields that are read and the end of the record lie where one walk through all fields finds them', () => {
  let located = 0
  fc.assert(
    fc.property(
      fc.array(field, { minLength: 1, maxLength: 12 }),
      fc
        .array(fc.oneof({ weight: 6, arbitrary: fc.nat({ max: 4 }) }, fc.constantFrom(0xff, 40)), { minLength: 40, maxLength: 300 })
        .map(bytes => Uint8Array.from(bytes)),
      fc.nat({ max: 2 }),
      (before, bytes, scopeFields) => {
        const fields = [...before, { enterprise: 0, id: 82, length: variableLength }]
        const template = createTemplate(256, fields, scopeFields, 0)
        const expected = walk(fields, bytes)
        expect(locateFields(template, new DataView(bytes.buffer), 0, bytes.length)).toBe(expected?.end ?? -1)
        if (!expected) return
        located++
        for (const index of [...Object.values(template.plan), template.scopeInterface])
          if (index >= 0) expect([template.offsets[index], template.lengths[index]]).toEqual(expected.places[index])
      },
    ),
    { numRuns: 3000 },
  )
  expect(located).toBeGreaterThan(500)
})

test('fields without length cost a record nothing', () => {
  const empty = Array.from({ length: 500 }, (_, index) => ({ enterprise: 0, id: 500 + index, length: 0 }))
  const { steps } = createTemplate(256, [...empty, { enterprise: 0, id: 82, length: variableLength }], 0, 0)
  expect([...steps]).toEqual([0, 500, variableLength, 0, -1, 0])
})
