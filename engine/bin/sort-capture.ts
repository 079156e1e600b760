import type { CapturedPacket } from '#capture/capture-reader.ts'
import { createUdpExtractor } from '#capture/udp-datagrams.ts'
import { createPacketHeaders, readPacket } from '#packet/packet-headers.ts'
import { looksLikeExport } from '#wire/looks-like-export.ts'

/** Packets at the beginning of a capture by which it is decided what it holds. */
const looksAtPackets = 64

export type Holds = 'exports' | 'packets'

/** Of the packets that it was decided by, those of IP, and those that look like exports. */
export interface LookedAt {
  ip: number
  exports: number
}

/**
 * Decides by the first packets whether a capture holds what exporters sent or the traffic itself, then hands all of them on.
 * Ports are those of exports, and so say that it holds them. A few exports in traffic are traffic.
 */
export function createSorter(
  ports: ReadonlySet<number>,
  isPackets: boolean,
  use: (holds: Holds, lookedAt: LookedAt) => (packet: CapturedPacket) => void,
) {
  const kept: CapturedPacket[] = []
  let take: ((packet: CapturedPacket) => void) | undefined
  const headers = createPacketHeaders()
  const lookedAt: LookedAt = { ip: 0, exports: 0 }
  const probe = createUdpExtractor(({ bytes, from, to }) => {
    if (looksLikeExport(new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), from, to)) lookedAt.exports++
  })
  const decide = (): void => {
    const holds = ports.size > 0 || (!isPackets && lookedAt.exports * 2 >= Math.max(1, lookedAt.ip)) ? 'exports' : 'packets'
    take = use(holds, lookedAt)
    for (const packet of kept.splice(0)) take(packet)
  }
  return {
    take(packet: CapturedPacket): void {
      if (take) return take(packet)
      // Its bytes are valid only now.
      const bytes = packet.bytes.slice(packet.from, packet.to)
      kept.push({ ...packet, bytes, from: 0, to: bytes.length })
      const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
      if (packet.link !== undefined && readPacket(headers, view, 0, bytes.length, packet.link)) lookedAt.ip++
      probe.take(packet)
      if (kept.length >= looksAtPackets) decide()
    },
    end(): void {
      if (!take) decide()
    },
  }
}
