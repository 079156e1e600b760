import { expect, test } from 'vitest'
import { createCollector, receivedMs } from '../../test/decode-kit.ts'
import { encodeEthernet, encodeIp, encodeTcp } from '../generate/encode-packet.ts'
import { encodeSflow5, sampledHeader } from '../generate/encode-sflow5.ts'
import { encodeIpfix, encodeNetflow9 } from '../generate/encode-templated.ts'
import type { EncodedSet, FieldSpecifier, FieldValue } from '../generate/encode-templated.ts'
import { element as ie } from './information-elements.ts'

// Habits of exporters that the standards do not tell of: each of them is of a device that its makers sell.

const exportSeconds = 1_700_000_000
const exportMs = exportSeconds * 1000
const header = { exportSeconds, uptimeMs: 1_000_000, sequence: 1, domain: 9 }

const common: FieldSpecifier[] = [
  { id: ie.sourceIPv4Address, length: 4 },
  { id: ie.destinationIPv4Address, length: 4 },
  { id: ie.protocolIdentifier, length: 1 },
]
const commonValues = (protocol = 6): FieldValue[] => ['192.0.2.7', '198.51.100.8', protocol]

/** Sets with a template of the common fields and more, and a record for each of `rows`. */
function setsOf(more: readonly FieldSpecifier[], ...rows: FieldValue[][]): EncodedSet[] {
  const fields = [...common, ...more]
  const records = rows.map(row => (row.length === fields.length ? row : [...commonValues(), ...row]))
  return [
    { kind: 'templates', templates: [{ id: 256, fields }] },
    { kind: 'data', id: 256, fields, records },
  ]
}

function decode(version: 9 | 10, sets: EncodedSet[], more: Uint8Array = new Uint8Array(0)): object[] {
  const collector = createCollector()
  const message = version === 9 ? encodeNetflow9(header, sets) : encodeIpfix(header, sets)
  expect(collector.take(Uint8Array.from([...message, ...more]))).toBe('decoded')
  return collector.all()
}

const volume = [
  { id: ie.packetDeltaCount, length: 4 },
  { id: ie.octetDeltaCount, length: 4 },
]

test('zeros behind the last set are padding, however many; anything else is not', () => {
  const sets = setsOf(volume, [3, 300])
  expect(decode(9, sets, new Uint8Array(1000))).toMatchObject([{ packetDeltaCount: 3 }])
  const message = encodeIpfix(header, sets)
  const padded = Uint8Array.from([...message, ...new Uint8Array(8)])
  new DataView(padded.buffer).setUint16(2, padded.length)
  const collector = createCollector()
  expect(collector.take(padded)).toBe('decoded')
  padded[padded.length - 1] = 1
  expect(collector.take(padded)).toBe('rejected')
  expect(createCollector().take(Uint8Array.from([...encodeNetflow9(header, sets), 0, 0, 0, 0, 1]))).toBe('rejected')
})

test.each([9, 10] as const)('a data set of nothing is no fault and waits for nothing (version %i)', version => {
  const [templates, data] = setsOf(volume, [3, 300]) as [EncodedSet, EncodedSet]
  const nothing = (id: number): EncodedSet => ({ kind: 'data', id, fields: [], records: [] })
  expect(decode(version, [nothing(300), templates, nothing(256), data])).toHaveLength(1)
})

const uptimes = [
  { id: ie.flowStartSysUpTime, length: 4 },
  { id: ie.flowEndSysUpTime, length: 4 },
]

test('uptimes of an exporter that does not tell when it started still give the length of a flow, which ends when it was told of', () => {
  const rows = Array.from({ length: 600 }, (_, index) => [5_000, 5_000 + index])
  const flows = decode(10, setsOf([...uptimes, ...volume], ...rows.map(row => [...row, 1, 40]))) as { flowStartMilliseconds: number }[]
  expect(flows).toHaveLength(600)
  // Those that follow many of their kind, too.
  for (const index of [0, 70, 599])
    expect(flows[index]).toMatchObject({ flowStartMilliseconds: exportMs - index, flowEndMilliseconds: exportMs })
  expect(decode(10, setsOf(uptimes, [0xffff_fff0, 0x10]))).toMatchObject([{ flowStartMilliseconds: exportMs - 0x20 }])
})

