import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import type { FlowRecord } from '#flow/flow-record.ts'
import { decodeCapture } from './decode-capture.ts'

// What softflowd and pmacctd export is decoded as nfdump and tshark decode it, field for field, for the fields that each
// prints. How the fixtures were made, and where a peer is mistaken, is in fixtures/README.md.

const folder = path.resolve(import.meta.dirname, '../fixtures')
const cases = readdirSync(folder, { withFileTypes: true })
  .filter(entry => entry.isDirectory())
  .map(entry => entry.name)

const isIcmp = (protocol: number): boolean => protocol === 1 || protocol === 58
const inOrder = (flows: object[]): string[] => flows.map(flow => JSON.stringify(flow)).sort()

interface NfdumpFlow {
  first: string
  last: string
  in_packets: number
  in_bytes: number
  out_packets?: number
  proto: number
  tcp_flags?: string
  src_port?: number
  dst_port?: number
  src_tos: number
  src4_addr?: string
  dst4_addr?: string
  src6_addr?: string
  dst6_addr?: string
  input_snmp?: number
  output_snmp?: number
  icmp_type?: number
  icmp_code?: number
}

/** Fields that nfdump 1.7.1 has wrong in a case, or does not know. */
const nfdumpErrs: Partial<Record<string, (keyof ReturnType<typeof fromNfdump>)[]>> = {
  'fprobe-netflow1': ['icmp'],
  'fprobe-netflow5': ['icmp'],
  'fprobe-netflow7': ['icmp'],
  'openvswitch-ipfix': ['icmp', 'times', 'volume'],
  'openvswitch-sflow5': ['icmp', 'interfaces', 'times'],
  'own-netflow9': ['volume'],
  'own-sflow5': ['times'],
  'pmacctd-netflow9': ['icmp'],
  'pmacctd-sflow5': ['icmp', 'times'],
  'softflowd-ipfix': ['times'],
  'softflowd-netflow9': ['icmp'],
  'softflowd-netflow9-sampled': ['volume'],
}

const fromNfdump = (flow: NfdumpFlow) => ({
  source: flow.src4_addr ?? flow.src6_addr,
  destination: flow.dst4_addr ?? flow.dst6_addr,
  ports: [flow.src_port ?? 0, flow.dst_port ?? 0],
  protocol: flow.proto,
  icmp: [flow.icmp_type ?? 0, flow.icmp_code ?? 0],
  flags: [...(flow.tcp_flags ?? '')].reverse().reduce((bits, letter, index) => bits | (letter === '.' ? 0 : 1 << index), 0),
  tos: flow.src_tos,
  volume: [flow.in_packets, flow.in_bytes],
  times: [Date.parse(`${flow.first}Z`), Date.parse(`${flow.last}Z`)],
  interfaces: [flow.input_snmp ?? 0, flow.output_snmp ?? 0],
})

const asNfdumpTells = (flow: FlowRecord): ReturnType<typeof fromNfdump> => ({
  source: flow.sourceIPv4Address ?? flow.sourceIPv6Address,
  destination: flow.destinationIPv4Address ?? flow.destinationIPv6Address,
  ports: [flow.sourceTransportPort, flow.destinationTransportPort],
  protocol: flow.protocolIdentifier,
  icmp: [flow.icmpTypeIPv4 ?? flow.icmpTypeIPv6 ?? 0, flow.icmpCodeIPv4 ?? flow.icmpCodeIPv6 ?? 0],
  flags: flow.tcpControlBits ?? 0,
  tos: flow.ipClassOfService,
  volume: [flow.packetDeltaCount, flow.octetDeltaCount],
  times: [Math.floor(flow.flowStartMilliseconds), Math.floor(flow.flowEndMilliseconds)],
  interfaces: [flow.ingressInterface, flow.egressInterface],
})

describe('nfdump', () => {
  // A biflow is one record there, with the flags and the TOS of the way back; tshark's reading of it holds below.
  test.each(cases.filter(name => name !== 'softflowd-ipfix-biflow'))('%s', name => {
    const { flows } = decodeCapture(path.join(folder, name, 'export.pcap'))
    const expected = JSON.parse(readFileSync(path.join(folder, name, 'nfdump.json'), 'utf8')) as NfdumpFlow[]
    const without = (flow: ReturnType<typeof fromNfdump>): object =>
      Object.fromEntries(Object.entries(flow).filter(([field]) => !nfdumpErrs[name]?.includes(field as keyof typeof flow)))
    expect(flows.length).toBeGreaterThanOrEqual(5)
    expect(inOrder(flows.map(flow => without(asNfdumpTells(flow))))).toEqual(inOrder(expected.map(flow => without(fromNfdump(flow)))))
  })
})

type Told = Map<string, string[]>

/** Blocks of `tshark -O`, each from the line that begins a flow on: values by label, in order. */
function readBlocks(text: string): Told[] {
  const blocks: Told[] = []
  for (const line of text.split('\n')) {
    if (/^(Flow \d+|pdu \d+\/\d+|(Flow|Expanded flow) sample, seq \d+)$/.test(line)) blocks.push(new Map())
    const [, label, value] = /^(?:.* = )?([\w ]+): (.*)$/.exec(line) ?? []
    if (label === undefined || value === undefined) continue
    const block = blocks.at(-1)
    block?.set(label, [...(block.get(label) ?? []), value])
  }
  return blocks.filter(block => block.has('SrcAddr') || block.has('Source Address'))
}

