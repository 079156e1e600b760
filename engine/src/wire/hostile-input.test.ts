import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createCollector } from '../../test/decode-kit.ts'
import { hostileSeeds as seeds } from '../../test/hostile-seeds.ts'

// Whatever comes by the wire, the decoder neither throws nor loses count nor keeps more than its bounds.

const bounds = {
  maxDomains: 8,
  maxDomainsPerExporter: 4,
  maxTemplatesPerDomain: 6,
  maxTemplateFields: 100,
  maxWaitingSets: 10,
  maxWaitingBytes: 4000,
}

const mutated = fc
  .record({
    seed: fc.constantFrom(...seeds),
    changes: fc.array(
      fc.record({
        at: fc.nat({ max: 700 }),
        value: fc.oneof(fc.nat({ max: 255 }), fc.constantFrom(0, 1, 0x7f, 0x80, 0xff)),
      }),
      { maxLength: 8 },
    ),
    cut: fc.option(fc.nat({ max: 700 }), { nil: undefined }),
    extra: fc.uint8Array({ maxLength: 40 }),
  })
  .map(({ seed, changes, cut, extra }) => {
    const bytes = new Uint8Array([...seed.slice(0, cut), ...extra])
    for (const { at, value } of changes) if (at < bytes.length) bytes[at] = value
    return bytes
  })
const random = fc
  .tuple(fc.constantFrom([0, 1], [0, 5], [0, 7], [0, 9], [0, 10], [0, 0, 0, 5], []), fc.uint8Array({ maxLength: 300 }))
  .map(([version, rest]) => new Uint8Array([...version, ...rest]))
const datagram = fc.oneof({ weight: 3, arbitrary: mutated }, { weight: 1, arbitrary: random })

test('mutated, cut and random datagrams each end as exactly one of decoded, waiting and rejected, within the bounds', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(datagram, fc.nat({ max: 2 })), { minLength: 1, maxLength: 12 }), datagrams => {
      const collector = createCollector({ bounds, rows: 5 })
      let kept = 0
      for (const [bytes, exporter] of datagrams) {
        const before = collector.rejections.length
        const outcome = collector.take(bytes, { exporter })
        expect(collector.rejections.length - before).toBe(outcome === 'rejected' ? 1 : 0)
        if (outcome === 'rejected') {
          expect(collector.rejections.at(-1)!.offset).toBeGreaterThanOrEqual(0)
          expect(collector.rejections.at(-1)!.offset).toBeLessThanOrEqual(bytes.length)
        }
        kept += bytes.length
      }
      const { counters, waiting } = collector.decoder
      expect(counters.decoded + counters.waiting + counters.rejected).toBe(datagrams.length)
      expect(Object.values(counters.rejectedBy).reduce((sum, count) => sum + count, 0)).toBe(counters.rejected)
      const flows = collector.all()
      expect(flows).toHaveLength(counters.flows)
      // A record has at least one byte, a biflow two directions, and what waited is counted with its own datagram.
      expect(counters.flows).toBeLessThanOrEqual(2 * kept)
      for (const flow of flows) {
        expect(flow.flowStartMilliseconds).toBeLessThanOrEqual(flow.flowEndMilliseconds)
        expect(flow.samplingInterval).toBeGreaterThanOrEqual(1)
        expect(flow.packetDeltaCount).toBeGreaterThanOrEqual(0)
      }
      expect(waiting.sets).toBeLessThanOrEqual(bounds.maxWaitingSets)
      expect(waiting.bytes).toBeLessThanOrEqual(bounds.maxWaitingBytes)
      const domains = collector.decoder.listDomains()
      expect(domains.length).toBeLessThanOrEqual(bounds.maxDomains)
      for (const domain of domains) expect(domain.templates).toBeLessThanOrEqual(bounds.maxTemplatesPerDomain)
    }),
    { numRuns: 1500 },
  )
})

test('cut at any byte, a datagram tells what comes before the cut', () => {
  for (const seed of seeds)
    for (let length = 0; length <= seed.length; length++) {
      const collector = createCollector()
      const outcome = collector.take(seed.subarray(0, length))
      if (length < 4) expect(outcome).toBe('rejected')
      const whole = createCollector()
      whole.take(seed)
      expect(whole.all().slice(0, collector.all().length)).toEqual(collector.all())
    }
})

test('forged senders fill the table and push nobody out', () => {
  const collector = createCollector()
  const { exporters } = collector.decoder
  const known = exporters.numberOf(4, 0x0102_0304)
  for (let sender = 0; sender < 10_000; sender++) exporters.numberOf(sender % 2 ? 4 : 6, sender * 7919, sender, sender, sender)
  expect(exporters.size).toBe(4096)
  expect(exporters.refused).toBe(10_000 - 4095)
  expect(exporters.numberOf(4, 0x0102_0304)).toBe(known)
  expect(exporters.addressOf(known)).toBe('1.2.3.4')
  expect(collector.decoder.decode(seeds[0]!, 0, seeds[0]!.length, exporters.numberOf(4, 0x7f00_0001), 0)).toBe('rejected')
  expect(collector.decoder.counters.rejectedBy['too-many-exporters']).toBe(1)
})
