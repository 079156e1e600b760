import { expect, test } from 'vitest'
import { createCollector } from '../../test/decode-kit.ts'
import { encodeEthernet, encodeIp, encodeUdp, encodeVlan } from '../generate/encode-packet.ts'
import { encodeIpfix } from '../generate/encode-templated.ts'
import type { EncodedSet, FieldSpecifier, FieldValue } from '../generate/encode-templated.ts'
import { element as ie, reverseEnterprise } from './information-elements.ts'

const header = { exportSeconds: 1_700_000_000, sequence: 0, domain: 0xffff_ffff }
const message = (fields: readonly FieldSpecifier[], ...records: FieldValue[][]): EncodedSet[] => [
  { kind: 'templates', templates: [{ id: 256, fields }] },
  { kind: 'data', id: 256, fields, records },
]
const addresses = [
  { id: ie.sourceIPv6Address, length: 16 },
  { id: ie.destinationIPv6Address, length: 16 },
]
const ends = ['2001:db8::1', '2001:db8:0:1::2']

test('fields of variable length and of enterprises are passed over, whatever their length', () => {
  const fields = [
    { id: 82, length: 65_535 },
    ...addresses,
    { id: 7, length: 65_535, enterprise: 35_632 },
    { id: ie.octetDeltaCount, length: 5 },
    { id: ie.packetDeltaCount, length: 8, enterprise: 9 },
    { id: ie.packetDeltaCount, length: 2 },
  ]
  const record = (name: number, packets: number): FieldValue[] => [
    new Uint8Array(name),
    ...ends,
    new Uint8Array(300),
    2 ** 32 + 7,
    99,
    packets,
  ]
  const collector = createCollector()
  expect(collector.take(encodeIpfix(header, message(fields, record(0, 1), record(254, 2), record(255, 3), record(1000, 4))))).toBe(
    'decoded',
  )
  expect(collector.all().map(flow => flow.packetDeltaCount)).toEqual([1, 2, 3, 4])
  expect(collector.flows[3]).toMatchObject({
    sourceIPv6Address: '2001:db8::1',
    destinationIPv6Address: '2001:db8:0:1::2',
    octetDeltaCount: 2 ** 32 + 7,
    observationDomainId: 0xffff_ffff,
  })
})

test('a biflow is two flows, the second one back (RFC 5103)', () => {
  const fields = [
    { id: ie.sourceIPv4Address, length: 4 },
    { id: ie.destinationIPv4Address, length: 4 },
    { id: ie.sourceTransportPort, length: 2 },
    { id: ie.destinationTransportPort, length: 2 },
    { id: ie.protocolIdentifier, length: 1 },
    { id: ie.flowStartMilliseconds, length: 8 },
    { id: ie.flowEndMilliseconds, length: 8 },
    { id: ie.octetTotalCount, length: 8 },
    { id: ie.packetTotalCount, length: 8 },
    { id: ie.octetTotalCount, length: 8, enterprise: reverseEnterprise },
    { id: ie.packetTotalCount, length: 8, enterprise: reverseEnterprise },
    { id: ie.tcpControlBits, length: 1 },
    { id: ie.tcpControlBits, length: 1, enterprise: reverseEnterprise },
    { id: ie.ingressInterface, length: 4 },
  ]
  const times = [1_699_999_990_001, 1_699_999_999_002]
  const collector = createCollector({ rows: 2 })
  collector.take(
    encodeIpfix(
      header,
      message(
        fields,
        ['192.0.2.7', '192.0.2.8', 40_000, 443, 6, ...times, 900, 9, 7000, 10, 0x02, 0x12, 3],
        ['192.0.2.7', '192.0.2.9', 40_000, 443, 6, ...times, 40, 1, 0, 0, 0x02, 0, 3],
        ['192.0.2.7', '192.0.2.6', 40_000, 443, 6, ...times, 0, 0, 50, 1, 0, 0x04, 3],
      ),
    ),
  )
  expect(collector.all()).toMatchObject([
    {
      sourceIPv4Address: '192.0.2.7',
      sourceTransportPort: 40_000,
      octetDeltaCount: 900,
      tcpControlBits: 2,
      ingressInterface: 3,
      egressInterface: 0,
    },
    {
      sourceIPv4Address: '192.0.2.8',
      destinationIPv4Address: '192.0.2.7',
      sourceTransportPort: 443,
      destinationTransportPort: 40_000,
      octetDeltaCount: 7000,
      packetDeltaCount: 10,
      tcpControlBits: 0x12,
      ingressInterface: 0,
      egressInterface: 3,
      flowStartMilliseconds: 1_699_999_990_001,
    },
    { destinationIPv4Address: '192.0.2.9', octetDeltaCount: 40 },
    { sourceIPv4Address: '192.0.2.6', destinationTransportPort: 40_000, octetDeltaCount: 50, tcpControlBits: 4, egressInterface: 3 },
  ])
  expect(collector.flows).toHaveLength(4)
})