test('both ways of a biflow go by the start of the exporter that its record tells', () => {
  const reverse = { enterprise: 29_305 }
  const fields = [
    { id: ie.systemInitTimeMilliseconds, length: 8 },
    ...volume,
    ...uptimes,
    { id: ie.packetDeltaCount, length: 4, ...reverse },
    ...uptimes.map(field => ({ ...field, ...reverse })),
  ]
  const start = exportMs - 100_000
  expect(decode(10, setsOf(fields, [BigInt(start), 1, 100, 1000, 60_000, 2, 2000, 50_000]))).toMatchObject([
    { flowStartMilliseconds: start + 1000, flowEndMilliseconds: start + 60_000 },
    { flowStartMilliseconds: start + 2000, flowEndMilliseconds: start + 50_000 },
  ])
})

const sampler = (rate: number): EncodedSet[] => {
  const scope = [{ id: 1, length: 4 }]
  const fields = [
    { id: ie.samplerId, length: 2 },
    { id: ie.samplerRandomInterval, length: 4 },
  ]
  return [
    { kind: 'options-templates', templates: [{ id: 300, scope, fields }] },
    { kind: 'data', id: 300, fields: [...scope, ...fields], records: [[0, 4, rate]] },
  ]
}

test('a sampling rate told under another source id counts, whichever comes first, until the own one is told', () => {
  const flows = setsOf([...volume, { id: ie.samplerId, length: 2 }], [1, 40, 4])
  const collector = createCollector()
  let sequence = 0
  const take = (domain: number, sets: EncodedSet[]) => collector.take(encodeNetflow9({ ...header, sequence: sequence++, domain }, sets))
  take(256, flows)
  take(6, sampler(1000))
  take(256, flows)
  take(257, flows)
  take(257, sampler(50))
  take(257, flows)
  take(256, flows)
  expect(collector.all().map(flow => (flow as { packetDeltaCount: number }).packetDeltaCount)).toEqual([1, 1000, 1000, 50, 1000])
})

test('of two that tell different rates and bring no flows, none is believed for a third', () => {
  const collector = createCollector()
  for (const [domain, rate] of [
    [6, 1000],
    [7, 20],
  ] as const)
    collector.take(encodeNetflow9({ ...header, domain }, sampler(rate)))
  collector.take(encodeNetflow9({ ...header, domain: 256 }, setsOf([...volume, { id: ie.samplerId, length: 2 }], [1, 40, 4])))
  expect(collector.all()).toMatchObject([{ packetDeltaCount: 1 }])
})

test('an interval in the wrong byte order is turned round, and one that cannot be is not believed', () => {
  const fields = [...volume, { id: ie.samplingInterval, length: 4 }]
  const rows = [0xe803_0000, 1000, 0x0100_0000, 0x7f12_3456, 0]
  const flows = decode(9, setsOf(fields, ...Array.from({ length: 100 }, () => rows.map(told => [1, 40, told])).flat()))
  const packets = flows.map(flow => (flow as { packetDeltaCount: number }).packetDeltaCount)
  expect(packets.slice(0, 5)).toEqual([1000, 1000, 1, 1, 1])
  expect(packets.slice(-5)).toEqual([1000, 1000, 1, 1, 1])
})

test('flows that are sampled count as many times as packets would', () => {
  const scope = [{ id: ie.selectorId, length: 4 }]
  const fields = [
    { id: ie.samplingFlowInterval, length: 4 },
    { id: ie.samplingFlowSpacing, length: 4 },
  ]
  const options: EncodedSet[] = [
    { kind: 'options-templates', templates: [{ id: 300, scope, fields }] },
    { kind: 'data', id: 300, fields: [...scope, ...fields], records: [[1, 1, 19]] },
  ]
  expect(decode(10, [...options, ...setsOf(volume, [2, 80])])).toMatchObject([{ packetDeltaCount: 40, octetDeltaCount: 1600 }])
})

