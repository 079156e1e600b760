import { expect, test } from 'vitest'
import { createCollector, receivedMs } from '../../test/decode-kit.ts'
import { ByteWriter } from '../generate/byte-writer.ts'
import { createFlowBatch } from '../flow/flow-batch.ts'
import { encodeEthernet, encodeIp, encodeTcp, encodeUdp, encodeVlan } from '../generate/encode-packet.ts'
import { encodeSflow5, gateway, sampledHeader } from '../generate/encode-sflow5.ts'
import type { SflowSample } from '../generate/encode-sflow5.ts'
import { createDecoder } from './decoder.ts'
import { createExporterTable } from './exporter-table.ts'

const agent = { agent: '203.0.113.250', subAgent: 3, sequence: 7 }
const ip = encodeIp({ source: '192.0.2.7', destination: '198.51.100.8', protocol: 6, tos: 8 }, encodeTcp(443, 50_000, 0x12))
const packet = encodeEthernet(0x8100, encodeVlan(42, 0x0800, ip))

test.each(['flow', 'expanded-flow'] as const)('a %s sample is a flow of one packet times its rate', kind => {
  const collector = createCollector()
  const parts = [sampledHeader(packet, { frameBytes: 1500 }), gateway({ sourceAs: 64_501, path: [64_502, 64_503] })]
  expect(collector.take(encodeSflow5(agent, [{ kind, rate: 2000, input: 5, output: 6, parts }]))).toBe('decoded')
  expect(collector.all()).toEqual([
    {
      exporter: '203.0.113.250',
      observationDomainId: 3,
      sourceIPv4Address: '192.0.2.7',
      destinationIPv4Address: '198.51.100.8',
      sourceTransportPort: 443,
      destinationTransportPort: 50_000,
      protocolIdentifier: 6,
      tcpControlBits: 0x12,
      ipClassOfService: 8,
      packetDeltaCount: 2000,
      octetDeltaCount: 3_000_000,
      samplingInterval: 2000,
      flowStartMilliseconds: receivedMs,
      flowEndMilliseconds: receivedMs,
      ingressInterface: 5,
      egressInterface: 6,
      bgpSourceAsNumber: 64_501,
      bgpDestinationAsNumber: 64_503,
      vlanId: 42,
    },
  ])
})

test('interfaces that are discards or many are none', () => {
  const collector = createCollector()
  const parts = [sampledHeader(packet)]
  collector.take(encodeSflow5(agent, [{ kind: 'flow', input: 0x3fff_ffff, output: 0x4000_0005, parts }]))
  expect(collector.all()).toMatchObject([{ ingressInterface: 0x3fff_ffff, egressInterface: 0 }])
})

test('addresses that the agent read itself are told when there is no header', () => {
  const ipv6 = new ByteWriter().u32(900, 17).address('2001:db8::1').address('2001:db8::2').u32(53, 4444, 0, 0x20).done()
  const ipv4 = new ByteWriter().u32(60, 1).address('192.0.2.7').address('192.0.2.8').u32(0, 0x0800, 0, 0).done()
  const vlan = new ByteWriter().u32(77, 0, 78, 0).done()
  const collector = createCollector()
  collector.take(
    encodeSflow5({ agent: '2001:db8::250', sequence: 1 }, [
      {
        kind: 'flow',
        rate: 10,
        parts: [
          { kind: 4, content: ipv6 },
          { kind: 1001, content: vlan },
        ],
      },
      { kind: 'flow', rate: 10, parts: [{ kind: 3, content: ipv4 }] },
    ]),
  )
  expect(collector.all()).toMatchObject([
    {
      exporter: '2001:db8::250',
      sourceIPv6Address: '2001:db8::1',
      sourceTransportPort: 53,
      octetDeltaCount: 9000,
      vlanId: 77,
      ipClassOfService: 0x20,
    },
    { sourceIPv4Address: '192.0.2.7', icmpTypeIPv4: 8, octetDeltaCount: 600 },
  ])
})

test('headers of IP alone and of MPLS are read, others are counted apart', () => {
  const collector = createCollector()
  const sample = (protocol: number, bytes: Uint8Array): SflowSample => ({ kind: 'flow', parts: [sampledHeader(bytes, { protocol })] })
  const arp = encodeEthernet(0x0806, new Uint8Array(28))
  collector.take(encodeSflow5(agent, [sample(11, ip), sample(1, arp), sample(8, ip), { kind: 'flow', parts: [] }]))
  expect(collector.all()).toMatchObject([{ sourceTransportPort: 443 }])
  expect(collector.decoder.counters).toMatchObject({ flows: 1, otherSamples: 3, decoded: 1 })
})

