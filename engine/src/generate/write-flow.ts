import type { FlowBatch } from '../flow/flow-batch.ts'
import type { Shape } from './attack-shapes.ts'
import type { Random } from './random.ts'

// A flow as its exporter tells it: ports that are any are chosen, one packet in so many is looked at, and interfaces and
// autonomous systems follow from where it comes from and goes to.

/** The upper three words of IPv6 addresses. */
export type Upper = readonly [number, number, number]

export interface Flow {
  /** Last words of the addresses: the only ones in IPv4. */
  host: number
  other: number
  /** Upper words of the host's address, where it is IPv6; `otherUpper` are the others'. */
  upper: Upper | undefined
  /** From the host to the other. */
  isOutgoing: boolean
  packets: number
  endMs: number
  lastedMs: number
}

/** Others lie in 3fff::/20, which is for documentation (RFC 9637), and not in 2001:db8::/32, where those lie who try it out. */
const otherUpper: Upper = [0x3fff_0000, 0, 0]
const interfaces = { outside: 1, inside: 2 } as const
/** 64496 to 64511 are for documentation (RFC 5398). */
const ownAs = 64_496
const asOf = (other: number): number => 64_497 + ((other >>> 8) % 15)

/** Writes a flow as its exporter saw it; nothing when sampling missed it. The caller sees to it that there is room for one. */
export function writeFlow(batch: FlowBatch, random: Random, samplingRate: number, shape: Shape, flow: Flow): void {
  const looked = samplingRate === 1 ? flow.packets : random.poisson(flow.packets / samplingRate)
  if (looked === 0) return
  const { upper, isOutgoing } = flow
  const row = batch.length++
  const [source, destination] = isOutgoing ? [flow.host, flow.other] : [flow.other, flow.host]
  batch.family[row] = upper ? 6 : 4
  if (upper) {
    batch.source.set(isOutgoing ? upper : otherUpper, row * 4)
    batch.destination.set(isOutgoing ? otherUpper : upper, row * 4)
  }
  batch.source[row * 4 + (upper ? 3 : 0)] = source
  batch.destination[row * 4 + (upper ? 3 : 0)] = destination
  // ICMPv6 (RFC 4443): echo requests are type 128 and answers 129.
  const isIcmp = shape.protocol === 1
  batch.protocol[row] = isIcmp && upper ? 58 : shape.protocol
  batch.icmpType[row] = isIcmp && upper ? (shape.icmpType === 8 ? 128 : 129) : (shape.icmpType ?? 0)
  const hasPorts = shape.protocol === 6 || (shape.protocol === 17 && ((shape.fragment ?? 0) & 2) === 0)
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
  batch.inputInterface[row] = isOutgoing ? interfaces.inside : interfaces.outside
  batch.outputInterface[row] = isOutgoing ? interfaces.outside : interfaces.inside
  batch.sourceAs[row] = isOutgoing ? ownAs : asOf(flow.other)
  batch.destinationAs[row] = isOutgoing ? asOf(flow.other) : ownAs
}
