import { expect, test } from 'vitest'
import { createCollector, receivedMs } from '../../test/decode-kit.ts'
import { encodeNetflow9 } from '../generate/encode-templated.ts'
import type { EncodedSet, FieldValue } from '../generate/encode-templated.ts'
import { element as ie } from './information-elements.ts'

const header = { exportSeconds: 1_700_000_000, uptimeMs: 1_000_000, sequence: 1, domain: 9 }
const fields = [
  { id: ie.sourceIPv4Address, length: 4 },
  { id: ie.destinationIPv4Address, length: 4 },
  { id: ie.sourceTransportPort, length: 2 },
  { id: ie.destinationTransportPort, length: 2 },
  { id: ie.protocolIdentifier, length: 1 },
  { id: ie.tcpControlBits, length: 1 },
  { id: ie.octetDeltaCount, length: 8 },
  { id: ie.packetDeltaCount, length: 3 },
  { id: ie.flowStartSysUpTime, length: 4 },
  { id: ie.flowEndSysUpTime, length: 4 },
  { id: ie.ingressInterface, length: 2 },
  { id: ie.egressInterface, length: 4 },
  { id: ie.samplerId, length: 1 },
]
const record = (packets: number, sampler = 0): FieldValue[] => [
  '198.51.100.7',
  '203.0.113.9',
  443,
  50_000,
  6,
  0x12,
  0x2_0000_0001,
  packets,
  990_000,
  999_000,
  7,
  70_000,
  sampler,
]
const templates: EncodedSet = { kind: 'templates', templates: [{ id: 260, fields }] }
const data = (...records: FieldValue[][]): EncodedSet => ({ kind: 'data', id: 260, fields, records })

test('a template and its data in one datagram are flows', () => {
  const collector = createCollector()
  expect(collector.take(encodeNetflow9(header, [templates, data(record(5), record(6))]))).toBe('decoded')
  expect(collector.all()[0]).toEqual({
    exporter: '192.0.2.1',
    observationDomainId: 9,
    sourceIPv4Address: '198.51.100.7',
    destinationIPv4Address: '203.0.113.9',
    sourceTransportPort: 443,
    destinationTransportPort: 50_000,
    protocolIdentifier: 6,
    tcpControlBits: 0x12,
    ipClassOfService: 0,
    packetDeltaCount: 5,
    octetDeltaCount: 0x2_0000_0001,
    samplingInterval: 1,
    flowStartMilliseconds: 1_699_999_990_000,
    flowEndMilliseconds: 1_699_999_999_000,
    ingressInterface: 7,
    egressInterface: 70_000,
  })
  expect(collector.flows[1]).toMatchObject({ packetDeltaCount: 6 })
})

test('data before its template waits and is decoded, under its own times, when the template comes', () => {
  const collector = createCollector()
  expect(collector.take(encodeNetflow9(header, [data(record(1))]))).toBe('waiting')
  expect(collector.decoder.waiting).toMatchObject({ sets: 1 })
  expect(collector.take(encodeNetflow9({ ...header, sequence: 2, exportSeconds: 1_700_000_060, uptimeMs: 1_060_000 }, [templates]))).toBe(
    'decoded',
  )
  expect(collector.all()).toMatchObject([{ packetDeltaCount: 1, flowEndMilliseconds: 1_699_999_999_000 }])
  expect(collector.decoder.waiting).toMatchObject({ sets: 0, bytes: 0, dropped: 0 })
  expect(collector.decoder.counters).toMatchObject({ datagrams: 2, waiting: 1, decoded: 1, setsDecodedLate: 1, flows: 1 })
})

