import fc from 'fast-check'
import { expect, test } from 'vitest'
import { batchOf } from '../../test/rules-kit.ts'
import type { FlowLike } from '../../test/rules-kit.ts'
import type { FlowBatch } from '../flow/flow-batch.ts'
import { splitConnections } from './split-connections.ts'

const whole = { protocol: 6, sourcePort: 40_000, destinationPort: 443, tcpFlags: 0x1b, packets: 10, length: 500 }
const partsOf = (flow: FlowLike): { flags: number; packets: number; bytes: number }[] => {
  const parts = splitConnections(batchOf([flow]))
  return Array.from({ length: parts.length }, (_, row) => ({
    flags: parts.tcpFlags[row]!,
    packets: parts.packets[row]!,
    bytes: parts.bytes[row]!,
  }))
}

test('a connection to a service is a SYN, acknowledgements and data', () => {
  expect(partsOf(whole)).toEqual([
    { flags: 2, packets: 1, bytes: 60 },
    { flags: 16, packets: 4, bytes: 208 },
    { flags: 24, packets: 5, bytes: 4732 },
  ])
})

test('a connection from a service opens with its answer', () => {
  expect(partsOf({ ...whole, sourcePort: 443, destinationPort: 40_000 })[0]).toMatchObject({ flags: 18 })
})

test('a connection that began before has no opening', () => {
  expect(partsOf({ ...whole, tcpFlags: 0x19 }).map(part => part.flags)).toEqual([16, 24])
})

test.each<[string, FlowLike]>([
  ['one packet', { ...whole, packets: 1 }],
  ['SYN only', { ...whole, tcpFlags: 2 }],
  ['acknowledgements only', { ...whole, tcpFlags: 16 }],
  ['flags that no connection has', { ...whole, tcpFlags: 0x29 }],
  ['UDP', { ...whole, protocol: 17 }],
])('%s stays as it is', (_name, flow) => {
  const batch = batchOf([flow])
  expect(splitConnections(batch)).toBe(batch)
})

test('a sampled record of one packet is one packet', () => {
  const batch = batchOf([{ ...whole, packets: 1000 }])
  batch.samplingRate[0] = 1000
  expect(splitConnections(batch)).toBe(batch)
})

test('volumes add up, and no part is empty', () => {
  const flow = fc.record({
    protocol: fc.constantFrom(6, 17),
    sourcePort: fc.nat({ max: 65_535 }),
    destinationPort: fc.nat({ max: 65_535 }),
    tcpFlags: fc.nat({ max: 255 }),
    packets: fc.integer({ min: 1, max: 40 }),
    length: fc.integer({ min: 20, max: 1500 }),
  })
  const sum = (column: Float64Array, batch: FlowBatch): number =>
    column.subarray(0, batch.length).reduce((total, value) => total + value, 0)
  fc.assert(
    fc.property(fc.array(flow, { maxLength: 10 }), flows => {
      const batch = batchOf(flows)
      const parts = splitConnections(batch)
      expect(sum(parts.packets, parts)).toBeCloseTo(sum(batch.packets, batch), 6)
      expect(sum(parts.bytes, parts)).toBeCloseTo(sum(batch.bytes, batch), 6)
      for (let row = 0; row < parts.length; row++) expect(Math.min(parts.packets[row]!, parts.bytes[row]!)).toBeGreaterThan(0)
    }),
  )
})
