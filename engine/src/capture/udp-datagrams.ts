import { fragmentBit } from '../flow/flow-batch.ts'
import { createPacketHeaders, protocolNumber, readPacket } from '../packet/packet-headers.ts'
import type { CapturedPacket } from './capture-reader.ts'

// The UDP datagrams of a capture. Fragments are not put together again: an exporter that sends datagrams beyond its path's
// MTU is a fault to mend there, so they are counted and said.

export interface UdpCounters {
  packets: number
  datagrams: number
  /** Pieces of UDP datagrams that were sent in fragments. */
  fragments: number
  /** Datagrams of which the capture kept only the beginning; they are handed out as far as they go. */
  cutShort: number
  /** Packets of other protocols, of other ports, or of a link that is not read. */
  others: number
}

/** The sender's address is at `sourceAt` of the bytes, of this family. */
export interface UdpDatagram {
  readonly bytes: Uint8Array
  readonly from: number
  readonly to: number
  readonly timeMs: number
  readonly family: 4 | 6
  readonly sourceAt: number
  readonly destinationPort: number
}

const udpHeaderBytes = 8

/** Hands on the UDP datagrams for these ports (all when there are none) and counts the rest. */
export function createUdpExtractor(
  onDatagram: (datagram: UdpDatagram) => void,
  ports: ReadonlySet<number> = new Set(),
): { take(packet: CapturedPacket): void; readonly counters: UdpCounters } {
  const headers = createPacketHeaders()
  const counters: UdpCounters = { packets: 0, datagrams: 0, fragments: 0, cutShort: 0, others: 0 }
  let view = new DataView(new ArrayBuffer(0))

  function take({ bytes, from, to, timeMs, link }: CapturedPacket): void {
    counters.packets++
    if (view.buffer !== bytes.buffer || view.byteOffset !== bytes.byteOffset || view.byteLength !== bytes.byteLength)
      view = new DataView(bytes.buffer as ArrayBuffer, bytes.byteOffset, bytes.byteLength)
    if (link === undefined || !readPacket(headers, view, from, to, link) || headers.protocol !== protocolNumber.udp) {
      counters.others++
      return
    }
    if ((headers.fragment & (fragmentBit.isFragment | fragmentBit.firstFragment)) !== 0) {
      counters.fragments++
      return
    }
    const { transportAt, destinationPort } = headers
    if (transportAt + udpHeaderBytes > to || (ports.size > 0 && !ports.has(destinationPort))) {
      counters.others++
      return
    }
    // UDP's length counts its header; 0 is a jumbogram's (RFC 2675 §4), and then all there is.
    const announced = view.getUint16(transportAt + 4)
    const end = transportAt + (announced < udpHeaderBytes ? to - transportAt : announced)
    if (end > to) counters.cutShort++
    counters.datagrams++
    onDatagram({
      bytes,
      from: transportAt + udpHeaderBytes,
      to: Math.min(end, to),
      timeMs,
      family: headers.family === 4 ? 4 : 6,
      sourceAt: headers.sourceAt,
      destinationPort,
    })
  }

  return { take, counters }
}
