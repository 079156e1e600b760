import { emptyBatch } from '../flow/flow-batch.ts'
import type { FlowBatch } from '../flow/flow-batch.ts'
import { attackShapes } from './attack-shapes.ts'
import type { AttackShape, VectorName } from './attack-shapes.ts'
import { createOrdinaryTraffic } from './ordinary-traffic.ts'
import type { OrdinaryNetwork } from './ordinary-traffic.ts'
import { createRandom } from './random.ts'
import { writeFlow } from './write-flow.ts'
import type { Upper } from './write-flow.ts'

// Labelled traffic: a network's ordinary flows over hours (ordinary-traffic.ts), and attacks whose vector, target and time are
// known. What an exporter does to it is done too: sampling, reports at the end of a flow or after its active timeout.

export interface ScenarioAttack {
  /** The vector that a detector should name. */
  vector: VectorName
  /** Where its packets differ from what the vector usually looks like. */
  shape?: Partial<AttackShape>
  /** First address of the target, its last 32-bit word, and how many addresses from there on. */
  target: number
  hosts?: number
  /** Upper words of the target's address, if it is IPv6. */
  upper?: Upper | undefined
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
  /** When a day begins: traffic is least then and most at noon. */
  startMs: number
  networks: readonly OrdinaryNetwork[]
  /** Flows to the hosts that end in a second at noon; a third of it at midnight. Nearly as many go out. */
  flowsPerSecond: number
  /** One packet in so many is looked at. */
  samplingRate?: number
  /** A flow that lasts longer is told in parts. */
  activeTimeoutMs?: number
  /** Exporters look only at what comes in, as many at a border do. */
  isIncomingOnly?: boolean
  attacks?: readonly ScenarioAttack[]
}

/** Records that an attack's packets of a tick are told in, at most. */
const maxRecordsPerTick = 400
/** Attackers and amplifiers lie in 198.18.0.0/15 (RFC 2544) as long as they find room there. */
const firstOther = 0xc612_0000
const reservedOthers = 131_072
/** A prime, so that neighbours are none. */
const stride = 7919

export interface Scenario {
  /** Writes what exporters tell between two times, and hands the batch on when it is full and at the end. */
  write(batch: FlowBatch, fromMs: number, toMs: number, deliver: (batch: FlowBatch) => void): void
}

export function createScenario(options: ScenarioOptions): Scenario {
  const { startMs, networks, flowsPerSecond, samplingRate = 1, activeTimeoutMs = 60_000, isIncomingOnly = false, attacks = [] } = options
  const random = createRandom(options.seed)
  const ordinary = createOrdinaryTraffic(random, {
    networks,
    flowsPerSecond,
    dayStartMs: startMs,
    samplingRate,
    activeTimeoutMs,
    isIncomingOnly,
  })

  function chooseOther(count: number): number {
    if (count === Infinity) return random.below(0xe000_0000)
    const number = random.below(count) * stride
    return count <= reservedOthers ? firstOther + (number % reservedOthers) : 0x0100_0000 + number
  }

  function attackFlows(batch: FlowBatch, attack: ScenarioAttack, fromMs: number, toMs: number, room: () => void): void {
    const begin = Math.max(fromMs, attack.startMs)
    const end = Math.min(toMs, attack.endMs)
    if (end <= begin) return
    if (attack.pulses && (begin - attack.startMs) % attack.pulses.everyMs >= attack.pulses.onMs) return
    const growth = attack.isRamp ? (begin - attack.startMs) / (attack.endMs - attack.startMs) : 1
    const packets = random.poisson((attack.packetsPerSecond * growth * (end - begin)) / 1000)
    const shape: AttackShape = { ...attackShapes[attack.vector], ...attack.shape }
    const records = Math.min(maxRecordsPerTick, packets)
    for (let record = 0; record < records; record++) {
      room()
      writeFlow(batch, random, samplingRate, shape, {
        other: chooseOther(shape.others),
        host: attack.target + random.below(attack.hosts ?? 1),
        upper: attack.upper,
        isOutgoing: shape.isOutgoing ?? false,
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
      ordinary.write(batch, fromMs, toMs, room)
      for (const attack of attacks) attackFlows(batch, attack, fromMs, toMs, room)
      deliver(batch)
      emptyBatch(batch)
    },
  }
}
