import { protocolNumber } from '../packet/packet-headers.ts'

// What a host may receive when nobody has looked yet: a rule that would hit much of it is a wide rule. The weights are coarse on
// purpose: they order rules where the target's usual traffic says nothing, and say nothing where it does. A last part is spread
// over everything, so that of two rules that cover the same attack the narrower one is better.

export interface AssumedPacket {
  protocol: number
  sourcePort: number
  destinationPort: number
  tcpFlags: number
  icmpType: number
  length: number
  isLaterFragment: boolean
  weight: number
}

interface Kind {
  weight: number
  protocol: number
  /** Of the other side; 'any' is an ephemeral port. */
  from: readonly number[] | 'any'
  to: readonly number[] | 'any'
  /** Bytes of the packet: those that are typical, or a spread from one to another. */
  lengths: readonly number[] | { from: number; to: number }
  flags?: readonly number[]
  isLaterFragment?: boolean
}

const { tcp, udp, icmp } = protocolNumber
const [syn, synAck, ack, pushAck, finAck, rst] = [0x02, 0x12, 0x10, 0x18, 0x11, 0x04]
const webPorts = [443, 80]
const serverPorts = [22, 25, 53, 143, 179, 465, 587, 993, 1194, 1883, 3306, 3389, 5060, 5432, 8080, 8443]
/** At least one in each range of ports that a rule may name (`usualBorders` in vocabulary.ts), most where systems take them from. */
const ephemeral = [2000, 10_000, 18_000, 22_000, 28_000, 35_000, 38_000, 42_000, 46_000, 50_000, 53_000, 57_000, 60_500, 63_000]
const everywhere = [7, 300, 900, 2500, 9000, 17_000, 22_500, 30_000, 42_000, 55_000, 64_000]

const kinds: readonly Kind[] = [
  // Connections of clients to services of this host, and of this host to services elsewhere.
  { weight: 0.14, protocol: tcp, from: 'any', to: webPorts, lengths: [40, 46, 52, 52, 64, 72], flags: [ack] },
  { weight: 0.08, protocol: tcp, from: 'any', to: webPorts, lengths: { from: 100, to: 1500 }, flags: [pushAck] },
  { weight: 0.04, protocol: tcp, from: 'any', to: webPorts, lengths: [48, 52, 60, 60, 64], flags: [syn] },
  { weight: 0.03, protocol: tcp, from: 'any', to: webPorts, lengths: [40, 52], flags: [finAck, rst] },
  {
    weight: 0.16,
    protocol: tcp,
    from: webPorts,
    to: 'any',
    lengths: [1300, 1400, 1420, 1440, 1460, 1492, 1500, 1500],
    flags: [ack, pushAck],
  },
  { weight: 0.06, protocol: tcp, from: webPorts, to: 'any', lengths: { from: 40, to: 900 }, flags: [ack, pushAck] },
  { weight: 0.02, protocol: tcp, from: webPorts, to: 'any', lengths: [44, 48, 52, 60], flags: [synAck] },
  { weight: 0.01, protocol: tcp, from: webPorts, to: 'any', lengths: [40, 52], flags: [finAck, rst] },
  { weight: 0.06, protocol: tcp, from: 'any', to: serverPorts, lengths: { from: 40, to: 1500 }, flags: [ack, pushAck] },
  { weight: 0.01, protocol: tcp, from: 'any', to: serverPorts, lengths: [48, 52, 60, 60, 64], flags: [syn] },
  { weight: 0.06, protocol: tcp, from: serverPorts, to: 'any', lengths: { from: 40, to: 1500 }, flags: [ack, pushAck] },
  // QUIC both ways, answers and questions of DNS, time, calls, tunnels.
  { weight: 0.06, protocol: udp, from: [443], to: 'any', lengths: { from: 60, to: 1500 } },
  { weight: 0.04, protocol: udp, from: 'any', to: [443], lengths: { from: 60, to: 1400 } },
  { weight: 0.03, protocol: udp, from: [53], to: 'any', lengths: { from: 60, to: 512 } },
  { weight: 0.005, protocol: udp, from: [53], to: 'any', lengths: { from: 512, to: 1400 } },
  { weight: 0.01, protocol: udp, from: 'any', to: [53], lengths: { from: 50, to: 120 } },
  { weight: 0.005, protocol: udp, from: [123], to: [123, 40_000], lengths: [76] },
  { weight: 0.03, protocol: udp, from: 'any', to: 'any', lengths: { from: 60, to: 1250 } },
  { weight: 0.015, protocol: udp, from: [4500, 500, 1194, 51_820], to: [4500, 500, 1194, 51_820], lengths: { from: 100, to: 1500 } },
  { weight: 0.01, protocol: udp, from: [5060, 3478], to: [5060, 3478], lengths: { from: 100, to: 1000 } },
  { weight: 0.004, protocol: udp, from: 'any', to: 'any', lengths: { from: 60, to: 1500 }, isLaterFragment: true },
  // Echo, its answer, unreachable, time exceeded; GRE and ESP.
  { weight: 0.012, protocol: icmp, from: [0], to: [0], lengths: [56, 60, 84, 84, 92], flags: [8, 0, 3, 11] },
  { weight: 0.006, protocol: 47, from: [0], to: [0], lengths: { from: 60, to: 1500 } },
  { weight: 0.006, protocol: 50, from: [0], to: [0], lengths: { from: 80, to: 1500 } },
  // Anything.
  {
    weight: 0.02,
    protocol: tcp,
    from: everywhere,
    to: everywhere,
    lengths: { from: 40, to: 1500 },
    flags: [syn, synAck, ack, pushAck, rst, 0x14],
  },
  { weight: 0.02, protocol: udp, from: everywhere, to: everywhere, lengths: { from: 28, to: 1500 } },
]

/** Steps of a spread of lengths. */
const lengthSteps = 8

const spread = ({ from, to }: { from: number; to: number }): number[] =>
  Array.from({ length: lengthSteps }, (_, step) => Math.round(from + ((to - from) * step) / (lengthSteps - 1)))

const expand = (kind: Kind): AssumedPacket[] => {
  const [from, to] = [kind.from === 'any' ? ephemeral : kind.from, kind.to === 'any' ? ephemeral : kind.to]
  const lengths = 'from' in kind.lengths ? spread(kind.lengths) : kind.lengths
  const isLaterFragment = kind.isLaterFragment === true
  // Each port of the longer side with one of the shorter, rather than every pair.
  const pairs = Math.max(from.length, to.length)
  const packets: AssumedPacket[] = []
  for (let pair = 0; pair < pairs; pair++)
    for (const [step, length] of lengths.entries())
      for (const flags of kind.flags ?? [0])
        packets.push({
          protocol: kind.protocol,
          sourcePort: isLaterFragment ? 0 : from[pair % from.length]!,
          destinationPort: isLaterFragment ? 0 : to[(pair * 3 + step) % to.length]!,
          tcpFlags: kind.protocol === tcp ? flags : 0,
          icmpType: kind.protocol === icmp ? flags : 0,
          length,
          isLaterFragment,
          weight: kind.weight / (pairs * lengths.length * (kind.flags?.length ?? 1)),
        })
  return packets
}

const totalWeight = kinds.reduce((sum, kind) => sum + kind.weight, 0)

/** The packets, their weights summing to 1. */
export const assumedTraffic: readonly AssumedPacket[] = kinds
  .flatMap(expand)
  .map(packet => ({ ...packet, weight: packet.weight / totalWeight }))
