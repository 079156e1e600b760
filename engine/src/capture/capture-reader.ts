import type { Link } from '../packet/packet-headers.ts'

// Captures as tcpdump and Wireshark write them: pcap (draft-ietf-opsawg-pcap) and pcapng (draft-ietf-opsawg-pcapng), in
// either byte order. Bytes go in as they come, in pieces of any size; packets come out. A file that is broken, cut short or
// no capture at all ends with a fault that says where.

export interface CapturedPacket {
  /** The bytes it lies in; valid until the next `push`. */
  readonly bytes: Uint8Array
  readonly from: number
  readonly to: number
  /** Milliseconds since 1970. */
  readonly timeMs: number
  /** Undefined for a kind of link that is not read. */
  readonly link: Link | undefined
  /** Bytes that the packet had on the wire. */
  readonly originalBytes: number
}

export interface CaptureFault {
  reason: 'not-a-capture' | 'record-too-long' | 'block-length-wrong' | 'interface-unknown' | 'cut-short'
  /** Byte of the file. */
  offset: number
}

export interface CaptureReader {
  /** Takes the next piece and hands out the packets that are whole; nothing more after a fault. */
  push(bytes: Uint8Array): void
  /** Says that the file is at its end. */
  end(): void
  readonly fault: CaptureFault | undefined
}

/** Longest record or block: more is no packet but a broken file (libpcap has the same bound for a packet). */
const maxRecordBytes = 262_144 + 4096
const maxInterfaces = 4096

/** Link-layer types of tcpdump.org/linktypes. */
const linkOf: Partial<Record<number, Link>> = {
  0: 'null',
  1: 'ethernet',
  9: 'ppp',
  12: 'ip',
  14: 'ip',
  101: 'ip',
  108: 'null',
  113: 'sll',
  228: 'ip',
  229: 'ip',
  276: 'sll2',
}

interface CapturedInterface {
  link: Link | undefined
  /** Milliseconds that one unit of a time stamp is. */
  unitMs: number
  offsetMs: number
}

