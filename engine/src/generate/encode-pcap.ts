import { ByteWriter } from './byte-writer.ts'

/** What a pcap file begins with, in network byte order. */
export const encodePcapHeader = (linkType = 1): Uint8Array<ArrayBuffer> =>
  new ByteWriter().u32(0xa1b2_c3d4).u16(2, 4).u32(0, 0, 65_535, linkType).done()

/** One packet of it, with its time to the microsecond. */
export function encodePcapPacket(timeMs: number, bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const micros = Math.round(timeMs * 1000)
  const seconds = Math.floor(micros / 1e6)
  return new ByteWriter()
    .u32(seconds, micros - seconds * 1e6, bytes.length, bytes.length)
    .raw(bytes)
    .done()
}

/** A pcap file of packets. */
export function encodePcap(packets: readonly { timeMs: number; bytes: Uint8Array }[], { linkType = 1 } = {}): Uint8Array<ArrayBuffer> {
  const writer = new ByteWriter().raw(encodePcapHeader(linkType))
  for (const { timeMs, bytes } of packets) writer.raw(encodePcapPacket(timeMs, bytes))
  return writer.done()
}

/** The same packets as pcapng, on one interface per link type. */
export function encodePcapng(packets: readonly { timeMs: number; bytes: Uint8Array; linkType?: number }[]): Uint8Array<ArrayBuffer> {
  const writer = new ByteWriter().u32(0x0a0d_0d0a, 28, 0x1a2b_3c4d).u16(1, 0).u32(0xffff_ffff, 0xffff_ffff, 28)
  const linkTypes = [...new Set(packets.map(packet => packet.linkType ?? 1))]
  for (const linkType of linkTypes) writer.u32(1, 20).u16(linkType, 0).u32(65_535, 20)
  for (const { timeMs, bytes, linkType = 1 } of packets) {
    const length = 32 + Math.ceil(bytes.length / 4) * 4
    writer.u32(6, length, linkTypes.indexOf(linkType)).number(BigInt(Math.round(timeMs * 1000)), 8)
    writer.u32(bytes.length, bytes.length).raw(bytes).pad(4).u32(length)
  }
  return writer.done()
}
