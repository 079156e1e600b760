import type { FlowBatch } from '../flow/flow-batch.ts'
import type { Shape } from './attack-shapes.ts'
import type { Random } from './random.ts'
import { writeFlow } from './write-flow.ts'
import type { Upper } from './write-flow.ts'

// A network's ordinary traffic: conversations of hosts with others, both directions told as flows of their own, with a day's rise
// and fall. One that lasts longer than the exporter's active timeout is told in parts, one after each timeout.

export interface OrdinaryNetwork {
  /** Last word of the first host's address, and how many hosts there are. The first few have most of the traffic. */
  firstHost: number
  hosts: number
  /** Upper words of their addresses, where these are IPv6. */
  upper?: Upper | undefined
}

interface Application {
  /** In a hundred conversations. */
  share: number
  protocol: number
  port?: number
  /** Mean length of packets, to whoever asked and from there. */
  answerBytes: number
  askBytes: number
  /** About the median of its packets; none is a single one. */
  packets?: number
  tcpFlags?: number
  icmpType?: number
  /** Nobody answers. */
  isOneWay?: true
}

const tcpFlags = 0x1b

const applications: readonly Application[] = [
  { share: 34, protocol: 6, port: 443, answerBytes: 1100, askBytes: 200, packets: 12, tcpFlags },
  { share: 14, protocol: 17, port: 443, answerBytes: 1050, askBytes: 140, packets: 14 },
  { share: 7, protocol: 6, port: 80, answerBytes: 900, askBytes: 220, packets: 8, tcpFlags },
  { share: 25, protocol: 17, port: 53, answerBytes: 180, askBytes: 70 },
  { share: 3, protocol: 17, port: 123, answerBytes: 76, askBytes: 76 },
  { share: 3, protocol: 6, port: 25, answerBytes: 120, askBytes: 900, packets: 14, tcpFlags },
  { share: 2, protocol: 6, port: 993, answerBytes: 700, askBytes: 120, packets: 20, tcpFlags },
  { share: 1, protocol: 6, port: 22, answerBytes: 180, askBytes: 110, packets: 60, tcpFlags },
  { share: 2, protocol: 17, port: 16_384, answerBytes: 200, askBytes: 200, packets: 200 },
  { share: 1, protocol: 50, answerBytes: 800, askBytes: 300, packets: 40 },
  { share: 3, protocol: 1, icmpType: 8, answerBytes: 84, askBytes: 84 },
  // Scanners and connections that nobody answered: the background noise of the internet.
  { share: 5, protocol: 6, answerBytes: 60, askBytes: 60, tcpFlags: 2, isOneWay: true },
]
const shares = applications.reduce((sum, { share }) => sum + share, 0)

/** The other ends of conversations lie in 198.18.0.0/15, which is for tests of networks (RFC 2544). */
const firstOther = 0xc612_0000
const others = 131_072
/** Conversations that go on beyond the active timeout and are told again; one more is cut at its timeout. */
const maxLong = 16_384
const longestMs = 3_600_000
/** The most packets and the briefest pause between two: no conversation is an attack. */
const maxPackets = 100_000
const dayMs = 86_400_000

interface LongFlow {
  nextMs: number
  /** Parts that are still to be told, of so many packets each. */
  parts: number
  packets: number
  /** Ports are fixed, so that its parts are the same flow. */
  shape: Shape
  host: number
  other: number
  upper: Upper | undefined
  isOutgoing: boolean
}

export interface OrdinaryTraffic {
  write(batch: FlowBatch, fromMs: number, toMs: number, room: () => void): void
}