test.each<[string, FieldSpecifier[], FieldValue[], number, number]>([
  [
    'seconds',
    [
      { id: ie.flowStartSeconds, length: 4 },
      { id: ie.flowEndSeconds, length: 4 },
    ],
    [1_699_999_000, 1_699_999_001],
    1_699_999_000_000,
    1_699_999_001_000,
  ],
  [
    'microseconds of NTP',
    [
      { id: ie.flowStartMicroseconds, length: 8 },
      { id: ie.flowEndMicroseconds, length: 8 },
    ],
    [(2_208_988_800n << 32n) + (1n << 31n), (2_208_988_801n << 32n) + (1n << 30n)],
    500,
    1250,
  ],
  [
    'microseconds before the export',
    [
      { id: ie.flowStartDeltaMicroseconds, length: 4 },
      { id: ie.flowEndDeltaMicroseconds, length: 4 },
    ],
    [2_000_000, 500_000],
    1_699_999_998_000,
    1_699_999_999_500,
  ],
  [
    'a start and a duration',
    [
      { id: ie.flowStartMilliseconds, length: 8 },
      { id: ie.flowDurationMilliseconds, length: 4 },
    ],
    [5000, 70],
    5000,
    5070,
  ],
  [
    'an end and a duration',
    [
      { id: ie.flowEndMilliseconds, length: 8 },
      { id: ie.flowDurationMicroseconds, length: 4 },
    ],
    [5000, 70_000],
    4930,
    5000,
  ],
  [
    'an end before its start',
    [
      { id: ie.flowStartMilliseconds, length: 8 },
      { id: ie.flowEndMilliseconds, length: 8 },
    ],
    [9000, 7000],
    7000,
    7000,
  ],
  [
    'uptimes and when the exporter started',
    [
      { id: ie.systemInitTimeMilliseconds, length: 8 },
      { id: ie.flowStartSysUpTime, length: 4 },
      { id: ie.flowEndSysUpTime, length: 4 },
    ],
    [1_699_999_000_123, 1000, 2000],
    1_699_999_001_123,
    1_699_999_002_123,
  ],
  ['nothing', [], [], 1_700_000_000_000, 1_700_000_000_000],
])('times come from %s', (_name, fields, values, start, end) => {
  const collector = createCollector()
  collector.take(encodeIpfix(header, message([...addresses, ...fields], [...ends, ...values])))
  expect(collector.all()).toMatchObject([{ flowStartMilliseconds: start, flowEndMilliseconds: end }])
})

test.each<[string, FieldSpecifier[], FieldValue[], number]>([
  [
    'so many taken and so many left out',
    [
      { id: 305, length: 4 },
      { id: 306, length: 4 },
    ],
    [1, 999],
    1000,
  ],
  [
    'so many out of so many',
    [
      { id: 309, length: 4 },
      { id: 310, length: 4 },
    ],
    [2, 512],
    256,
  ],
  ['a probability', [{ id: 311, length: 8 }], [new Uint8Array(new Uint8Array(new Float64Array([0.01]).buffer).reverse())], 100],
])('a selector tells its rate as %s', (_name, fields, values, rate) => {
  const collector = createCollector()
  const options = [{ id: ie.selectorId, length: 8 }]
  collector.take(
    encodeIpfix(header, [
      { kind: 'options-templates', templates: [{ id: 300, scope: options, fields }] },
      { kind: 'data', id: 300, fields: [...options, ...fields], records: [[12, ...values]] },
      ...message(
        [...addresses, { id: ie.selectorId, length: 8 }, { id: ie.packetDeltaCount, length: 8 }],
        [...ends, 12, 3],
        [...ends, 13, 3],
      ),
    ]),
  )
  expect(collector.all().map(flow => flow.samplingInterval)).toEqual([rate, 1])
  expect(collector.flows[0]?.packetDeltaCount).toBe(3 * rate)
})

