import { createFlowBatch } from '#flow/flow-batch.ts'
import type { FlowBatch } from '#flow/flow-batch.ts'
import { createPacketHeaders, readPacket } from '#packet/packet-headers.ts'
import { readCapture } from '#source/capture-file.ts'
import type { CaptureFault } from '#capture/capture-reader.ts'
import { writePacket } from '#wire/write-packet.ts'

/** Packets that are kept of a capture, some 110 bytes each. */
const maxPackets = 262_144

export interface CapturedFlows {
  batch: FlowBatch
  /** Packets that are not of IP, or whose link is not read. */
  others: number
  /** Packets beyond those that are kept. */
  leftOut: number
  fault: CaptureFault | undefined
}

/** The packets of a capture of traffic, each a flow of one packet. Throws what the file system says. */
export async function readPackets(file: string): Promise<CapturedFlows> {
  const batch = createFlowBatch(maxPackets)
  const headers = createPacketHeaders()
  let [others, leftOut] = [0, 0]
  const fault = await readCapture(file, ({ bytes, from, to, timeMs, link }) => {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    if (!link || !readPacket(headers, view, from, to, link)) others++
    else if (batch.length === batch.capacity) leftOut++
    else {
      const row = batch.length++
      writePacket(batch, row, view, headers)
      batch.packets[row] = 1
      // From the first byte of IP's header: the source stands 12 bytes into it in IPv4, 8 in IPv6.
      batch.bytes[row] = headers.packetEnd - headers.sourceAt + (headers.family === 4 ? 12 : 8)
      batch.start[row] = batch.end[row] = timeMs
    }
  })
  return { batch, others, leftOut, fault }
}
