import { createFlowBatch, fragmentBit } from '#flow/flow-batch.ts'
import type { FlowBatch } from '#flow/flow-batch.ts'

// Attacks and usual traffic to one host, each packet a flow, made from a seed: shapes that are known from the literature, with
// numbers of our own. A chance is a fixed sequence, so a test sees the same packets every time.

export interface MadePacket {
  source: number
  protocol: number
  sourcePort: number
  destinationPort: number
  length: number
  tcpFlags?: number
  icmpType?: number
  fragment?: number
}

/** Numbers from 0 to `below` - 1, evenly (mulberry32). */
export type Dice = (below: number) => number

export function createDice(seed: number): Dice {
  let state = seed >>> 0
  return below => {
    state = (state + 0x6d2b_79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000) * below)
  }
}

/** 192.0.2.10 */
const victim = 0xc000_020a
const [syn, ack, push, fin, rst] = [2, 16, 8, 1, 4]

/** Any address that is routed. */
const anywhere = (dice: Dice): number => ((1 + dice(222)) * 0x100_0000 + dice(0x100_0000)) >>> 0
const among = (dice: Dice, count: number, base: number): number => (base + Math.imul(dice(count), 2_654_435) + 7) >>> 0
const ephemeral = (dice: Dice): number => 32_768 + dice(28_232)
const pick = <Value>(dice: Dice, values: readonly Value[]): Value => values[dice(values.length)]!

/** Packets of an answer of `bytes`, in fragments of 1500: the first has the ports. */
function* fragmented(packet: MadePacket, bytes: number): Generator<MadePacket> {
  if (bytes <= 1500) return yield { ...packet, length: bytes }
  yield { ...packet, length: 1500, fragment: fragmentBit.firstFragment }
  for (let rest = bytes - 1500; rest > 0; rest -= 1480) {
    const isLast = rest <= 1480
    const fragment = fragmentBit.isFragment | (isLast ? fragmentBit.lastFragment : 0)
    yield { ...packet, sourcePort: 0, destinationPort: 0, length: isLast ? rest + 20 : 1500, fragment }
  }
}

/** A web server's day: clients, its own resolver's answers, ssh, calls, pings, updates that it fetches, a few fragments. */
export function* usualTraffic(dice: Dice): Generator<MadePacket> {
  for (;;) {
    const client = among(dice, 4000, 0x0b00_0000)
    const port = ephemeral(dice)
    const web = { source: client, protocol: 6, sourcePort: port, destinationPort: pick(dice, [443, 443, 443, 80]) }
    const kind = dice(100)
    if (kind < 60) {
      yield { ...web, length: pick(dice, [52, 60, 60, 64]), tcpFlags: syn }
      for (let count = 4 + dice(12); count > 0; count--) yield { ...web, length: pick(dice, [40, 52, 52, 64]), tcpFlags: ack }
      for (let count = 1 + dice(3); count > 0; count--) yield { ...web, length: 120 + dice(1300), tcpFlags: ack | push }
      yield { ...web, length: pick(dice, [40, 52]), tcpFlags: pick(dice, [fin | ack, fin | ack, rst, rst | ack]) }
    } else if (kind < 70)
      for (let count = 2; count > 0; count--)
        yield* fragmented(
          { source: 0xcb00_7135, protocol: 17, sourcePort: 53, destinationPort: ephemeral(dice), length: 0 },
          pick(dice, [76, 92, 120, 180, 240, 480, dice(40) === 0 ? 1900 : 300]),
        )
    else if (kind < 76)
      for (let count = 10; count > 0; count--)
        yield {
          source: 0xcb00_7101,
          protocol: 6,
          sourcePort: 51_022,
          destinationPort: 22,
          length: pick(dice, [52, 88, 104, 420]),
          tcpFlags: ack | push,
        }
    else if (kind < 84)
      for (let count = 20; count > 0; count--)
        yield { source: client, protocol: 17, sourcePort: port, destinationPort: 443, length: pick(dice, [68, 80, 300, 1250, 1280]) }
    else if (kind < 88)
      for (let count = 25; count > 0; count--)
        yield {
          source: among(dice, 9, 0x1700_0000),
          protocol: 6,
          sourcePort: 443,
          destinationPort: port,
          length: pick(dice, [1500, 1500, 1500, 52, 800]),
          tcpFlags: ack,
        }
    else if (kind < 91) yield { source: client, protocol: 6, sourcePort: 443, destinationPort: port, length: 60, tcpFlags: syn | ack }
    else if (kind < 94) yield { source: client, protocol: 1, sourcePort: 0, destinationPort: 0, length: 84, icmpType: 8 }
    else if (kind < 96) yield { source: 0xcb00_7123, protocol: 17, sourcePort: 123, destinationPort: 123, length: 76 }
    else
      for (let count = 30; count > 0; count--)
        yield {
          source: among(dice, 60, 0x2d00_0000),
          protocol: 17,
          sourcePort: 20_000 + dice(9000),
          destinationPort: 16_384 + dice(4000),
          length: pick(dice, [80, 200, 200, 214]),
        }
  }
}

