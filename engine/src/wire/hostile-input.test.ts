import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createCollector } from '../../test/decode-kit.ts'
import type { Collector } from '../../test/decode-kit.ts'
import { fields, header, hostileSeeds as seeds, record, sets } from '../../test/hostile-seeds.ts'
import { encodeNetflow9 } from '../generate/encode-templated.ts'
import { createExporterTable } from './exporter-table.ts'

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

const whole = encodeNetflow9(header, sets)
/** By templates that came before. */
const dataAlone = encodeNetflow9(header, sets.slice(2))

/** Datagrams from that many other senders. */
function takeFromOthers({ decoder }: Collector, senders: number, garbage: Uint8Array): void {
  for (let sender = 0; sender < senders; sender++)
    decoder.decode(garbage, 0, garbage.length, decoder.exporters.numberOf(6, 0x2001_0db8, 0, sender, 1), 0)
}

test.each([
  ['one byte', Uint8Array.from([120])],
  ['a header and then nonsense', Uint8Array.from([0, 9, ...Array.from({ length: 18 }, () => 0), 0, 77, 0, 77, 1])],
  ['a template of no exporter', encodeNetflow9(header, [{ kind: 'templates', templates: [{ id: 256, fields }] }]).subarray(0, 30)],
])('%s from ever so many senders shuts out no exporter, neither known nor new', (_, garbage) => {
  const collector = createCollector({ rows: 8 })
  const { decoder } = collector
  expect(collector.take(whole, { exporter: 1 })).toBe('decoded')
  takeFromOthers(collector, 10_000, garbage)
  expect(decoder.exporters).toMatchObject({ size: 4096, kept: 1, refused: 0 })
  // By the template that it sent before, and by its own.
  expect(collector.take(dataAlone, { exporter: 1 })).toBe('decoded')
  expect(collector.take(whole, { exporter: 2 })).toBe('decoded')
  takeFromOthers(collector, 10_000, garbage)
  expect(collector.take(dataAlone, { exporter: 2 })).toBe('decoded')
  const of = Map.groupBy(collector.all(), flow => flow.exporter)
  expect([of.get('192.0.2.1')?.length, of.get('192.0.2.2')?.length]).toEqual([6, 6])
  expect(decoder.counters.rejectedBy['too-many-exporters']).toBe(0)
})

test('who takes over the number of another inherits neither templates nor what waits nor losses', () => {
  const exporters = createExporterTable(1)
  const collector = createCollector({ exporters })
  const { decoder } = collector
  // A template, data without one, and then a fault: this sender is not known for good.
  const broken = new Uint8Array([...encodeNetflow9(header, [sets[0]!, { kind: 'data', id: 300, fields, records: [record] }]), 0, 77, 0, 4])
  expect(collector.take(broken, { exporter: 1 })).toBe('rejected')
  expect(decoder.listDomains()).toMatchObject([{ templates: 1 }])
  expect(decoder.waiting.sets).toBe(1)
  expect(collector.take(encodeNetflow9({ ...header, sequence: 50 }, [sets[2]!]), { exporter: 2 })).toBe('waiting')
  expect(decoder.listDomains()).toMatchObject([{ templates: 0, lost: 0 }])
  expect(decoder.waiting).toMatchObject({ sets: 1, dropped: 1 })
  expect(exporters).toMatchObject({ size: 1, kept: 0 })
})

test('exporters that are known fill the table: the next one is refused and counted', () => {
  const collector = createCollector({ exporters: createExporterTable(2) })
  expect([1, 2, 3, 1].map(exporter => collector.take(whole, { exporter }))).toEqual(['decoded', 'decoded', 'rejected', 'decoded'])
  expect(collector.decoder.counters.rejectedBy['too-many-exporters']).toBe(1)
  expect(collector.decoder.exporters.refused).toBe(1)
})
