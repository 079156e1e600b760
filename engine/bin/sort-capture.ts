import type { CapturedPacket } from '#capture/capture-reader.ts'
import { createUdpExtractor } from '#capture/udp-datagrams.ts'
import { looksLikeExport } from '#wire/looks-like-export.ts'

/** Packets at the beginning of a capture by which it is decided what it holds. */
const looksAtPackets = 64
/** One in so many of them at least must be exports: traffic may have a few of them in it, as a collector's network has. */
const leastShare = 8

export type Holds = 'exports' | 'packets'

/**
 * Decides by the first packets whether a capture holds what exporters sent or the traffic itself, then hands all of them on.
 * Ports are those of exports, and so say that it holds them.
 */
export function createSorter(ports: ReadonlySet<number>, isPackets: boolean, use: (holds: Holds) => (packet: CapturedPacket) => void) {
  const kept: CapturedPacket[] = []
  let take: ((packet: CapturedPacket) => void) | undefined
  let exports = 0
  const probe = createUdpExtractor(({ bytes, from, to }) => {
    if (looksLikeExport(new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), from, to)) exports++
  })
  const decide = (): void => {
    const areMost = exports > 0 && exports * 2 >= probe.counters.datagrams && exports * leastShare >= kept.length
    const holds = ports.size > 0 || (!isPackets && areMost) ? 'exports' : 'packets'
    take = use(holds)
    for (const packet of kept.splice(0)) take(packet)
  }
  return {
    take(packet: CapturedPacket): void {
      if (take) return take(packet)
      // Its bytes are valid only now.
      const bytes = packet.bytes.slice(packet.from, packet.to)
      kept.push({ ...packet, bytes, from: 0, to: bytes.length })
      probe.take(packet)
      if (kept.length >= looksAtPackets) decide()
    },
    end(): void {
      if (!take) decide()
    },
  }
}