/** Answers of open servers, larger ones in fragments. */
export function* amplification(
  dice: Dice,
  { port, sizes, servers = 3000 }: { port: number; sizes: readonly number[]; servers?: number },
): Generator<MadePacket> {
  for (;;) {
    const answer = {
      source: among(dice, servers, 0x5000_0000),
      protocol: 17,
      sourcePort: port,
      destinationPort: 1024 + dice(64_000),
      length: 0,
    }
    yield* fragmented(answer, pick(dice, sizes) + dice(16))
  }
}

/** From everywhere, of a tool that always makes the same packet; `port` of the target, or any. */
export function* spoofedSynFlood(dice: Dice, { port, length }: { port: number | 'any'; length: number }): Generator<MadePacket> {
  for (;;)
    yield {
      source: anywhere(dice),
      protocol: 6,
      sourcePort: dice(65_536),
      destinationPort: port === 'any' ? dice(65_536) : port,
      length,
      tcpFlags: syn,
    }
}

/** Packets of any length to any port, from a botnet's own addresses. */
export function* udpFlood(dice: Dice, { lengths, port }: { lengths: readonly [number, number]; port?: number }): Generator<MadePacket> {
  for (;;)
    yield {
      source: anywhere(dice),
      protocol: 17,
      sourcePort: 1024 + dice(64_000),
      destinationPort: port ?? dice(65_536),
      length: lengths[0] + dice(lengths[1] - lengths[0] + 1),
    }
}

/** Connections' packets without a connection, all of one network. */
export function* ackFlood(dice: Dice, { network, length }: { network: number; length: number }): Generator<MadePacket> {
  for (;;) yield { source: (network + dice(256)) >>> 0, protocol: 6, sourcePort: dice(65_536), destinationPort: 443, length, tcpFlags: ack }
}

export function* pingFlood(dice: Dice, { length }: { length: number }): Generator<MadePacket> {
  for (;;) yield { source: anywhere(dice), protocol: 1, sourcePort: 0, destinationPort: 0, length, icmpType: 8 }
}

/** Turns about: `weights` packets of each. */
export function* together(sources: readonly Generator<MadePacket>[], weights: readonly number[]): Generator<MadePacket> {
  for (;;)
    for (const [index, source] of sources.entries())
      for (let count = weights[index]!; count > 0; count--) yield source.next().value as MadePacket
}

/** A batch of so many packets to the victim, ten thousand a second from `startMs` on. */
export function takePackets(packets: Generator<MadePacket>, count: number, startMs = 0): FlowBatch {
  const batch = createFlowBatch(count)
  for (let row = 0; row < count; row++) {
    const packet = packets.next().value as MadePacket
    batch.family[row] = 4
    batch.source[row * 4] = packet.source
    batch.destination[row * 4] = victim
    batch.protocol[row] = packet.protocol
    batch.sourcePort[row] = packet.sourcePort
    batch.destinationPort[row] = packet.destinationPort
    batch.tcpFlags[row] = packet.tcpFlags ?? 0
    batch.icmpType[row] = packet.icmpType ?? 0
    batch.fragment[row] = packet.fragment ?? 0
    batch.packets[row] = 1
    batch.bytes[row] = packet.length
    batch.start[row] = batch.end[row] = startMs + row / 10
  }
  batch.length = count
  return batch
}