test.each(['counters', 'expanded-counters'] as const)('%s samples tell of an interface', kind => {
  const content = new ByteWriter()
    .u32(12, 6)
    .number(10_000_000_000n, 8)
    .u32(1, 3)
    .number(2n ** 40n, 8)
    .u32(1, 2, 3, 4, 5, 6)
    .number(77n, 8)
    .u32(11, 12, 13, 14, 15, 0)
    .done()
  const collector = createCollector()
  collector.take(
    encodeSflow5(agent, [
      {
        kind,
        parts: [
          { kind: 2, content: new Uint8Array(52) },
          { kind: 1, content },
        ],
      },
    ]),
  )
  expect(collector.interfaces).toEqual([
    {
      exporter: 1,
      domain: 3,
      receivedMs,
      interface: 12,
      interfaceType: 6,
      bitsPerSecond: 10_000_000_000,
      isAdminUp: true,
      isUp: true,
      inBytes: 2 ** 40,
      inUnicastPackets: 1,
      inMulticastPackets: 2,
      inBroadcastPackets: 3,
      inDiscards: 4,
      inErrors: 5,
      outBytes: 77,
      outUnicastPackets: 11,
      outMulticastPackets: 12,
      outBroadcastPackets: 13,
      outDiscards: 14,
      outErrors: 15,
    },
  ])
  expect(collector.decoder.counters).toMatchObject({ counterSamples: 1, flows: 0 })
})

test('the sequence counts datagrams of an agent and its sub-agent', () => {
  const collector = createCollector()
  for (const sequence of [1, 2, 5]) collector.take(encodeSflow5({ ...agent, sequence }, []))
  collector.take(encodeSflow5({ ...agent, subAgent: 4, sequence: 900 }, []))
  expect(collector.decoder.listDomains()).toMatchObject([
    { domain: 3, lost: 2 },
    { domain: 4, lost: 0 },
  ])
})

test('agents that find no room share the number of their sender, and no loss is made up of their numbers', () => {
  const collector = createCollector({ exporters: createExporterTable(2) })
  for (let sequence = 1; sequence <= 3; sequence++)
    for (const last of [1, 2, 3, 4])
      collector.take(encodeSflow5({ agent: `203.0.113.${last}`, subAgent: 3, sequence: last * 500 + sequence * (last === 1 ? 2 : 1) }, []))
  expect(collector.decoder.counters.decoded).toBe(12)
  // The first agent has room; what its own numbers say is lost, and nothing else.
  expect(collector.decoder.listDomains()).toMatchObject([
    { exporter: 1, lost: 2 },
    { exporter: 0, lost: 0, late: 0, restarts: 0 },
  ])
  expect(collector.decoder.exporters.refused).toBe(9)
})

test('the rate that samples tell is told of their domain', () => {
  const collector = createCollector()
  expect(collector.take(encodeSflow5(agent, [{ kind: 'flow', rate: 1000, parts: [sampledHeader(packet)] }]))).toBe('decoded')
  expect(collector.decoder.listDomains()).toMatchObject([{ samplingRate: 1000 }])
})

const whole = encodeSflow5(agent, [
  {
    kind: 'flow',
    parts: [
      sampledHeader(
        encodeEthernet(
          0x0800,
          encodeIp({ source: '192.0.2.7', destination: '192.0.2.8', protocol: 17 }, encodeUdp(1, 2, new Uint8Array(8))),
        ),
      ),
    ],
  },
])
const withWord = (at: number, value: number): Uint8Array => {
  const changed = whole.slice()
  new DataView(changed.buffer).setUint32(at, value)
  return changed
}

test.each([
  ['an agent of no known family', withWord(4, 3), 'address-type-unknown', 4],
  ['a header that ends early', whole.subarray(0, 27), 'header-truncated', 27],
  ['more samples announced than there are', withWord(24, 0xffff_ffff), 'samples-missing', whole.length],
  ['a sample that ends beyond the datagram', withWord(32, 5000), 'sample-beyond-datagram', 32],
  ['a sample too short for its head', whole.subarray(0, 36), 'sample-beyond-datagram', 32],
  ['more parts announced than there are', withWord(64, 2), 'sample-truncated', whole.length],
  ['a part that ends beyond its sample', withWord(72, 4000), 'record-beyond-set', 72],
  ['a header longer than its part', withWord(88, 4000), 'record-beyond-set', 88],
])('%s is rejected, with its place', (_name, datagram, reason, offset) => {
  const collector = createCollector()
  expect(collector.take(datagram)).toBe('rejected')
  expect(collector.rejections).toMatchObject([{ reason, offset }])
})

test('of a header of IPv6 nothing is left in the addresses when one of IPv4 follows in the same sample', () => {
  const v6 = encodeIp({ source: '2001:db8::1', destination: '2001:db8::2', protocol: 17 }, encodeUdp(1, 2, new Uint8Array(4)))
  const batch = createFlowBatch(4)
  const words: number[][] = []
  const decoder = createDecoder({
    batch,
    deliver: rows => words.push([...rows.source.subarray(0, 4)], [...rows.destination.subarray(0, 4)]),
  })
  const parts = [sampledHeader(encodeEthernet(0x86dd, v6)), sampledHeader(packet)]
  const datagram = encodeSflow5(agent, [{ kind: 'flow', rate: 10, parts }])
  decoder.decode(datagram, 0, datagram.length, 0, receivedMs)
  decoder.flush()
  expect(words).toEqual([
    [0xc000_0207, 0, 0, 0],
    [0xc633_6408, 0, 0, 0],
  ])
})