/** `flowsPerSecond` to the hosts end at noon of the day that begins at `dayStartMs`, a third of it at midnight; nearly as many go out. */
export function createOrdinaryTraffic(
  random: Random,
  options: {
    networks: readonly OrdinaryNetwork[]
    flowsPerSecond: number
    dayStartMs: number
    samplingRate: number
    activeTimeoutMs: number
    isIncomingOnly: boolean
  },
): OrdinaryTraffic {
  const { networks, flowsPerSecond, dayStartMs, samplingRate, activeTimeoutMs, isIncomingOnly } = options
  const long: LongFlow[] = []

  function chooseApplication(): Application {
    let left = random.next() * shares
    for (const application of applications) {
      left -= application.share
      if (left < 0) return application
    }
    return applications[0]!
  }

  function writeConversation(batch: FlowBatch, endMs: number, room: () => void): void {
    const { firstHost, hosts, upper } = networks[networks.length === 1 ? 0 : random.below(networks.length)]!
    // The square puts most of the traffic on the first hosts.
    const host = firstHost + Math.floor(random.next() ** 2 * hosts)
    const other = firstOther + random.below(others)
    const application = chooseApplication()
    const { protocol, port, packets: median, icmpType } = application
    const ephemeral = 32_768 + random.below(28_000)
    // Of two conversations one is of a server of ours, the other one of a client; who asked is the client.
    const isServer = application.isOneWay === true || random.next() < 0.5
    const packets = median === undefined ? 1 + random.below(2) : Math.ceil(Math.min(maxPackets, random.logNormal(median, 1.6)))
    const lastedMs = packets === 1 ? 0 : Math.min(longestMs, Math.max(20, packets * random.logNormal(40, 1)))
    const hasPorts = protocol === 6 || protocol === 17
    for (const isAnswer of application.isOneWay ? [false] : [false, true]) {
      if (isIncomingOnly && isAnswer === isServer) continue
      const shape: Shape = { protocol, bytes: isAnswer ? application.answerBytes : application.askBytes }
      if (hasPorts) {
        const service = port ?? 1024 + (ephemeral % 9000)
        shape.sourcePort = isAnswer ? service : ephemeral
        shape.destinationPort = isAnswer ? ephemeral : service
      }
      if (application.tcpFlags !== undefined) shape.tcpFlags = application.tcpFlags
      if (icmpType !== undefined) shape.icmpType = isAnswer ? 0 : icmpType
      const flow = { host, other, upper, isOutgoing: isAnswer === isServer }
      const parts = lastedMs > activeTimeoutMs ? Math.ceil(lastedMs / activeTimeoutMs) : 1
      if (parts === 1) {
        room()
        writeFlow(batch, random, samplingRate, shape, { ...flow, packets, endMs, lastedMs })
        continue
      }
      // Parts in the middle of a connection have nothing but ACK; its beginning is long past.
      const part: LongFlow = { ...flow, shape, nextMs: endMs, parts, packets: Math.ceil(packets / parts) }
      if (long.length < maxLong) long.push(part)
      else part.parts = 1
      writePart(batch, part, room)
    }
  }

  function writePart(batch: FlowBatch, part: LongFlow, room: () => void): void {
    const { host, other, upper, isOutgoing, packets, nextMs } = part
    part.parts--
    const shape = part.shape.protocol === 6 && part.parts > 0 ? { ...part.shape, tcpFlags: 0x18 } : part.shape
    room()
    writeFlow(batch, random, samplingRate, shape, { host, other, upper, isOutgoing, packets, endMs: nextMs, lastedMs: activeTimeoutMs })
    part.nextMs += activeTimeoutMs
  }

  return {
    write(batch, fromMs, toMs, room) {
      for (let index = 0; index < long.length;) {
        const part = long[index]!
        while (part.parts > 0 && part.nextMs < toMs) writePart(batch, part, room)
        if (part.parts > 0) index++
        else {
          long[index] = long.at(-1)!
          long.pop()
        }
      }
      const noon = 0.5 - 0.5 * Math.cos((2 * Math.PI * ((fromMs - dayStartMs) % dayMs)) / dayMs)
      const conversations = random.poisson((flowsPerSecond * (1 / 3 + (2 / 3) * noon) * (toMs - fromMs)) / 1000)
      for (let one = 0; one < conversations; one++) writeConversation(batch, fromMs + random.next() * (toMs - fromMs), room)
    },
  }
}
