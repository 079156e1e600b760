import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createCollector } from '../../test/decode-kit.ts'
import type { Collector } from '../../test/decode-kit.ts'
import { encodeEthernet, encodeIp, encodeMpls, encodeUdp, encodeVlan } from '../generate/encode-packet.ts'
import { encodeNetflow5 } from '../generate/encode-netflow5.ts'
import { encodeSflow5, gateway, sampledHeader } from '../generate/encode-sflow5.ts'
import { encodeIpfix, encodeNetflow9 } from '../generate/encode-templated.ts'
import type { EncodedSet } from '../generate/encode-templated.ts'
import { createExporterTable } from './exporter-table.ts'
import { element as ie, reverseEnterprise } from './information-elements.ts'

// Whatever comes by the wire, the decoder neither throws nor loses count nor keeps more than its bounds.

const fields = [
  { id: ie.sourceIPv4Address, length: 4 },
  { id: ie.destinationIPv4Address, length: 4 },
  { id: ie.packetDeltaCount, length: 4 },
  { id: ie.octetDeltaCount, length: 4 },
  { id: ie.flowStartMilliseconds, length: 8 },
]
const variable = [...fields, { id: 82, length: 65_535 }, { id: ie.packetDeltaCount, length: 4, enterprise: reverseEnterprise }]
const scope = [{ id: 2, length: 4 }]
const rate = [{ id: ie.samplingInterval, length: 4 }]
const record = ['192.0.2.7', '192.0.2.8', 5, 600, 1_699_999_990_000]
const header = { exportSeconds: 1_700_000_000, uptimeMs: 1000, sequence: 4, domain: 1 }
const sets: EncodedSet[] = [
  { kind: 'templates', templates: [{ id: 256, fields }] },
  { kind: 'options-templates', templates: [{ id: 258, scope, fields: rate }] },
  { kind: 'data', id: 256, fields, records: [record, record, record] },
  { kind: 'data', id: 258, fields: [...scope, ...rate], records: [[7, 100]] },
]
const variableSets: EncodedSet[] = [
  { kind: 'templates', templates: [{ id: 257, fields: variable }] },
  {
    kind: 'data',
    id: 257,
    fields: variable,
    records: [
      [...record, new Uint8Array(300), 9],
      [...record, new Uint8Array(2), 9],
    ],
  },
  { kind: 'withdrawal', set: 2, id: 300 },
]
const packet = encodeEthernet(
  0x8100,
  encodeVlan(
    7,
    0x8847,
    encodeMpls([5], encodeIp({ source: '2001:db8::1', destination: '2001:db8::2', protocol: 17 }, encodeUdp(1, 2, new Uint8Array(9)))),
  ),
)
const sectionFields = [
  { id: ie.samplingInterval, length: 4 },
  { id: ie.dataLinkFrameSection, length: 65_535 },
]
const sectionSets: EncodedSet[] = [
  { kind: 'templates', templates: [{ id: 259, fields: sectionFields }] },
  {
    kind: 'data',
    id: 259,
    fields: sectionFields,
    records: [
      [10, packet],
      [10, packet.slice(0, 20)],
    ],
  },
]
const seeds = [
  encodeIpfix(header, sectionSets),
  encodeNetflow5({ uptimeMs: 5, exportSeconds: 9, sampling: 10 }, [
    { source: '192.0.2.7', destination: '192.0.2.8', packets: 1, bytes: 2, firstMs: 3, lastMs: 4 },
  ]),
  encodeNetflow9(header, sets),
  encodeNetflow9(header, sets.slice(2)),
  encodeIpfix(header, [...sets, ...variableSets]),
  encodeIpfix(header, variableSets.slice(1)),
  encodeSflow5({ agent: '192.0.2.250', sequence: 1 }, [
    { kind: 'flow', rate: 10, parts: [sampledHeader(packet), gateway({ sourceAs: 1, path: [2, 3] })] },
    { kind: 'expanded-flow', rate: 10, parts: [sampledHeader(packet)] },
    { kind: 'counters', parts: [{ kind: 1, content: new Uint8Array(88) }] },
  ]),
]

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
  expect(collector.take(seeds[2]!, { exporter: 1 })).toBe('decoded')
  takeFromOthers(collector, 10_000, garbage)
  expect(decoder.exporters).toMatchObject({ size: 4096, kept: 1, refused: 0 })
  // By the template that it sent before, and by its own.
  expect(collector.take(seeds[3]!, { exporter: 1 })).toBe('decoded')
  expect(collector.take(seeds[2]!, { exporter: 2 })).toBe('decoded')
  takeFromOthers(collector, 10_000, garbage)
  expect(collector.take(seeds[3]!, { exporter: 2 })).toBe('decoded')
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
  expect([1, 2, 3, 1].map(exporter => collector.take(seeds[2]!, { exporter }))).toEqual(['decoded', 'decoded', 'rejected', 'decoded'])
  expect(collector.decoder.counters.rejectedBy['too-many-exporters']).toBe(1)
  expect(collector.decoder.exporters.refused).toBe(1)
})
