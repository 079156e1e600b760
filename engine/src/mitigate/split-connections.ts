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

/** Whether the row's flags are those of several kinds of packets. */
function isConnection(batch: FlowBatch, row: number): boolean {
  if (batch.protocol[row] !== protocolNumber.tcp || batch.packets[row]! < 2 * batch.samplingRate[row]!) return false
  const flags = batch.tcpFlags[row]!
  const kinds = flags & (syn | push | fin | rst)
  // Two of them at least: more than one bit is left.
  return (flags & ack) !== 0 && (kinds & (kinds - 1)) !== 0
}

/**
 * The batch itself when it has no such rows, else one with up to three rows for each, with the columns that rules look at; volumes
 * add up to the same.
 */
export function splitConnections(batch: FlowBatch): FlowBatch {
  let connections = 0
  for (let row = 0; row < batch.length; row++) if (isConnection(batch, row)) connections++
  if (connections === 0) return batch
  const parts = createParts(batch.length + connections * (maxParts - 1))
  for (let row = 0; row < batch.length; row++) {
    if (isConnection(batch, row)) split(batch, row, parts)
    else addPart(batch, row, parts, batch.tcpFlags[row]!, batch.packets[row]!, batch.bytes[row]!)
  }
  return parts
}

function createParts(capacity: number): FlowBatch {
  return {
    ...createFlowBatch(0),
    capacity,
    family: new Uint8Array(capacity),
    source: new Uint32Array(capacity * 4),
    destination: new Uint32Array(capacity * 4),
    sourcePort: new Uint16Array(capacity),
    destinationPort: new Uint16Array(capacity),
    protocol: new Uint8Array(capacity),
    tcpFlags: new Uint16Array(capacity),
    tos: new Uint8Array(capacity),
    icmpType: new Uint8Array(capacity),
    icmpCode: new Uint8Array(capacity),
    fragment: new Uint8Array(capacity),
    packets: new Float64Array(capacity),
    bytes: new Float64Array(capacity),
    start: new Float64Array(capacity),
    end: new Float64Array(capacity),
  }
}

function split(batch: FlowBatch, row: number, parts: FlowBatch): void {
  const flags = batch.tcpFlags[row]!
  const unit = batch.samplingRate[row]!
  const more = batch.family[row] === 6 ? 20 : 0
  let packets = batch.packets[row]!
  let bytes = batch.bytes[row]!
  const average = bytes / packets
  if ((flags & syn) !== 0) {
    // Services have the lower port: towards one goes a SYN, from one comes its answer.
    const opening = batch.destinationPort[row]! < batch.sourcePort[row]! ? syn : syn | ack
    const openingBytes = unit * Math.min(average, typicalLength.opening + more)
    addPart(batch, row, parts, opening, unit, openingBytes)
    packets -= unit
    bytes -= openingBytes
  }
  const hasData = (flags & push) !== 0
  const acknowledgements = hasData ? Math.floor(packets / unit / 2) * unit : packets
  const acknowledged = hasData ? acknowledgements * Math.min(average, typicalLength.acknowledgement + more) : bytes
  if (acknowledgements > 0) addPart(batch, row, parts, ack, acknowledgements, acknowledged)
  if (packets > acknowledgements) addPart(batch, row, parts, push | ack, packets - acknowledgements, bytes - acknowledged)
}

function addPart(from: FlowBatch, row: number, to: FlowBatch, flags: number, packets: number, bytes: number): void {
  const at = to.length++
  to.family[at] = from.family[row]!
  for (let word = 0; word < 4; word++) {
    to.source[at * 4 + word] = from.source[row * 4 + word]!
    to.destination[at * 4 + word] = from.destination[row * 4 + word]!
  }
  to.sourcePort[at] = from.sourcePort[row]!
  to.destinationPort[at] = from.destinationPort[row]!
  to.protocol[at] = from.protocol[row]!
  to.tcpFlags[at] = flags
  to.tos[at] = from.tos[row]!
  to.icmpType[at] = from.icmpType[row]!
  to.icmpCode[at] = from.icmpCode[row]!
  to.fragment[at] = from.fragment[row]!
  to.packets[at] = packets
  to.bytes[at] = bytes
  to.start[at] = from.start[row]!
  to.end[at] = from.end[row]!
}