test('data that waited is corrected by a sampling rate that comes behind its template', () => {
  const collector = createCollector()
  collector.take(encodeNetflow9(header, [data(record(3))]))
  const rate = [
    { id: 1, length: 4 },
    { id: ie.samplingInterval, length: 4 },
  ]
  const sets: EncodedSet[] = [
    templates,
    { kind: 'options-templates', templates: [{ id: 301, scope: [rate[0]!], fields: [rate[1]!] }] },
    { kind: 'data', id: 301, fields: rate, records: [[0, 100]] },
  ]
  // A fault behind them takes nothing back.
  expect(collector.take(new Uint8Array([...encodeNetflow9({ ...header, sequence: 2 }, sets), 0, 77, 0, 2]))).toBe('rejected')
  expect(collector.rejections).toMatchObject([{ reason: 'set-length-wrong' }])
  expect(collector.all()).toMatchObject([{ samplingInterval: 100, packetDeltaCount: 300, flowEndMilliseconds: 1_699_999_999_000 }])
  expect(collector.decoder.counters.setsDecodedLate).toBe(1)
})

test('what waits is bounded: the oldest goes first, and so does what waited for too long', () => {
  const collector = createCollector({ bounds: { maxWaitingSets: 3, maxWaitingMs: 1000 } })
  for (let packets = 1; packets <= 5; packets++) collector.take(encodeNetflow9(header, [data(record(packets))]))
  expect(collector.decoder.waiting).toMatchObject({ sets: 3, dropped: 2 })
  collector.take(encodeNetflow9(header, [templates]))
  expect(collector.all().map(flow => flow.packetDeltaCount)).toEqual([3, 4, 5])
  collector.take(encodeNetflow9({ ...header, domain: 1 }, [data(record(9))]))
  collector.take(encodeNetflow9({ ...header, domain: 1 }, [templates]), { receivedMs: receivedMs + 1001 })
  expect(collector.all()).toHaveLength(3)
  expect(collector.decoder.waiting).toMatchObject({ sets: 0, dropped: 3 })
})

test('a template holds for its exporter and its domain only', () => {
  const collector = createCollector()
  collector.take(encodeNetflow9(header, [templates]))
  expect(collector.take(encodeNetflow9({ ...header, domain: 10 }, [data(record(1))]))).toBe('waiting')
  expect(collector.take(encodeNetflow9(header, [data(record(1))]), { exporter: 2 })).toBe('waiting')
  expect(collector.take(encodeNetflow9({ ...header, sequence: 2 }, [data(record(1))]))).toBe('decoded')
})

test('a template that changes is followed at once, one that is not repeated is forgotten', () => {
  const collector = createCollector({ bounds: { templateLifeMs: 60_000 } })
  collector.take(encodeNetflow9(header, [templates, data(record(1))]))
  const shorter = fields.slice(0, 8)
  const changed: EncodedSet = { kind: 'templates', templates: [{ id: 260, fields: shorter }] }
  const short: EncodedSet = { kind: 'data', id: 260, fields: shorter, records: [record(2).slice(0, 8)] }
  expect(collector.take(encodeNetflow9({ ...header, sequence: 2 }, [changed, short]))).toBe('decoded')
  expect(collector.all()).toMatchObject([{ ingressInterface: 7 }, { packetDeltaCount: 2, ingressInterface: 0 }])
  expect(collector.decoder.counters.templates).toBe(2)
  expect(collector.take(encodeNetflow9({ ...header, sequence: 3 }, [short]), { receivedMs: receivedMs + 60_001 })).toBe('waiting')
})

const samplerOptions: EncodedSet[] = [
  {
    kind: 'options-templates',
    templates: [
      {
        id: 300,
        scope: [{ id: 1, length: 4 }],
        fields: [
          { id: ie.samplerId, length: 1 },
          { id: ie.samplerRandomInterval, length: 4 },
        ],
      },
      { id: 301, scope: [{ id: 1, length: 4 }], fields: [{ id: ie.samplingInterval, length: 4 }] },
      { id: 302, scope: [{ id: 2, length: 4 }], fields: [{ id: ie.samplingInterval, length: 4 }] },
    ],
  },
]

