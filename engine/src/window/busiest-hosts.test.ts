import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createAttackDetector } from '../detect/attack-detector.ts'
import { formatAddress } from '../flow/addresses.ts'
import { createFlowBatch } from '../flow/flow-batch.ts'

const nowMs = 1_700_000_000_000

test('the busiest hosts are those that were sent most, in their order, and no net among them', () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.integer({ min: 100, max: 1_000_000 }), { minLength: 1, maxLength: 40 }),
      fc.integer({ min: 1, max: 12 }),
      (sizes, count) => {
        const detector = createAttackDetector({ onAttack() {}, bounds: { maxTargets: 1024, maxHotTargets: 16 } })
        const batch = createFlowBatch(64)
        for (const [row, bytes] of sizes.entries()) {
          batch.family[row] = 4
          batch.destination[row * 4] = 0xc000_0200 + row
          batch.protocol[row] = 6
          batch.packets[row] = 1
          batch.bytes[row] = bytes
          batch.start[row] = batch.end[row] = nowMs
        }
        batch.length = sizes.length
        detector.take(batch, nowMs)
        const order = sizes.map((bytes, row) => ({ bytes, row })).toSorted((one, other) => other.bytes - one.bytes)
        expect(detector.listBusiest(count).map(({ target }) => target)).toEqual(
          order.slice(0, count).map(({ row }) => formatAddress(4, [0xc000_0200 + row])),
        )
      },
    ),
  )
})

test('a host that receives nothing any more goes', () => {
  const detector = createAttackDetector({ onAttack() {}, bounds: { maxTargets: 1024, maxHotTargets: 16 } })
  const batch = createFlowBatch(1)
  batch.family[0] = 4
  batch.destination[0] = 0xc000_0201
  batch.packets[0] = 1
  batch.bytes[0] = 1500
  batch.length = 1
  expect(detector.listBusiest(10)).toEqual([])
  detector.take(batch, nowMs)
  expect(detector.listBusiest(10)).toMatchObject([{ target: '192.0.2.1' }])
  detector.advance(nowMs + 60_000)
  expect(detector.listBusiest(10)).toEqual([])
})
