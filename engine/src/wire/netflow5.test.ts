import { expect, test } from 'vitest'
import { createCollector } from '../../test/decode-kit.ts'
import { encodeNetflow5 } from '../generate/encode-netflow5.ts'

const header = { uptimeMs: 1_000_000, exportSeconds: 1_700_000_000, exportNanoseconds: 250_999_999 }
const flow = {
  source: '198.51.100.7',
  destination: '203.0.113.9',
  sourcePort: 53,
  destinationPort: 40_000,
  protocol: 17,
  tcpFlags: 0x1b,
  tos: 0x28,
  packets: 3,
  bytes: 1200,
  firstMs: 990_000,
  lastMs: 999_000,
  input: 7,
  output: 8,
  sourceAs: 64_500,
  destinationAs: 64_501,
}

const told = {
  exporter: '192.0.2.1',
  observationDomainId: 0,
  sourceIPv4Address: '198.51.100.7',
  destinationIPv4Address: '203.0.113.9',
  sourceTransportPort: 53,
  destinationTransportPort: 40_000,
  protocolIdentifier: 17,
  tcpControlBits: 0x1b,
  ipClassOfService: 0x28,
  packetDeltaCount: 3,
  octetDeltaCount: 1200,
  samplingInterval: 1,
  flowStartMilliseconds: 1_699_999_990_250,
  flowEndMilliseconds: 1_699_999_999_250,
  ingressInterface: 7,
  egressInterface: 8,
}

test('v5 tells a flow with its times, interfaces and AS', () => {
  const collector = createCollector()
  expect(collector.take(encodeNetflow5(header, [flow]))).toBe('decoded')
  expect(collector.all()).toEqual([{ ...told, bgpSourceAsNumber: 64_500, bgpDestinationAsNumber: 64_501 }])
})

test('v1 has neither AS nor sequence, v7 has both', () => {
  const collector = createCollector()
  collector.take(encodeNetflow5({ ...header, version: 1 }, [flow]))
  collector.take(encodeNetflow5({ ...header, version: 7, sequence: 5 }, [flow, flow]))
  expect(collector.all()).toEqual([
    told,
    { ...told, bgpSourceAsNumber: 64_500, bgpDestinationAsNumber: 64_501 },
    { ...told, bgpSourceAsNumber: 64_500, bgpDestinationAsNumber: 64_501 },
  ])
})

test('the header’s sampling interval corrects volumes; its mode does not count', () => {
  const collector = createCollector()
  collector.take(encodeNetflow5({ ...header, sampling: 0x4000 | 1000 }, [flow]))
  expect(collector.all()).toMatchObject([{ packetDeltaCount: 3000, octetDeltaCount: 1_200_000, samplingInterval: 1000 }])
  expect(collector.decoder.listDomains()).toMatchObject([{ samplingRate: 1000 }])
})

test('a flow that began before the uptime came round has its right age', () => {
  const collector = createCollector()
  collector.take(encodeNetflow5({ ...header, exportNanoseconds: 0, uptimeMs: 500 }, [{ ...flow, firstMs: 0xffff_fe0c, lastMs: 400 }]))
  expect(collector.all()).toMatchObject([{ flowStartMilliseconds: 1_699_999_999_000, flowEndMilliseconds: 1_699_999_999_900 }])
})

test('ICMP type and code stand in the destination port', () => {
  const collector = createCollector()
  collector.take(encodeNetflow5(header, [{ ...flow, protocol: 1, sourcePort: 0, destinationPort: 0x0301 }]))
  expect(collector.all()).toMatchObject([{ icmpTypeIPv4: 3, icmpCodeIPv4: 1 }])
})

test('ICMP type and code stand in both ports, as fprobe writes them', () => {
  const collector = createCollector()
  const unreachable = { ...flow, protocol: 1, sourcePort: 3, destinationPort: 1 }
  // What else stands in a source port is not a type.
  collector.take(encodeNetflow5(header, [unreachable, { ...unreachable, destinationPort: 0x0800 }, { ...unreachable, sourcePort: 0x1234 }]))
  expect(collector.all()).toMatchObject([
    { icmpTypeIPv4: 3, icmpCodeIPv4: 1, sourceTransportPort: 0, destinationTransportPort: 0 },
    { icmpTypeIPv4: 8, icmpCodeIPv4: 0, sourceTransportPort: 3, destinationTransportPort: 0 },
    { icmpTypeIPv4: 0, icmpCodeIPv4: 1, sourceTransportPort: 0x1234, destinationTransportPort: 0 },
  ])
})

test('the sequence counts flows: a gap is loss, a late datagram takes it back, a jump is a restart', () => {
  const collector = createCollector()
  const send = (sequence: number, engine = 0) => collector.take(encodeNetflow5({ ...header, sequence, engine }, [flow, flow]))
  for (const sequence of [0xffff_fffe, 0, 6, 8]) send(sequence)
  expect(collector.decoder.listDomains()).toMatchObject([{ lost: 4, late: 0, lossUnit: 'records' }])
  send(2)
  expect(collector.decoder.listDomains()).toMatchObject([{ lost: 2, late: 1, restarts: 0 }])
  send(3_000_000_000)
  send(3_000_000_002)
  expect(collector.decoder.listDomains()).toMatchObject([{ lost: 2, restarts: 1 }])
  send(77, 0x0102)
  expect(collector.decoder.listDomains()).toMatchObject([{ domain: 0 }, { domain: 0x0102, lost: 0 }])
})

test('a datagram that ends early tells the records that it holds and where the rest is missing', () => {
  const collector = createCollector()
  const whole = encodeNetflow5(header, [flow, flow, flow])
  expect(collector.take(whole.subarray(0, 24 + 48 + 47))).toBe('rejected')
  expect(collector.all()).toHaveLength(1)
  expect(collector.rejections).toEqual([{ reason: 'records-truncated', offset: 24 + 48, exporter: 0 }])
  expect(collector.take(whole.subarray(0, 23))).toBe('rejected')
  expect(collector.rejections[1]).toMatchObject({ reason: 'header-truncated', offset: 23 })
})

test('more flows than the batch has rows are handed on in turns', () => {
  const collector = createCollector({ rows: 2 })
  collector.take(
    encodeNetflow5(
      header,
      Array.from({ length: 7 }, (_, index) => ({ ...flow, packets: index + 1 })),
    ),
  )
  expect(collector.all().map(one => one.packetDeltaCount)).toEqual([1, 2, 3, 4, 5, 6, 7])
})
