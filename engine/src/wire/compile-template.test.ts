import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createFlowBatch } from '../flow/flow-batch.ts'
import type { FlowBatch } from '../flow/flow-batch.ts'
import { compileTemplate, isCompilable } from './compile-template.ts'
import { decodeRecord } from './decode-rows.ts'
import { element } from './information-elements.ts'
import { createSamplingTable, learnRate } from './sampling.ts'
import { createTemplate } from './template.ts'

/** Every column's rows as plain numbers. */
const rowsOf = (batch: FlowBatch): Record<string, number[]> =>
  Object.fromEntries(
    Object.entries(batch)
      .filter(([, column]) => ArrayBuffer.isView(column))
      .map(([name, column]) => [
        name,
        Array.from(column as Float64Array).slice(0, batch.length * (/source$|destination$/.test(name) ? 4 : 1)),
      ]),
  )

const ids = Object.values(element)
const field = fc.record({
  enterprise: fc.constant(0),
  id: fc.constantFrom(...ids),
  length: fc.oneof({ weight: 4, arbitrary: fc.integer({ min: 1, max: 8 }) }, fc.constantFrom(0, 9, 16)),
})

test('the compiled loop writes what the field-by-field decoder writes', () => {
  let compared = 0
  fc.assert(
    fc.property(
      fc.array(field, { minLength: 1, maxLength: 24 }),
      // Zeros often: some fields stand in for others that are 0.
      fc.oneof(
        fc.uint8Array({ minLength: 600, maxLength: 600 }),
        fc.array(fc.constantFrom(0, 0, 0, 1, 58, 255), { minLength: 600, maxLength: 600 }).map(bytes => Uint8Array.from(bytes)),
      ),
      fc.record({ uptimeMs: fc.oneof(fc.nat(), fc.constant(Number.NaN)), exportMs: fc.nat().map(s => s * 1000) }),
      fc.array(fc.tuple(fc.nat({ max: 3 }), fc.option(fc.nat({ max: 255 }), { nil: undefined })), { maxLength: 3 }),
      (fields, bytes, { uptimeMs, exportMs }, rates) => {
        const template = createTemplate(256, fields, 0, 0)
        // Without the exporter's uptime the loop is not asked (sets.ts).
        fc.pre(template.size > 0 && isCompilable(template) && !(template.hasUptimesOnly && Number.isNaN(uptimeMs)))
        const loop = compileTemplate(template)
        if (!loop) return
        const sampling = createSamplingTable(1)
        for (const [rate, id] of rates) learnRate(sampling, rate, rate % 2 ? id : undefined, id)
        const context = { exporter: 3, domain: 77, uptimeMs, exportMs, sampling }
        const count = Math.min(4, Math.floor(bytes.length / template.size))
        const view = new DataView(bytes.buffer)
        const [one, other] = [createFlowBatch(8), createFlowBatch(8)]
        loop(one, view, 0, count, context)
        for (let record = 0; record < count; record++) decodeRecord(other, view, record * template.size, template, context)
        expect(rowsOf(one)).toEqual(rowsOf(other))
        compared++
      },
    ),
    { numRuns: 400 },
  )
  expect(compared).toBeGreaterThan(100)
})
