import { emptyBatch, fragmentBit } from '../flow/flow-batch.ts'
import type { FlowBatch } from '../flow/flow-batch.ts'
import { createRandom } from './random.ts'

// Labelled traffic: a network's ordinary flows over hours, with a day's rise and fall, and attacks whose vector, target and
// time are known. What an exporter does to it is done too: sampling, reports at the end of a flow or after its active timeout.

export interface ScenarioAttack {
  /** The vector that a detector should name. */
  vector: keyof typeof shapes
  /** First address of the target, as a 32-bit word, and how many addresses from there on. */
  target: number
  hosts?: number
  startMs: number
  endMs: number
  packetsPerSecond: number
  /** Active for `onMs` in every `everyMs`; else all the time. */
  pulses?: { onMs: number; everyMs: number }
  /** Grows from nothing to its rate over its time. */
  isRamp?: boolean
}

export interface ScenarioOptions {
  seed: number
  startMs: number
  /** First address of the hosts, a 32-bit word, and how many there are. A few have most of the traffic. */
  firstHost: number
  hosts: number
  /** Flows that end in a second at noon, over all hosts; a third of it at midnight. */
  flowsPerSecond: number
  /** One packet in so many is looked at. */
  samplingRate?: number
  /** A flow that lasts longer is told in parts. */
  activeTimeoutMs?: number
  attacks?: readonly ScenarioAttack[]
}

interface Shape {
  protocol: number
  bytes: number
  /** Where attack packets come from: so many addresses, or any. */
  sources: number
  sourcePort?: number
  destinationPort?: number
  tcpFlags?: number
  fragment?: number
}

/** What each vector looks like in flows. */
const shapes = {
  'syn-flood': { protocol: 6, bytes: 60, sources: Infinity, destinationPort: 443, tcpFlags: 2 },
  'syn-ack-reflection': { protocol: 6, bytes: 60, sources: 4000, sourcePort: 443, tcpFlags: 0x12 },
  'ack-flood': { protocol: 6, bytes: 54, sources: 3000, destinationPort: 443, tcpFlags: 0x10 },
  'rst-flood': { protocol: 6, bytes: 54, sources: 3000, destinationPort: 443, tcpFlags: 4 },
  'udp-flood': { protocol: 17, bytes: 900, sources: 500, destinationPort: 80 },
  'icmp-flood': { protocol: 1, bytes: 1000, sources: 800 },
  'fragment-flood': { protocol: 17, bytes: 1500, sources: 1500, fragment: fragmentBit.isFragment },
  'protocol-flood': { protocol: 47, bytes: 600, sources: 400 },
  'dns-reflection': { protocol: 17, bytes: 1400, sources: 3000, sourcePort: 53 },
  'ntp-reflection': { protocol: 17, bytes: 468, sources: 1000, sourcePort: 123 },
  'cldap-reflection': { protocol: 17, bytes: 1500, sources: 700, sourcePort: 389 },
  'ssdp-reflection': { protocol: 17, bytes: 320, sources: 2000, sourcePort: 1900 },
  'memcached-reflection': { protocol: 17, bytes: 1400, sources: 60, sourcePort: 11_211 },
  'carpet-bombing': { protocol: 17, bytes: 500, sources: 2000, destinationPort: 53 },
  'many-sources': { protocol: 6, bytes: 300, sources: 40_000, destinationPort: 443, tcpFlags: 0x1b },
} as const satisfies Record<string, Shape>

/** Records that an attack's packets of a tick are told in, at most. */
const maxRecordsPerTick = 400
const dayMs = 86_400_000

export interface Scenario {
  /** Writes what exporters tell between two times, and hands the batch on when it is full and at the end. */
  write(batch: FlowBatch, fromMs: number, toMs: number, deliver: (batch: FlowBatch) => void): void
}

