import { blank } from '../flow/flow-batch.ts'
import type { FlowBatch } from '../flow/flow-batch.ts'
import { createPacketHeaders, readPacket } from '../packet/packet-headers.ts'
import { writePacket } from '../wire/write-packet.ts'
import type { CapturedPacket } from './capture-reader.ts'

// The packets of a capture as flows of one packet each, for captures of traffic itself. Bytes are the frame's, as in sFlow.

export interface PacketCounters {
  packets: number
  /** Packets that are not of IP, or of a link that is not read. */
  others: number
}

/**
 * Writes each packet of IP as a row, for `samplingRate` packets if only one in so many was captured; the caller sees to it
 * that there is room for one.
 */
export function createPacketFlows(
  batch: FlowBatch,
  samplingRate = 1,
): { take(packet: CapturedPacket): void; readonly counters: PacketCounters } {
  const headers = createPacketHeaders()
  const counters: PacketCounters = { packets: 0, others: 0 }
  let view = new DataView(new ArrayBuffer(0))
  return {
    counters,
    take({ bytes, from, to, timeMs, link, originalBytes }) {
      counters.packets++
      if (view.buffer !== bytes.buffer || view.byteOffset !== bytes.byteOffset || view.byteLength !== bytes.byteLength)
        view = new DataView(bytes.buffer as ArrayBuffer, bytes.byteOffset, bytes.byteLength)
      if (link === undefined || !readPacket(headers, view, from, to, link)) {
        counters.others++
        return
      }
      const row = batch.length++
      blank(batch, row, row + 1)
      writePacket(batch, row, view, headers)
      batch.packets[row] = samplingRate
      batch.bytes[row] = originalBytes * samplingRate
      batch.samplingRate[row] = samplingRate
      batch.start[row] = timeMs
      batch.end[row] = timeMs
    },
  }
}