/** The first number in a value: `TCP (6)` is 6, `0x1b, ACK` is 27. */
const numberOf = (value: string | undefined): number =>
  Number(/0x[\da-f]+/.exec(value ?? '')?.[0] ?? /\((\d+)\)/.exec(value ?? '')?.[1] ?? /\d+/.exec(value ?? '')?.[0] ?? 0)

const isReverse = (value: string): boolean => value.includes('(Reverse ')

function fromFlowBlock(block: Told): object[] {
  const find = (label: string, way: boolean): string | undefined => block.get(label)?.find(value => isReverse(value) === way)
  const protocol = numberOf(find('Protocol', false))
  const describeWay = (way: boolean): object => {
    const ends = [
      [find('SrcAddr', false), isIcmp(protocol) ? 0 : numberOf(find('SrcPort', false)), numberOf(find('SrcAS', false))],
      [find('DstAddr', false), isIcmp(protocol) ? 0 : numberOf(find('DstPort', false)), numberOf(find('DstAS', false))],
    ]
    const interfaces = [numberOf(find('InputInt', false)), numberOf(find('OutputInt', false))]
    return {
      ends: way ? ends.reverse() : ends,
      protocol,
      flags: numberOf(find('TCP Flags', way)),
      tos: numberOf(find('IP ToS', way)),
      volume: [numberOf(find('Packets', way)), numberOf(find('Octets', way))],
      interfaces: way ? interfaces.reverse() : interfaces,
    }
  }
  const ways = block.get('Octets')?.some(isReverse) ? [false, true] : [false]
  return ways.filter(way => ways.length === 1 || numberOf(find('Packets', way)) > 0).map(describeWay)
}

const asFlowBlock = (flow: FlowRecord): object => ({
  ends: [
    [flow.sourceIPv4Address ?? flow.sourceIPv6Address, flow.sourceTransportPort, flow.bgpSourceAsNumber ?? 0],
    [flow.destinationIPv4Address ?? flow.destinationIPv6Address, flow.destinationTransportPort, flow.bgpDestinationAsNumber ?? 0],
  ],
  protocol: flow.protocolIdentifier,
  flags: flow.tcpControlBits ?? 0,
  tos: flow.ipClassOfService,
  // What the exporter counted: tshark does not correct for sampling.
  volume: [flow.packetDeltaCount / flow.samplingInterval, flow.octetDeltaCount / flow.samplingInterval],
  interfaces: [flow.ingressInterface, flow.egressInterface],
})

/** `8 (Echo (ping) request)` and `Echo (ping) request (128)`: the number is first, or last. */
const typeOf = (value = '0'): number => Number(/^\d+/.exec(value)?.[0] ?? /\((\d+)\)$/.exec(value)?.[1])

/** A sampled header: the outermost packet of IP, where a tunnel has two. */
function fromSampleBlock(block: Told): object {
  const first = (label: string): string | undefined => block.get(label)?.[0]
  // Of IPv6 the last header of the chain, unless a tunnel begins there.
  const protocol = numberOf(first('Protocol') ?? block.get('Next Header')?.at(-1))
  const hasTunnel = (block.get('Source Address')?.length ?? 0) > 1
  return {
    source: first('Source Address'),
    destination: first('Destination Address'),
    ports: hasTunnel || isIcmp(protocol) ? [0, 0] : [numberOf(first('Source Port')), numberOf(first('Destination Port'))],
    protocol,
    icmp: isIcmp(protocol) ? [typeOf(first('Type')), typeOf(first('Code'))] : [0, 0],
    flags: protocol === 6 ? numberOf(block.get('Flags')?.at(-1)) : 0,
    bytes: numberOf(first('Frame Length')) * Number(/out of (\d+)/.exec(first('Sampling rate') ?? '')?.[1]),
    vlan: numberOf(first('ID')),
  }
}

const asSampleBlock = (flow: FlowRecord): object => ({
  source: flow.sourceIPv4Address ?? flow.sourceIPv6Address,
  destination: flow.destinationIPv4Address ?? flow.destinationIPv6Address,
  ports: [flow.sourceTransportPort, flow.destinationTransportPort],
  protocol: flow.protocolIdentifier,
  icmp: [flow.icmpTypeIPv4 ?? flow.icmpTypeIPv6 ?? 0, flow.icmpCodeIPv4 ?? flow.icmpCodeIPv6 ?? 0],
  flags: flow.tcpControlBits ?? 0,
  bytes: flow.octetDeltaCount,
  vlan: flow.vlanId ?? 0,
})

describe('tshark', () => {
  // Of the sampled case tshark reads only as many records as the header counts, and softflowd counts fewer than it sends.
  test.each(cases.filter(name => name !== 'softflowd-netflow9-sampled'))('%s', name => {
    const { flows, summary } = decodeCapture(path.join(folder, name, 'export.pcap'))
    const blocks = readBlocks(readFileSync(path.join(folder, name, 'tshark.txt'), 'utf8'))
    const isSflow = name.endsWith('sflow5')
    expect(inOrder(flows.map(isSflow ? asSampleBlock : asFlowBlock))).toEqual(
      inOrder(isSflow ? blocks.map(fromSampleBlock) : blocks.flatMap(fromFlowBlock)),
    )
    expect(summary).toMatchObject({ rejected: 0, waiting: 0 })
  })
})
