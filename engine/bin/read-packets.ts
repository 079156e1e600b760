import type { CaptureFault, CapturedPacket } from '#capture/capture-reader.ts'
import { createUdpExtractor } from '#capture/udp-datagrams.ts'
import { columnsOfOneNumber, createFlowBatch } from '#flow/flow-batch.ts'
import type { FlowBatch } from '#flow/flow-batch.ts'
import { createPacketHeaders, readPacket } from '#packet/packet-headers.ts'
import { readCapture } from '#source/capture-file.ts'
import { createDecoder } from '#wire/decoder.ts'
import { writePacket } from '#wire/write-packet.ts'
import { createSorter } from './sort-capture.ts'
import type { Holds } from './sort-capture.ts'

/** Flows that are kept of a capture, some 110 bytes each. */
const maxRows = 262_144

export interface CapturedFlows {
  batch: FlowBatch
  /** Packets that are not of IP, or whose link is not read. */
  others: number
  /** Flows beyond those that are kept. */
  leftOut: number
  fault: CaptureFault | undefined
}

/** Flows of a capture of whatever is in it, and what became of the datagrams if it was exports. */
export interface CapturedTraffic extends CapturedFlows {
  holds: Holds
  waiting: number
  rejected: number
}

/** The packets of a capture of traffic, each a flow of one packet. Throws what the file system says. */
export async function readPackets(file: string): Promise<CapturedFlows> {
  const flows = createBlankFlows()
  const take = packetsInto(flows)
  flows.fault = await readCapture(file, take)
  return flows
}

/**
 * The flows of a capture, of what exporters sent or of the traffic itself, as its first packets, `ports` or `isPackets` decide;
 * bytes are IP's. One packet in `samplingRate` was captured, or looked at by exporters that do not say it. Throws what the file system says.
 */
export async function readTraffic(
  file: string,
  { ports, isPackets, samplingRate }: { ports: ReadonlySet<number>; isPackets: boolean; samplingRate: number },
): Promise<CapturedTraffic> {
  const traffic: CapturedTraffic = { ...createBlankFlows(), holds: 'packets', waiting: 0, rejected: 0 }
  const sorter = createSorter(ports, isPackets, holds => {
    traffic.holds = holds
    return holds === 'packets' ? packetsInto(traffic, samplingRate) : exportsInto(traffic, ports, samplingRate)
  })
  traffic.fault = await readCapture(file, packet => sorter.take(packet))
  if (traffic.fault?.reason !== 'not-a-capture') sorter.end()
  return traffic
}

const createBlankFlows = (): CapturedFlows => ({ batch: createFlowBatch(maxRows), others: 0, leftOut: 0, fault: undefined })

function packetsInto(flows: CapturedFlows, samplingRate = 1): (packet: CapturedPacket) => void {
  const { batch } = flows
  const headers = createPacketHeaders()
  return ({ bytes, from, to, timeMs, link }) => {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    if (!link || !readPacket(headers, view, from, to, link)) flows.others++
    else if (batch.length === batch.capacity) flows.leftOut++
    else {
      const row = batch.length++
      writePacket(batch, row, view, headers)
      batch.packets[row] = samplingRate
      batch.samplingRate[row] = samplingRate
      // From the first byte of IP's header: the source stands 12 bytes into it in IPv4, 8 in IPv6.
      batch.bytes[row] = (headers.packetEnd - headers.sourceAt + (headers.family === 4 ? 12 : 8)) * samplingRate
      batch.start[row] = batch.end[row] = timeMs
    }
  }
}

function exportsInto(traffic: CapturedTraffic, ports: ReadonlySet<number>, defaultSamplingRate: number): (packet: CapturedPacket) => void {
  const { batch } = traffic

  function deliver(rows: FlowBatch): void {
    const [to, count] = [batch.length, Math.min(rows.length, batch.capacity - batch.length)]
    for (const column of columnsOfOneNumber) batch[column].set(rows[column].subarray(0, count), to)
    batch.source.set(rows.source.subarray(0, count * 4), to * 4)
    batch.destination.set(rows.destination.subarray(0, count * 4), to * 4)
    batch.length += count
    traffic.leftOut += rows.length - count
  }

  const decoder = createDecoder({ batch: createFlowBatch(1024), deliver, defaultSamplingRate, countsIpBytes: true })
  const extractor = createUdpExtractor(({ bytes, from, to, timeMs, family, sourceAt }) => {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    const word = (index: number): number => (family === 4 && index > 0 ? 0 : view.getUint32(sourceAt + index * 4))
    const exporter = decoder.exporters.numberOf(family, word(0), word(1), word(2), word(3))
    decoder.decode(bytes, from, to - from, exporter, timeMs)
    decoder.flush()
    traffic.waiting = decoder.counters.waiting
    traffic.rejected = decoder.counters.rejected
  }, ports)
  return packet => extractor.take(packet)
}