test('what went out counts where what came in is 0', () => {
  const fields = [...volume, { id: ie.postPacketDeltaCount, length: 4 }, { id: ie.postOctetDeltaCount, length: 4 }]
  const flows = decode(9, setsOf(fields, [0, 0, 1, 32], [5, 500, 5, 480]))
  expect(flows).toMatchObject([
    { packetDeltaCount: 1, octetDeltaCount: 32 },
    { packetDeltaCount: 5, octetDeltaCount: 500 },
  ])
})

test('the code point alone is the upper six bits of the class of service', () => {
  expect(decode(10, setsOf([...volume, { id: ie.ipDiffServCodePoint, length: 1 }], [1, 40, 46]))).toMatchObject([{ ipClassOfService: 184 }])
})

test('with fields of ICMP for both families the protocol says which', () => {
  const fields = [ie.icmpTypeIPv4, ie.icmpCodeIPv4, ie.icmpTypeIPv6, ie.icmpCodeIPv6].map(id => ({ id, length: 1 }))
  const flows = decode(10, setsOf(fields, [...commonValues(1), 8, 0, 0, 0], [...commonValues(58), 0, 0, 128, 1]))
  expect(flows).toMatchObject([
    { icmpTypeIPv4: 8, icmpCodeIPv4: 0 },
    { icmpTypeIPv6: 128, icmpCodeIPv6: 1 },
  ])
})

test('a flow that a firewall closed ends at the time of that event', () => {
  const fields = [{ id: ie.flowStartMilliseconds, length: 8 }, { id: ie.observationTimeMilliseconds, length: 8 }, ...volume]
  expect(decode(9, setsOf(fields, [BigInt(exportMs - 60_100), BigInt(exportMs), 1, 40]))).toMatchObject([
    { flowStartMilliseconds: exportMs - 60_100, flowEndMilliseconds: exportMs },
  ])
})

test('micro- and nanoseconds since 1970 are told from the format of NTP', () => {
  const fields = [
    { id: ie.flowStartMicroseconds, length: 8 },
    { id: ie.flowEndNanoseconds, length: 8 },
  ]
  const ntp = (ms: number): bigint => BigInt(ms / 1000 + 2_208_988_800) << 32n
  const rows = [
    [BigInt(exportMs) * 1000n, BigInt(exportMs) * 1_000_000n],
    [ntp(exportMs), ntp(exportMs + 5000)],
    [0n, 0n],
  ]
  expect(decode(10, setsOf(fields, ...rows))).toMatchObject([
    { flowStartMilliseconds: exportMs, flowEndMilliseconds: exportMs },
    { flowStartMilliseconds: exportMs, flowEndMilliseconds: exportMs + 5000 },
    { flowStartMilliseconds: exportMs, flowEndMilliseconds: exportMs },
  ])
})

test('a label field of zeros is no label, and a label of zero is one', () => {
  const fields = [{ id: ie.mplsTopLabelStackSection, length: 3 }]
  const flows = decode(9, setsOf(fields, [Uint8Array.from([0, 0, 0])], [Uint8Array.from([0, 0, 1])]))
  expect(flows[0]).not.toHaveProperty('mplsTopLabel')
  expect(flows[1]).toHaveProperty('mplsTopLabel', 0)
})

test('an agent of sFlow without an address is known by its sender', () => {
  const ip = encodeIp({ source: '192.0.2.7', destination: '198.51.100.8', protocol: 6 }, encodeTcp(443, 50_000, 2))
  const parts = [sampledHeader(encodeEthernet(0x0800, ip))]
  const datagram = encodeSflow5({ agent: '203.0.113.250', sequence: 7 }, [{ kind: 'flow', rate: 10, parts }])
  const nameless = Uint8Array.from([...datagram.subarray(0, 4), 0, 0, 0, 0, ...datagram.subarray(12)])
  const collector = createCollector()
  expect(collector.take(nameless)).toBe('decoded')
  expect(collector.all()).toMatchObject([{ exporter: '192.0.2.1', flowStartMilliseconds: receivedMs }])
})
