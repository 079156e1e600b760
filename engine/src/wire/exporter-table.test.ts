import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createExporterTable } from './exporter-table.ts'

test('senders that nobody vouches for give their numbers to others, and an exporter keeps its own', () => {
  const exporters = createExporterTable(8)
  const known = exporters.numberOf(4, 0x0102_0304)
  exporters.vouchFor(known, true)
  for (let sender = 0; sender < 1000; sender++) expect(exporters.numberOf(sender % 2 ? 4 : 6, sender, 1, 2, 3)).toBeGreaterThanOrEqual(0)
  expect(exporters.numberOf(4, 0x0102_0304)).toBe(known)
  expect(exporters.addressOf(known)).toBe('1.2.3.4')
  expect(exporters).toMatchObject({ size: 8, kept: 1, refused: 0 })
})

test('who looks like an exporter gives way only when all others do so too', () => {
  const exporters = createExporterTable(4)
  const waiting = exporters.numberOf(4, 1)
  exporters.vouchFor(waiting, false)
  for (let sender = 10; sender < 100; sender++) exporters.numberOf(4, sender)
  expect(exporters.numberOf(4, 1)).toBe(waiting)
  for (let sender = 10; exporters.kept < 3; sender++) exporters.vouchFor(exporters.numberOf(4, sender), true)
  expect(exporters.addressOf(waiting)).toBe('0.0.0.1')
  expect(exporters.numberOf(4, 200)).toBe(waiting)
  expect(exporters.addressOf(waiting)).toBe('0.0.0.200')
})

test('when all numbers are kept, another sender finds no room and is counted', () => {
  const exporters = createExporterTable(4)
  for (let sender = 1; sender <= 4; sender++) exporters.vouchFor(exporters.numberOf(4, sender), true)
  expect([exporters.numberOf(4, 5), exporters.numberOf(6, 1), exporters.numberOf(4, 4)]).toEqual([-1, -1, 3])
  expect(exporters).toMatchObject({ size: 4, kept: 4, refused: 2 })
})

test('who keeps notes by number is told before a number goes to another', () => {
  const exporters = createExporterTable(2)
  const told: string[] = []
  exporters.whenReused(exporter => told.push(`${exporter} ${exporters.addressOf(exporter)}`))
  for (let sender = 1; sender <= 4; sender++) exporters.numberOf(4, sender)
  expect(told).toEqual(['0 0.0.0.1', '1 0.0.0.2'])
})

test('whatever comes, numbers that are held name who holds them, and what is kept stays', () => {
  const step = fc.record({ sender: fc.nat({ max: 60 }), vouch: fc.constantFrom(undefined, false, true) })
  fc.assert(
    fc.property(fc.array(step, { maxLength: 300 }), fc.integer({ min: 1, max: 20 }), (steps, room) => {
      const exporters = createExporterTable(room)
      const holders = new Map<number, number>()
      const kept = new Map<number, number>()
      exporters.whenReused(number => {
        expect([...kept.values()]).not.toContain(number)
        holders.delete(number)
      })
      for (const { sender, vouch } of steps) {
        const number = exporters.numberOf(4, sender)
        if (number < 0) {
          expect(kept.size).toBe(room)
          continue
        }
        expect(holders.get(number) ?? sender).toBe(sender)
        holders.set(number, sender)
        if (vouch !== undefined) exporters.vouchFor(number, vouch)
        if (vouch) kept.set(sender, number)
        for (const [held, holder] of holders) expect(exporters.addressOf(held)).toBe(`0.0.0.${holder}`)
      }
      for (const [number, holder] of holders) expect(exporters.numberOf(4, holder)).toBe(number)
      for (const [sender, number] of kept) expect(exporters.numberOf(4, sender)).toBe(number)
      expect(exporters.kept).toBe(kept.size)
      expect(exporters.size).toBeLessThanOrEqual(room)
    }),
  )
})