export function createCaptureReader(onPacket: (packet: CapturedPacket) => void): CaptureReader {
  let kept = new Uint8Array(0)
  let done = 0
  let fault: CaptureFault | undefined
  let format: 'unknown' | 'pcap' | 'pcapng' = 'unknown'
  let isLittle = false
  let interfaces: CapturedInterface[] = []

  const fail = (reason: CaptureFault['reason'], offset: number): number => {
    fault = { reason, offset: done + offset }
    return -1
  }

  /** Reads the head of the file: bytes that it has, 0 when more are needed, -1 when it is no capture. */
  function readHead(view: DataView): number {
    if (view.byteLength < 4) return 0
    const magic = view.getUint32(0)
    if (magic === 0x0a0d_0d0a) {
      format = 'pcapng'
      return readBlock(view, 0)
    }
    // Microseconds or nanoseconds, in the byte order of whoever wrote.
    const isNano = magic === 0xa1b2_3c4d || magic === 0x4d3c_b2a1
    if (!isNano && magic !== 0xa1b2_c3d4 && magic !== 0xd4c3_b2a1) return fail('not-a-capture', 0)
    if (view.byteLength < 24) return 0
    format = 'pcap'
    isLittle = magic === 0xd4c3_b2a1 || magic === 0x4d3c_b2a1
    interfaces = [{ link: linkOf[view.getUint32(20, isLittle) & 0xffff], unitMs: isNano ? 1e-6 : 1e-3, offsetMs: 0 }]
    return 24
  }

  /** Reads a packet of a pcap file at byte `at`, with the same answers. */
  function readRecord(bytes: Uint8Array, view: DataView, at: number): number {
    if (view.byteLength < at + 16) return 0
    const length = view.getUint32(at + 8, isLittle)
    if (length > maxRecordBytes) return fail('record-too-long', at + 8)
    const from = at + 16
    if (view.byteLength < from + length) return 0
    const { link, unitMs } = interfaces[0]!
    const timeMs = view.getUint32(at, isLittle) * 1000 + view.getUint32(at + 4, isLittle) * unitMs
    onPacket({ bytes, from, to: from + length, timeMs, link, originalBytes: view.getUint32(at + 12, isLittle) })
    return 16 + length
  }

  function readBlock(view: DataView, at: number, bytes?: Uint8Array): number {
    if (view.byteLength < at + 12) return 0
    const isSection = view.getUint32(at) === 0x0a0d_0d0a
    if (isSection) {
      const order = view.getUint32(at + 8)
      if (order !== 0x1a2b_3c4d && order !== 0x4d3c_2b1a) return fail('not-a-capture', at + 8)
      isLittle = order === 0x4d3c_2b1a
      interfaces = []
    }
    const type = view.getUint32(at, isLittle)
    const length = view.getUint32(at + 4, isLittle)
    if (length < 12 || length % 4 !== 0) return fail('block-length-wrong', at + 4)
    if (length > maxRecordBytes) return fail('record-too-long', at + 4)
    if (view.byteLength < at + length) return 0
    if (view.getUint32(at + length - 4, isLittle) !== length) return fail('block-length-wrong', at + length - 4)
    const end = at + length - 4
    if (isSection) return length
    if (type === 1) return readInterface(view, at, end) ? length : fail('block-length-wrong', at + 4)
    if (!bytes) return length
    if (type === 6 || type === 2) return readPacketBlock(bytes, view, { type, at, end }) ? length : -1
    if (type === 3) return readSimplePacket(bytes, view, at, end) ? length : -1
    return length
  }

  function readInterface(view: DataView, at: number, end: number): boolean {
    if (at + 16 > end || interfaces.length >= maxInterfaces) return false
    let unitMs = 1e-3
    let offsetMs = 0
    for (let option = at + 16; option + 4 <= end;) {
      const code = view.getUint16(option, isLittle)
      const length = view.getUint16(option + 2, isLittle)
      const value = option + 4
      if (code === 0 || value + length > end) break
      if (code === 9 && length >= 1) {
        // Resolution: a power of ten, or with the highest bit of two.
        const exponent = view.getUint8(value)
        unitMs = 1000 * (exponent & 0x80 ? 2 ** -(exponent & 0x7f) : 10 ** -exponent)
      } else if (code === 14 && length === 8) offsetMs = Number(view.getBigInt64(value, isLittle)) * 1000
      option = value + Math.ceil(length / 4) * 4
    }
    interfaces.push({ link: linkOf[view.getUint16(at + 8, isLittle)], unitMs, offsetMs })
    return true
  }

  /** An enhanced packet block, or the older packet block, whose interface number has 16 bits. */
  function readPacketBlock(bytes: Uint8Array, view: DataView, { type, at, end }: { type: number; at: number; end: number }): boolean {
    if (at + 28 > end) return fail('block-length-wrong', at + 4) > 0
    const on = interfaces[type === 6 ? view.getUint32(at + 8, isLittle) : view.getUint16(at + 8, isLittle)]
    if (!on) return fail('interface-unknown', at + 8) > 0
    const length = view.getUint32(at + 20, isLittle)
    if (length > end - at - 28) return fail('block-length-wrong', at + 20) > 0
    const units = view.getUint32(at + 12, isLittle) * 0x1_0000_0000 + view.getUint32(at + 16, isLittle)
    onPacket({
      bytes,
      from: at + 28,
      to: at + 28 + length,
      timeMs: units * on.unitMs + on.offsetMs,
      link: on.link,
      originalBytes: view.getUint32(at + 24, isLittle),
    })
    return true
  }

  /** A simple packet block: of the first interface, and without a time. */
  function readSimplePacket(bytes: Uint8Array, view: DataView, at: number, end: number): boolean {
    const on = interfaces[0]
    if (!on || at + 12 > end) return fail('interface-unknown', at) > 0
    const originalBytes = view.getUint32(at + 8, isLittle)
    onPacket({ bytes, from: at + 12, to: Math.min(end, at + 12 + originalBytes), timeMs: 0, link: on.link, originalBytes })
    return true
  }

  return {
    push(piece) {
      if (fault) return
      const bytes = kept.length === 0 ? piece : concatenate(kept, piece)
      const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
      let at = 0
      while (at < bytes.length) {
        const read = format === 'unknown' ? readHead(view) : format === 'pcap' ? readRecord(bytes, view, at) : readBlock(view, at, bytes)
        if (read <= 0) break
        at += read
      }
      // At most one record that is not whole yet: bounded by `maxRecordBytes`.
      kept = fault ? new Uint8Array(0) : bytes.slice(at)
      done += at
    },
    end() {
      if (!fault && (kept.length > 0 || format === 'unknown')) fail(done === 0 && kept.length < 24 ? 'not-a-capture' : 'cut-short', 0)
    },
    get fault() {
      return fault
    },
  }
}

function concatenate(first: Uint8Array, second: Uint8Array): Uint8Array<ArrayBuffer> {
  const both = new Uint8Array(first.length + second.length)
  both.set(first)
  both.set(second, first.length)
  return both
}