const probability = (share: number): FieldValue => new Uint8Array(new Uint8Array(new Float64Array([share]).buffer).reverse())

test.each([1e-300, 0, -0.5, 2, Number.NaN, Infinity])(
  'a probability of %s says nothing of the rate, and a volume stays a number',
  share => {
    const fields = [...addresses, { id: 311, length: 8 }, { id: ie.octetDeltaCount, length: 8 }]
    const collector = createCollector()
    collector.take(encodeIpfix(header, message(fields, [...ends, probability(share), new Uint8Array(8).fill(0xff)])))
    expect(collector.all()).toMatchObject([{ samplingInterval: 1, octetDeltaCount: 2 ** 64 }])
  },
)

test('rates of samplers and interfaces are bounded over all domains, and those refused are counted', () => {
  const collector = createCollector({ bounds: { maxSamplingRates: 3 } })
  const [scope, fields] = [[{ id: ie.selectorId, length: 2 }], [{ id: ie.samplingInterval, length: 4 }]]
  const flows = message([...addresses, { id: ie.selectorId, length: 2 }, { id: ie.packetDeltaCount, length: 8 }], [...ends, 7, 1])
  const take = (domain: number, rate: number): string =>
    collector.take(
      encodeIpfix({ ...header, domain }, [
        { kind: 'options-templates', templates: [{ id: 300, scope, fields }] },
        { kind: 'data', id: 300, fields: [...scope, ...fields], records: [[7, rate]] },
        ...flows,
      ]),
    )
  for (const domain of [1, 2, 3, 4, 5]) expect(take(domain, 100)).toBe('decoded')
  // One that is known may change.
  expect(take(1, 200)).toBe('decoded')
  expect(collector.all().map(flow => flow.samplingInterval)).toEqual([100, 100, 100, 1, 1, 200])
  expect(collector.decoder.counters.ratesRefused).toBe(2)
})

test('when the exporter started may come in an options record', () => {
  const collector = createCollector()
  const [scope, fields] = [[{ id: 144, length: 4 }], [{ id: ie.systemInitTimeMilliseconds, length: 8 }]]
  collector.take(
    encodeIpfix(header, [
      { kind: 'options-templates', templates: [{ id: 300, scope, fields }] },
      { kind: 'data', id: 300, fields: [...scope, ...fields], records: [[1, 1_699_999_000_000]] },
    ]),
  )
  collector.take(
    encodeIpfix({ ...header, sequence: 1 }, message([...addresses, { id: ie.flowEndSysUpTime, length: 4 }], [...ends, 900_000])),
  )
  expect(collector.all()).toMatchObject([{ flowEndMilliseconds: 1_699_999_900_000 }])
})

test('a template that is withdrawn is forgotten, one or all of its kind', () => {
  const collector = createCollector()
  const data: EncodedSet = { kind: 'data', id: 256, fields: addresses, records: [ends] }
  collector.take(encodeIpfix(header, message(addresses, ends)))
  expect(collector.take(encodeIpfix(header, [{ kind: 'withdrawal', set: 2, id: 256 }, data]))).toBe('waiting')
  collector.take(encodeIpfix(header, message(addresses, ends)))
  expect(collector.take(encodeIpfix(header, [{ kind: 'withdrawal', set: 3, id: 3 }, data]))).toBe('decoded')
  expect(collector.take(encodeIpfix(header, [{ kind: 'withdrawal', set: 2, id: 2 }, data]))).toBe('waiting')
  expect(collector.decoder.counters.withdrawals).toBe(3)
  expect(collector.decoder.listDomains()).toMatchObject([{ templates: 0 }])
})

