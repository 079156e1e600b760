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

const tcp = { fin: 1, syn: 2, rst: 4, ack: 16 } as const
const { icmp } = kind
const isPiece = fragmentBit.isFragment | fragmentBit.firstFragment

/** TCP by its flags, then protocols by number, then UDP by source port: one table, for traffic is so mixed that a choice is often guessed wrong. */
const [protocolsFrom, portsFrom] = [32, 32 + 256]
const kindTable = new Uint8Array(portsFrom + 65_536)
// URG, PSH, ECE, CWR and NS change nothing here.
kindTable.fill(kind['tcp-other'], 0, protocolsFrom)
kindTable[tcp.syn] = kind['tcp-syn']
kindTable[tcp.syn | tcp.ack] = kind['tcp-syn-ack']
kindTable[tcp.ack] = kind['tcp-ack']
kindTable[tcp.rst] = kindTable[tcp.rst | tcp.ack] = kind['tcp-rst']
kindTable.fill(kind.other, protocolsFrom, portsFrom)
kindTable[protocolsFrom + 1] = kindTable[protocolsFrom + 58] = kind.icmp
kindTable.fill(kind.udp, portsFrom)
for (const [index, { ports }] of amplificationServices.entries())
  for (const port of ports) kindTable[portsFrom + port] = firstServiceKind + index

/**
 * Kind of a row. A flow's TCP flags are those of all its packets: a connection that came about has more of them than SYN, so
 * only what stayed without an answer, or answers nothing, is of the flood kinds.
 */
export function kindOf({ protocol, tcpFlags, sourcePort, fragment }: FlowBatch, row: number): number {
  const number = protocol[row]!
  const isTcp = ((number ^ 6) - 1) >>> 31
  const isUdp = ((number ^ 17) - 1) >>> 31
  const flags = tcpFlags[row]! & (tcp.fin | tcp.syn | tcp.rst | tcp.ack)
  const found = kindTable[flags * isTcp + (portsFrom + sourcePort[row]!) * isUdp + (protocolsFrom + number) * (1 - isTcp - isUdp)]!
  // A first fragment still names its port; those that follow do not, but all of them say that they are of ICMP.
  if ((fragment[row]! & isPiece) !== 0) return found < firstServiceKind && found !== icmp ? kind.fragment : found
  return found
}
