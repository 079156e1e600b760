import { encodeNetflow5 } from '#generate/encode-netflow5.ts'
import { encodeEthernet, encodeIp, encodeTcp, encodeUdp } from '#generate/encode-packet.ts'
import { encodeSflow5, sampledHeader } from '#generate/encode-sflow5.ts'
import { encodeIpfix, encodeNetflow9 } from '#generate/encode-templated.ts'
import type { EncodedSet, FieldSpecifier, FieldValue } from '#generate/encode-templated.ts'

// The datagrams that the load consists of: ordinary traffic in and out of 16,384 hosts, heavy-tailed, one in six IPv6, made
// from a fixed seed. Of a protocol all have one length, so that they can be sent in segments.

export const protocols = ['netflow5', 'netflow9', 'ipfix', 'sflow'] as const
export type LoadProtocol = (typeof protocols)[number]

/** Records or samples in a datagram, as routers fill them. */
export const recordsOf: Record<LoadProtocol, number> = { netflow5: 30, netflow9: 24, ipfix: 24, sflow: 7 }
/** What the load says of sampling. */
export const samplingRateOf: Record<LoadProtocol, number> = { netflow5: 1000, netflow9: 1, ipfix: 1, sflow: 1000 }
/** What a datagram's sequence number goes on by: NetFlow v9 and sFlow count datagrams. */
export const sequenceStepOf: Record<LoadProtocol, number> = { netflow5: 30, netflow9: 1, ipfix: 24, sflow: 1 }
/** Byte of the sequence number, and of the exporter's clock in seconds (none in sFlow). */
export const sequenceAt: Record<LoadProtocol, number> = { netflow5: 16, netflow9: 12, ipfix: 8, sflow: 16 }
export const secondsAt: Record<LoadProtocol, number> = { netflow5: 8, netflow9: 8, ipfix: 4, sflow: -1 }

const hosts = 16_384
const uptimeMs = 3_600_000
const ipv6Records = 4

/** xorshift32: the same load every time. */
function createRandom(seed: number): (below: number) => number {
  let state = seed
  return below => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return Math.floor(((state >>> 0) / 0x1_0000_0000) * below)
  }
}

interface Flow {
  source: string
  destination: string
  sourcePort: number
  destinationPort: number
  protocol: number
  tcpFlags: number
  packets: number
  bytes: number
  durationMs: number
  input: number
  output: number
  sourceAs: number
  destinationAs: number
}

const services = [443, 443, 443, 443, 80, 53, 53, 22, 25, 123, 993, 3389, 8443, 5060, 1194, 445]
const flags = [27, 27, 24, 16, 2, 18, 19, 20]

function makeFlow(random: (below: number) => number, is6: boolean): Flow {
  const share = random(1_000_000) / 1_000_000
  const host = Math.floor(hosts * share ** 3)
  const inside = is6 ? `2001:db8:0:1::${host.toString(16)}` : `10.10.${host >>> 8}.${host & 255}`
  const outside = is6
    ? `2a00:${random(65_536).toString(16)}:${random(65_536).toString(16)}::${(1 + random(65_535)).toString(16)}`
    : `${11 + random(110)}.${random(256)}.${random(256)}.${random(256)}`
  const isOut = random(100) < 45
  const service = services[random(services.length)]!
  const [servicePort, ownPort] = [service, 32_768 + random(28_000)]
  const isTcp = ![53, 123, 1194, 5060].includes(service)
  const packets = 1 + random(40)
  return {
    source: isOut ? inside : outside,
    destination: isOut ? outside : inside,
    sourcePort: isOut ? ownPort : servicePort,
    destinationPort: isOut ? servicePort : ownPort,
    protocol: isTcp ? 6 : 17,
    tcpFlags: isTcp ? flags[random(flags.length)]! : 0,
    packets,
    bytes: packets * (64 + random(1300)),
    durationMs: random(30_000),
    input: 1 + random(48),
    output: 1 + random(48),
    sourceAs: 1000 + random(60_000),
    destinationAs: 1000 + random(60_000),
  }
}

