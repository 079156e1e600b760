import type { FlowBatch } from '../flow/flow-batch.ts'
import type { PacketHeaders } from '../packet/packet-headers.ts'

/** Writes into a blank row what was read from a packet's headers. Volume, times and interfaces are the caller's. */
export function writePacket(batch: FlowBatch, row: number, view: DataView, headers: PacketHeaders): void {
  writeAddresses(batch, row, view, headers.family, headers.sourceAt, headers.destinationAt)
  batch.protocol[row] = headers.protocol
  batch.tos[row] = headers.tos
  batch.fragment[row] = headers.fragment
  batch.sourcePort[row] = headers.sourcePort
  batch.destinationPort[row] = headers.destinationPort
  batch.tcpFlags[row] = headers.tcpFlags
  batch.icmpType[row] = headers.icmpType
  batch.icmpCode[row] = headers.icmpCode
  if (headers.vlan !== 0) batch.vlan[row] = headers.vlan
  batch.mplsLabel[row] = headers.mplsLabel
}

/** Addresses of a family from two places of the view. */
export function writeAddresses(
  batch: FlowBatch,
  row: number,
  view: DataView,
  family: number,
  sourceAt: number,
  destinationAt: number,
): void {
  const words = family === 4 ? 1 : 4
  batch.family[row] = family
  for (let word = 0; word < words; word++) {
    batch.source[row * 4 + word] = view.getUint32(sourceAt + word * 4)
    batch.destination[row * 4 + word] = view.getUint32(destinationAt + word * 4)
  }
}