export function createScenario(options: ScenarioOptions): Scenario {
  const { startMs, firstHost, hosts, flowsPerSecond, samplingRate = 1, activeTimeoutMs = 60_000, attacks = [] } = options
  const random = createRandom(options.seed)

  /** Writes a flow as its exporter saw it; nothing when sampling missed it. */
  function writeRow(
    batch: FlowBatch,
    shape: Shape,
    flow: { source: number; host: number; packets: number; endMs: number; lastedMs: number },
  ): void {
    const looked = samplingRate === 1 ? flow.packets : random.poisson(flow.packets / samplingRate)
    if (looked === 0) return
    const row = batch.length++
    batch.family[row] = 4
    batch.source[row * 4] = flow.source
    batch.destination[row * 4] = flow.host
    batch.protocol[row] = shape.protocol
    const hasPorts = shape.protocol === 6 || (shape.protocol === 17 && !shape.fragment)
    batch.sourcePort[row] = hasPorts ? (shape.sourcePort ?? 1024 + random.below(60_000)) : 0
    batch.destinationPort[row] = hasPorts ? (shape.destinationPort ?? 1024 + random.below(60_000)) : 0
    batch.tcpFlags[row] = shape.tcpFlags ?? 0
    batch.fragment[row] = shape.fragment ?? 0
    batch.samplingRate[row] = samplingRate
    batch.packets[row] = looked * samplingRate
    batch.bytes[row] = looked * samplingRate * shape.bytes
    // Of one packet that was looked at nobody knows how long its flow took.
    batch.end[row] = flow.endMs
    batch.start[row] = flow.endMs - (looked === 1 ? 0 : flow.lastedMs)
  }

  function ordinaryFlow(batch: FlowBatch, endMs: number): void {
    // The square puts most of the traffic on the first hosts.
    const host = firstHost + Math.floor(random.next() ** 2 * hosts)
    const source = 0x0800_0000 + random.below(200_000)
    const chance = random.next()
    const flow = { source, host, endMs, packets: 1, lastedMs: 0 }
    if (chance < 0.25)
      return writeRow(batch, { protocol: 17, bytes: 180, sources: 1, sourcePort: 53 }, { ...flow, packets: 1 + random.below(2) })
    // Scanners and connections that were not answered: the background noise of the internet.
    if (chance < 0.28) return writeRow(batch, { protocol: 6, bytes: 60, sources: 1, tcpFlags: 2 }, flow)
    if (chance < 0.3) return writeRow(batch, { protocol: 1, bytes: 84, sources: 1 }, { ...flow, packets: 1 + random.below(5) })
    const packets = Math.ceil(Math.min(100_000, random.logNormal(12, 1.8)))
    const lastedMs = Math.min(activeTimeoutMs, Math.max(20, packets * random.logNormal(40, 1)))
    if (chance < 0.4) return writeRow(batch, { protocol: 17, bytes: 900, sources: 1, destinationPort: 443 }, { ...flow, packets, lastedMs })
    // Parts of a connection that lasts longer than the timeout may have nothing but ACK.
    const tcpFlags = lastedMs >= activeTimeoutMs && random.next() < 0.5 ? 0x10 : 0x1b
    writeRow(batch, { protocol: 6, bytes: 700, sources: 1, destinationPort: 443, tcpFlags }, { ...flow, packets, lastedMs })
  }

  function attackFlows(batch: FlowBatch, attack: ScenarioAttack, fromMs: number, toMs: number, room: () => void): void {
    const begin = Math.max(fromMs, attack.startMs)
    const end = Math.min(toMs, attack.endMs)
    if (end <= begin) return
    if (attack.pulses && (begin - attack.startMs) % attack.pulses.everyMs >= attack.pulses.onMs) return
    const growth = attack.isRamp ? (begin - attack.startMs) / (attack.endMs - attack.startMs) : 1
    const packets = random.poisson((attack.packetsPerSecond * growth * (end - begin)) / 1000)
    const shape: Shape = shapes[attack.vector]
    const records = Math.min(maxRecordsPerTick, packets)
    for (let record = 0; record < records; record++) {
      room()
      const number = shape.sources === Infinity ? random.below(0xe000_0000) : 0x1000_0000 + random.below(shape.sources) * 7919
      writeRow(batch, shape, {
        source: number,
        host: attack.target + random.below(attack.hosts ?? 1),
        packets: Math.floor(((record + 1) * packets) / records) - Math.floor((record * packets) / records),
        endMs: end,
        lastedMs: end - begin,
      })
    }
  }

  return {
    write(batch, fromMs, toMs, deliver) {
      const room = (): void => {
        if (batch.length < batch.capacity) return
        deliver(batch)
        emptyBatch(batch)
      }
      const noon = 0.5 - 0.5 * Math.cos((2 * Math.PI * ((fromMs - startMs) % dayMs)) / dayMs)
      const flows = random.poisson((flowsPerSecond * (1 / 3 + (2 / 3) * noon) * (toMs - fromMs)) / 1000)
      for (let flow = 0; flow < flows; flow++) {
        room()
        ordinaryFlow(batch, fromMs + random.next() * (toMs - fromMs))
      }
      for (const attack of attacks) attackFlows(batch, attack, fromMs, toMs, room)
      deliver(batch)
      emptyBatch(batch)
    },
  }
}