const fieldsOf = (protocol: 'netflow9' | 'ipfix', is6: boolean): FieldSpecifier[] => {
  const address = is6 ? 16 : 4
  const common = [
    { id: is6 ? 27 : 8, length: address },
    { id: is6 ? 28 : 12, length: address },
    { id: 7, length: 2 },
    { id: 11, length: 2 },
    { id: 4, length: 1 },
    { id: 6, length: 1 },
    { id: 1, length: protocol === 'ipfix' ? 8 : 4 },
    { id: 2, length: protocol === 'ipfix' ? 8 : 4 },
  ]
  const times =
    protocol === 'ipfix'
      ? [
          { id: 152, length: 8 },
          { id: 153, length: 8 },
        ]
      : [
          { id: 22, length: 4 },
          { id: 21, length: 4 },
        ]
  const rest = [10, 14, 16, 17].map(id => ({ id, length: 4 }))
  const routed =
    protocol === 'netflow9'
      ? [
          { id: 5, length: 1 },
          { id: is6 ? 29 : 9, length: 1 },
          { id: is6 ? 30 : 13, length: 1 },
          { id: 61, length: 1 },
        ]
      : []
  return [...common, ...times, ...rest, ...routed]
}

function recordOf(flow: Flow, protocol: 'netflow9' | 'ipfix', exportMs: number): FieldValue[] {
  const { source, destination, sourcePort, destinationPort, tcpFlags, packets, bytes, input, output, sourceAs, destinationAs } = flow
  const lastMs = protocol === 'ipfix' ? exportMs - 5 : uptimeMs - 5
  const head = [source, destination, sourcePort, destinationPort, flow.protocol, tcpFlags, bytes, packets, lastMs - flow.durationMs, lastMs]
  return [...head, input, output, sourceAs, destinationAs, ...(protocol === 'netflow9' ? [0, 24, 16, 0] : [])]
}

const templateId = (is6: boolean): number => (is6 ? 257 : 256)

/** What a collector needs to hear first; undefined where the protocol has no templates. */
export function makeTemplates(protocol: LoadProtocol, exportSeconds: number): Uint8Array | undefined {
  if (protocol !== 'netflow9' && protocol !== 'ipfix') return undefined
  const templates = [false, true].map(is6 => ({ id: templateId(is6), fields: fieldsOf(protocol, is6) }))
  const header = { exportSeconds, sequence: 0, domain: 1, uptimeMs }
  return (protocol === 'ipfix' ? encodeIpfix : encodeNetflow9)(header, [{ kind: 'templates', templates }])
}

/** `count` datagrams of the protocol, all of one length. */
export function makeDatagrams(protocol: LoadProtocol, count: number, exportSeconds: number): Uint8Array[] {
  const random = createRandom(0x2545_f491)
  return Array.from({ length: count }, () => makeDatagram(protocol, random, exportSeconds))
}

function makeDatagram(protocol: LoadProtocol, random: (below: number) => number, exportSeconds: number): Uint8Array {
  const records = recordsOf[protocol]
  if (protocol === 'netflow5') {
    const flows = Array.from({ length: records }, () => {
      const { durationMs, ...flow } = makeFlow(random, false)
      return { ...flow, firstMs: uptimeMs - 5 - durationMs, lastMs: uptimeMs - 5 }
    })
    return encodeNetflow5({ uptimeMs, exportSeconds, engine: 1, sampling: 0x4000 | samplingRateOf.netflow5 }, flows)
  }
  if (protocol === 'sflow') {
    const samples = Array.from({ length: records }, (_, index) => {
      const flow = makeFlow(random, index === 0)
      const frameBytes = Math.min(1514, Math.max(128, Math.round(flow.bytes / flow.packets)))
      const payload = new Uint8Array(frameBytes - (index === 0 ? 74 : 54))
      const { sourcePort, destinationPort, tcpFlags } = flow
      const transport =
        flow.protocol === 6
          ? new Uint8Array([...encodeTcp(sourcePort, destinationPort, tcpFlags), ...payload])
          : encodeUdp(sourcePort, destinationPort, new Uint8Array(payload.length + 12))
      const packet = encodeEthernet(index === 0 ? 0x86dd : 0x0800, encodeIp(flow, transport))
      return { kind: 'flow' as const, rate: samplingRateOf.sflow, input: flow.input, output: flow.output, parts: [sampledHeader(packet)] }
    })
    return encodeSflow5({ agent: '127.0.0.1', sequence: 0, uptimeMs }, samples)
  }
  const sets = [false, true].map((is6): EncodedSet => {
    const flows = Array.from({ length: is6 ? ipv6Records : records - ipv6Records }, () => makeFlow(random, is6))
    return {
      kind: 'data',
      id: templateId(is6),
      fields: fieldsOf(protocol, is6),
      records: flows.map(flow => recordOf(flow, protocol, exportSeconds * 1000)),
    }
  })
  const header = { exportSeconds, sequence: 0, domain: 1, uptimeMs }
  return (protocol === 'ipfix' ? encodeIpfix : encodeNetflow9)(header, sets)
}