test('a template that became one of options, or no longer is, is withdrawn with its kind', () => {
  const collector = createCollector()
  const [scope, fields] = [[{ id: ie.selectorId, length: 2 }], [{ id: ie.samplingInterval, length: 4 }]]
  const plain: EncodedSet = { kind: 'templates', templates: [{ id: 256, fields }] }
  const options: EncodedSet = { kind: 'options-templates', templates: [{ id: 256, scope, fields }] }
  const withdrawal = (set: 2 | 3): EncodedSet => ({ kind: 'withdrawal', set, id: set })
  const known = (...sets: EncodedSet[]): number => {
    collector.take(encodeIpfix(header, sets))
    return collector.decoder.listDomains()[0]!.templates
  }
  expect(known(plain, options)).toBe(1)
  expect(known(withdrawal(2))).toBe(1)
  expect(known(withdrawal(3))).toBe(0)
  expect(known(options, plain)).toBe(1)
  expect(known(withdrawal(3))).toBe(1)
  expect(known(withdrawal(2), withdrawal(2))).toBe(0)
  expect(known(plain)).toBe(1)
  expect(known(withdrawal(2))).toBe(0)
})

test('the sequence counts records; what waits makes it unknown until the next message', () => {
  const collector = createCollector()
  const data = (count: number): EncodedSet => ({
    kind: 'data',
    id: 256,
    fields: addresses,
    records: Array.from({ length: count }, () => ends),
  })
  collector.take(encodeIpfix({ ...header, sequence: 50 }, [data(3)]))
  collector.take(encodeIpfix({ ...header, sequence: 53 }, message(addresses, ends, ends)))
  collector.take(encodeIpfix({ ...header, sequence: 55 }, [data(1)]))
  expect(collector.decoder.listDomains()).toMatchObject([{ lost: 0 }])
  collector.take(encodeIpfix({ ...header, sequence: 61 }, [data(1)]))
  expect(collector.decoder.listDomains()).toMatchObject([{ lost: 5, lossUnit: 'records' }])
})

test('a sampled packet is a flow of its own, by its first bytes', () => {
  const ip = encodeIp({ source: '192.0.2.7', destination: '192.0.2.8', protocol: 17 }, encodeUdp(53, 4444, new Uint8Array(100)))
  const frame = encodeEthernet(0x8100, encodeVlan(42, 0x0800, ip))
  const collector = createCollector()
  const rate = [{ id: ie.samplingInterval, length: 4 }]
  const frames = [...rate, { id: ie.dataLinkFrameSize, length: 2 }, { id: ie.dataLinkFrameSection, length: 65_535 }]
  const packets = [...rate, { id: ie.ipHeaderPacketSection, length: 40 }, { id: ie.ingressInterface, length: 4 }]
  collector.take(
    encodeIpfix(header, message(frames, [1000, 1500, frame.slice(0, 64)], [10, 60, encodeEthernet(0x0806, new Uint8Array(28))])),
  )
  collector.take(encodeIpfix({ ...header, sequence: 2 }, message(packets, [100, ip.slice(0, 40), 9])))
  const told = { sourceIPv4Address: '192.0.2.7', sourceTransportPort: 53, destinationTransportPort: 4444, protocolIdentifier: 17 }
  expect(collector.all()).toMatchObject([
    { ...told, vlanId: 42, packetDeltaCount: 1000, octetDeltaCount: 1_500_000 },
    { ...told, ingressInterface: 9, packetDeltaCount: 100, octetDeltaCount: 12_800 },
  ])
  expect(collector.decoder.counters).toMatchObject({ flows: 2, otherRecords: 1 })
})

test('records that tell of no traffic are counted apart', () => {
  const collector = createCollector()
  collector.take(
    encodeIpfix(
      header,
      message(
        [
          { id: 41, length: 8 },
          { id: 42, length: 8 },
        ],
        [1, 2],
      ),
    ),
  )
  expect(collector.all()).toEqual([])
  expect(collector.decoder.counters).toMatchObject({ otherRecords: 1, flows: 0, decoded: 1 })
})

test('a record that ends beyond its set, a message cut short: the rest is told, with the place', () => {
  const fields = [...addresses, { id: 82, length: 65_535 }]
  const whole = encodeIpfix(header, message(fields, [...ends, new Uint8Array(3)], [...ends, new Uint8Array(3)]))
  const lying = whole.slice()
  lying[whole.length - 4] = 200
  const collector = createCollector()
  expect(collector.take(lying)).toBe('rejected')
  expect(collector.all()).toHaveLength(1)
  expect(collector.rejections).toMatchObject([{ reason: 'record-beyond-set', offset: 16 + 20 + 4 + 36 }])
  expect(collector.take(whole.subarray(0, whole.length - 1))).toBe('rejected')
  expect(collector.rejections[1]).toMatchObject({ reason: 'set-beyond-message', offset: 38 })
})