test('options records tell the rate of a sampler, of a domain, of an interface', () => {
  const rates = (sets: EncodedSet[], ...records: FieldValue[][]): number[] => {
    const collector = createCollector()
    collector.take(encodeNetflow9(header, [templates, ...samplerOptions, ...sets]))
    collector.take(encodeNetflow9({ ...header, sequence: 2 }, [data(...records)]))
    expect(collector.decoder.counters.optionsRecords).toBe(sets.length)
    expect(collector.all().every(flow => flow.packetDeltaCount === 2 * flow.samplingInterval)).toBe(true)
    return collector.flows.map(flow => flow.samplingInterval)
  }
  const options = (id: number, ...values: number[]): EncodedSet => ({
    kind: 'data',
    id,
    fields:
      id === 300
        ? [
            { id: 1, length: 4 },
            { id: 48, length: 1 },
            { id: 50, length: 4 },
          ]
        : [
            { id: 1, length: 4 },
            { id: 34, length: 4 },
          ],
    records: [values],
  })
  expect(rates([options(301, 0, 100)], record(2), record(2, 4))).toEqual([100, 100])
  expect(rates([options(300, 0, 4, 500), options(300, 0, 5, 600)], record(2), record(2, 4), record(2, 5))).toEqual([1, 500, 600])
  expect(rates([options(302, 7, 250)], record(2))).toEqual([250])
  expect(rates([options(302, 8, 250), options(301, 0, 30)], record(2))).toEqual([30])
  expect(rates([options(301, 0, 0)], record(2))).toEqual([1])
})

test('a template in use is compiled, and goes on telling the same', () => {
  const collector = createCollector({ rows: 50 })
  collector.take(encodeNetflow9(header, [templates]))
  for (let sequence = 2; sequence < 42; sequence++)
    collector.take(
      encodeNetflow9({ ...header, sequence }, [data(...Array.from({ length: 20 }, (_, index) => record(sequence * 20 + index)))]),
    )
  const flows = collector.all()
  expect(flows.map(flow => flow.packetDeltaCount)).toEqual(Array.from({ length: 800 }, (_, index) => 40 + index))
  expect(new Set(flows.map(flow => JSON.stringify({ ...flow, packetDeltaCount: 0 }))).size).toBe(1)
  expect(collector.decoder.counters.flows).toBe(800)
})

test('a template with both families tells the one that is filled', () => {
  const both = [
    { id: ie.sourceIPv4Address, length: 4 },
    { id: ie.destinationIPv4Address, length: 4 },
    { id: ie.sourceIPv6Address, length: 16 },
    { id: ie.destinationIPv6Address, length: 16 },
    { id: ie.packetDeltaCount, length: 4 },
  ]
  const collector = createCollector()
  const records = [
    ['192.0.2.7', '192.0.2.8', '::', '::', 1],
    ['0.0.0.0', '0.0.0.0', '2001:db8::7', '2001:db8::8', 2],
  ]
  collector.take(
    encodeNetflow9(header, [
      { kind: 'templates', templates: [{ id: 261, fields: both }] },
      { kind: 'data', id: 261, fields: both, records },
    ]),
  )
  expect(collector.all()).toMatchObject([
    { sourceIPv4Address: '192.0.2.7', destinationIPv4Address: '192.0.2.8' },
    { sourceIPv6Address: '2001:db8::7', destinationIPv6Address: '2001:db8::8' },
  ])
})

test('the sequence counts datagrams', () => {
  const collector = createCollector()
  for (const sequence of [10, 11, 14]) collector.take(encodeNetflow9({ ...header, sequence }, [templates]))
  expect(collector.decoder.listDomains()).toMatchObject([{ lost: 2, lossUnit: 'datagrams', templates: 1 }])
})

test('an exporter that begins anew not far behind is followed again after a few datagrams', () => {
  const collector = createCollector()
  for (let sequence = 100; sequence < 140; sequence++) collector.take(encodeNetflow9({ ...header, sequence }, [templates]))
  for (let sequence = 90; sequence < 110; sequence++) collector.take(encodeNetflow9({ ...header, sequence }, [templates]))
  collector.take(encodeNetflow9({ ...header, sequence: 112 }, [templates]))
  expect(collector.decoder.listDomains()).toMatchObject([{ lost: 2, late: 9, restarts: 1 }])
})

