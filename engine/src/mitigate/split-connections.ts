import { createFlowBatch } from '../flow/flow-batch.ts'
import type { FlowBatch } from '../flow/flow-batch.ts'
import { protocolNumber } from '../packet/packet-headers.ts'

// A flow record of TCP has the flags of all its packets together, and no packet has them: a rule is made for packets, one by one.
// So a record of a whole connection is taken apart, into its opening, acknowledgements and data, as connections usually are. Records
// whose flags one packet can have stay as they are.

const [fin, syn, rst, push, ack] = [1, 2, 4, 8, 16]
/** An opening with the options that systems send, and an acknowledgement with time stamps; IPv6 has 20 more. */
const typicalLength = { opening: 60, acknowledgement: 52 } as const
const maxParts = 3

const countOf = (flags: number): number => [syn, push, fin, rst].filter(flag => (flags & flag) !== 0).length

/** Whether the row's flags are those of several kinds of packets. */
function isConnection(batch: FlowBatch, row: number): boolean {
  if (batch.protocol[row] !== protocolNumber.tcp || batch.packets[row]! < 2 * batch.samplingRate[row]!) return false
  const flags = batch.tcpFlags[row]!
  return (flags & ack) !== 0 && countOf(flags) >= 2
}

/** The batch itself when it has no such rows, else one with up to three rows for each; volumes add up to the same. */
export function splitConnections(batch: FlowBatch): FlowBatch {
  let connections = 0
  for (let row = 0; row < batch.length; row++) if (isConnection(batch, row)) connections++
  if (connections === 0) return batch
  const parts = createFlowBatch(batch.length + connections * (maxParts - 1))
  for (let row = 0; row < batch.length; row++) {
    if (isConnection(batch, row)) split(batch, row, parts)
    else addPart(batch, row, parts, { flags: batch.tcpFlags[row]!, packets: batch.packets[row]!, bytes: batch.bytes[row]! })
  }
  return parts
}

interface Part {
  flags: number
  packets: number
  bytes: number
}

function split(batch: FlowBatch, row: number, parts: FlowBatch): void {
  const flags = batch.tcpFlags[row]!
  const unit = batch.samplingRate[row]!
  const more = batch.family[row] === 6 ? 20 : 0
  let [packets, bytes] = [batch.packets[row]!, batch.bytes[row]!]
  const average = bytes / packets
  const take = (part: Part): void => {
    addPart(batch, row, parts, part)
    packets -= part.packets
    bytes -= part.bytes
  }
  if ((flags & syn) !== 0) {
    // Services have the lower port: towards one goes a SYN, from one comes its answer.
    const opening = batch.destinationPort[row]! < batch.sourcePort[row]! ? syn : syn | ack
    take({ flags: opening, packets: unit, bytes: unit * Math.min(average, typicalLength.opening + more) })
  }
  const acknowledgements = (flags & push) === 0 ? packets : Math.floor(packets / unit / 2) * unit
  const length = (flags & push) === 0 ? bytes / packets : Math.min(average, typicalLength.acknowledgement + more)
  if (acknowledgements > 0) take({ flags: ack, packets: acknowledgements, bytes: acknowledgements * length })
  if (packets > 0) addPart(batch, row, parts, { flags: push | ack, packets, bytes })
}

const kept = [
  'family',
  'sourcePort',
  'destinationPort',
  'protocol',
  'tos',
  'icmpType',
  'icmpCode',
  'fragment',
  'start',
  'end',
  'samplingRate',
] as const

function addPart(from: FlowBatch, row: number, to: FlowBatch, { flags, packets, bytes }: Part): void {
  const at = to.length++
  for (const column of kept) to[column][at] = from[column][row]!
  for (let word = 0; word < 4; word++) {
    to.source[at * 4 + word] = from.source[row * 4 + word]!
    to.destination[at * 4 + word] = from.destination[row * 4 + word]!
  }
  to.tcpFlags[at] = flags
  to.packets[at] = packets
  to.bytes[at] = bytes
}
