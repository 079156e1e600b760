import { fragmentBit } from '../flow/flow-batch.ts'
import type { FlowBatch } from '../flow/flow-batch.ts'
import { amplificationServices } from './amplification-services.ts'

// Traffic is sorted into kinds, each flow into exactly one, so that the kinds of a target sum to its total. A kind is what
// one sort of attack consists of: what TCP flags say, what an amplifier answers, what comes in pieces.

/** Names of the kinds; a kind's number is its place here. Answers of amplification services follow, `dns` and so on. */
const baseKinds = ['tcp-syn', 'tcp-syn-ack', 'tcp-ack', 'tcp-rst', 'tcp-other', 'udp', 'icmp', 'fragment', 'other'] as const

export const kindNames: readonly string[] = [...baseKinds, ...amplificationServices.map(({ name }) => name)]
export const kindCount = kindNames.length
export const kind = Object.fromEntries(baseKinds.map((name, index) => [name, index])) as Readonly<
  Record<(typeof baseKinds)[number], number>
>
export const firstServiceKind = baseKinds.length

const kindOfSourcePort = new Uint8Array(65_536).fill(kind.udp)
for (const [index, { ports }] of amplificationServices.entries())
  for (const port of ports) kindOfSourcePort[port] = firstServiceKind + index

const tcp = { fin: 1, syn: 2, rst: 4, ack: 16 } as const
/** URG, PSH, ECE, CWR and NS change nothing here. */
const kindOfFlags = new Uint8Array(32).fill(kind['tcp-other'])
kindOfFlags[tcp.syn] = kind['tcp-syn']
kindOfFlags[tcp.syn | tcp.ack] = kind['tcp-syn-ack']
kindOfFlags[tcp.ack] = kind['tcp-ack']
kindOfFlags[tcp.rst] = kindOfFlags[tcp.rst | tcp.ack] = kind['tcp-rst']
const isPiece = fragmentBit.isFragment | fragmentBit.firstFragment

/**
 * Kind of a row. A flow's TCP flags are those of all its packets: a connection that came about has more of them than SYN, so
 * only what stayed without an answer, or answers nothing, is of the flood kinds.
 */
export function kindOf(batch: FlowBatch, row: number): number {
  const protocol = batch.protocol[row]!
  const isFragment = (batch.fragment[row]! & isPiece) !== 0
  if (protocol === 17) {
    const service = kindOfSourcePort[batch.sourcePort[row]!]!
    // A first fragment still names its port; those that follow do not.
    return isFragment && service === kind.udp ? kind.fragment : service
  }
  if (isFragment) return kind.fragment
  if (protocol === 6) return kindOfFlags[batch.tcpFlags[row]! & (tcp.fin | tcp.syn | tcp.rst | tcp.ack)]!
  return protocol === 1 || protocol === 58 ? kind.icmp : kind.other
}