test('flows that name no sampler are of the only one that there is', () => {
  const collector = createCollector()
  const unnamed = fields.slice(0, -1)
  const scope = { id: 1, length: 4 }
  const rates = [
    { id: ie.samplerId, length: 1 },
    { id: ie.samplerRandomInterval, length: 4 },
  ]
  collector.take(
    encodeNetflow9(header, [
      { kind: 'options-templates', templates: [{ id: 300, scope: [scope], fields: rates }] },
      { kind: 'data', id: 300, fields: [scope, ...rates], records: [[0, 4, 500]] },
      { kind: 'templates', templates: [{ id: 260, fields: unnamed }] },
      { kind: 'data', id: 260, fields: unnamed, records: [record(3).slice(0, -1)] },
    ]),
  )
  expect(collector.all()).toMatchObject([{ samplingInterval: 500, packetDeltaCount: 1500 }])
})

/** A datagram whose 16-bit word at `at` is another. */
function withWord(datagram: Uint8Array, at: number, value: number): Uint8Array {
  const changed = datagram.slice()
  new DataView(changed.buffer).setUint16(at, value)
  return changed
}

test.each([
  ['a set that is shorter than its own head', withWord(encodeNetflow9(header, [templates]), 22, 3), 'set-length-wrong', 22],
  ['a set that ends beyond the datagram', withWord(encodeNetflow9(header, [templates]), 22, 500), 'set-beyond-message', 22],
  ['a set number that nobody defined', withWord(encodeNetflow9(header, [templates]), 20, 77), 'set-id-reserved', 20],
  ['a template number for sets', withWord(encodeNetflow9(header, [templates]), 24, 255), 'template-id-reserved', 24],
  ['a template without fields', withWord(encodeNetflow9(header, [templates]), 26, 0), 'template-without-fields', 26],
  ['a template that ends beyond its set', withWord(encodeNetflow9(header, [templates]), 26, 14), 'template-truncated', 24],
  ['a template of too many fields', withWord(encodeNetflow9(header, [templates]), 26, 9999), 'template-with-too-many-fields', 26],
  [
    'a template of no bytes',
    encodeNetflow9(header, [{ kind: 'templates', templates: [{ id: 256, fields: [{ id: 1, length: 0 }] }] }]),
    'template-of-no-bytes',
    24,
  ],
  ['a header that ends early', encodeNetflow9(header, []).subarray(0, 19), 'header-truncated', 19],
])('%s is rejected, with its place', (_name, datagram, reason, offset) => {
  const collector = createCollector()
  expect(collector.take(datagram)).toBe('rejected')
  expect(collector.rejections).toEqual([{ reason, offset, exporter: 0 }])
  expect(collector.decoder.counters).toMatchObject({ datagrams: 1, rejected: 1, decoded: 0 })
})

test('domains, templates and their fields are bounded', () => {
  const collector = createCollector({ bounds: { maxDomainsPerExporter: 2, maxTemplatesPerDomain: 3, maxTemplateFields: 42 } })
  const withId = (id: number, count: number): EncodedSet => ({ kind: 'templates', templates: [{ id, fields: fields.slice(0, count) }] })
  for (let domain = 0; domain < 4; domain++) collector.take(encodeNetflow9({ ...header, domain }, [withId(256, 2)]))
  expect(collector.decoder.counters).toMatchObject({ domainsGivenUp: 0, rejectedBy: { 'too-many-domains': 2 } })
  for (let id = 257; id < 262; id++) collector.take(encodeNetflow9({ ...header, domain: 0 }, [withId(id, 2)]))
  expect(collector.decoder.counters.rejectedBy).toMatchObject({ 'too-many-templates': 3 })
  collector.take(encodeNetflow9({ ...header, domain: 0 }, [withId(256, 13)]))
  collector.take(encodeNetflow9({ ...header, domain: 0 }, [withId(257, 13)]))
  expect(collector.decoder.counters.rejectedBy).toMatchObject({ 'too-many-templates': 3 })
  collector.take(encodeNetflow9({ ...header, domain: 0 }, [withId(258, 13), withId(256, 12), withId(257, 12)]))
  collector.take(encodeNetflow9({ ...header, domain: 1 }, [withId(258, 13)]))
  expect(collector.decoder.counters.rejectedBy).toMatchObject({ 'too-many-templates': 4 })
})
