import type { FlowBatch } from '../flow/flow-batch.ts'
import type { Protocol } from './domains.ts'
import { noteSequence } from './sequence.ts'
import { makeRoom, noteFault } from './wire-state.ts'
import type { WireState } from './wire-state.ts'

// NetFlow v5, and v1 and v7, which differ in a few places: a fixed header and fixed records, IPv4 only
// (Cisco, "NetFlow Export Datagram Format"). The sequence of v5 and v7 counts flows; v1 has none.

interface Layout {
  protocol: Protocol
  headerBytes: number
  recordBytes: number
  /** Where a record has its TCP flags, its protocol and its TOS. */
  tcpFlagsAt: number
  hasAs: boolean
}

const layouts: Partial<Record<number, Layout>> = {
  1: { protocol: 'netflow1', headerBytes: 16, recordBytes: 48, tcpFlagsAt: 40, hasAs: false },
  5: { protocol: 'netflow5', headerBytes: 24, recordBytes: 48, tcpFlagsAt: 37, hasAs: true },
  7: { protocol: 'netflow7', headerBytes: 24, recordBytes: 52, tcpFlagsAt: 37, hasAs: true },
}

const longRecordBytes = 52

/** Records that a datagram can hold at most. */
const maxRecords = Math.ceil(0xffff / 48)

export const isFixedVersion = (version: number): boolean => version === 1 || version === 5 || version === 7

/** Decodes the datagram at bytes `from` to `to` of the view, whose version is one of the three; `receivedMs` as in ipfix.ts. */
export function decodeNetflow5(state: WireState, view: DataView, from: number, to: number, exporter: number, receivedMs: number): void {
  const version = view.getUint16(from)
  const layout = layouts[version]!
  const { headerBytes, tcpFlagsAt, hasAs } = layout
  if (to - from < headerBytes) return noteFault(state, 'header-truncated', to)
  // Engine type and id: a router's line cards count apart.
  const number = version === 5 ? view.getUint16(from + 20) : 0
  const domain = state.domains.findOrAdd(layout.protocol, exporter, number, receivedMs)
  if (!domain) return noteFault(state, 'too-many-domains', from)
  const announced = view.getUint16(from + 2)
  // Records of v1 have 52 bytes in some descriptions and 48 in what softflowd and others send: the datagram's length decides.
  const isLong = version === 1 && to - from >= headerBytes + announced * longRecordBytes
  const recordBytes = isLong ? longRecordBytes : layout.recordBytes
  const records = Math.min(announced, Math.floor((to - from - headerBytes) / recordBytes))
  if (version !== 1) noteSequence(domain.sequence, view.getUint32(from + 16), announced, maxRecords)

  const uptimeMs = view.getUint32(from + 4)
  const exportMs = view.getUint32(from + 8) * 1000 + Math.floor(view.getUint32(from + 12) / 1e6)
  // Two bits of mode, then the interval.
  const announcedRate = version === 5 ? view.getUint16(from + 22) & 0x3fff : 0
  if (announcedRate > 0) domain.toldRate = announcedRate
  const rate = announcedRate > 0 ? announcedRate : domain.context.sampling.rate

  const { batch } = state
  const { family, source, destination, sourcePort, destinationPort, protocol, tcpFlags, tos } = batch
  const { packets, bytes, samplingRate, start, end, inputInterface, outputInterface, sourceAs, destinationAs } = batch
  const { exporter: exporters, domain: domains } = batch
  const asMask = hasAs ? 0xffff : 0
  let icmpSeen = 0
  let at = from + headerBytes
  for (let left = records; left > 0;) {
    makeRoom(state, 1)
    const stop = Math.min(batch.capacity, batch.length + left)
    left -= stop - batch.length
    for (let row = batch.length; row < stop; row++, at += recordBytes) {
      family[row] = 4
      source[row * 4] = view.getUint32(at)
      destination[row * 4] = view.getUint32(at + 4)
      inputInterface[row] = view.getUint16(at + 12)
      outputInterface[row] = view.getUint16(at + 14)
      packets[row] = view.getUint32(at + 16) * rate
      bytes[row] = view.getUint32(at + 20) * rate
      samplingRate[row] = rate
      const first = exportMs - ((uptimeMs - view.getUint32(at + 24)) | 0)
      const last = exportMs - ((uptimeMs - view.getUint32(at + 28)) | 0)
      start[row] = first <= last ? first : last
      end[row] = last
      const ipProtocol = view.getUint8(at + 38)
      sourcePort[row] = view.getUint16(at + 32)
      destinationPort[row] = view.getUint16(at + 34)
      protocol[row] = ipProtocol
      tcpFlags[row] = view.getUint8(at + tcpFlagsAt)
      tos[row] = view.getUint8(at + 39)
      sourceAs[row] = view.getUint16(at + 40) & asMask
      destinationAs[row] = view.getUint16(at + 42) & asMask
      // Negative when it is ICMP or ICMPv6: a loop without branches is much faster, and those rows are mended after it.
      icmpSeen |= ((ipProtocol ^ 1) - 1) | ((ipProtocol ^ 58) - 1)
      exporters[row] = exporter
      domains[row] = number
    }
    if (icmpSeen < 0) mendIcmp(batch, batch.length, stop)
    batch.length = stop
  }
  state.counters.flows += records
  if (records < announced) noteFault(state, 'records-truncated', at)
}

/** Type and code of ICMP stand where the destination port would be; fprobe writes the type in place of the source port instead. */
function mendIcmp({ protocol, sourcePort, destinationPort, icmpType, icmpCode }: FlowBatch, from: number, to: number): void {
  for (let row = from; row < to; row++) {
    if (protocol[row] !== 1 && protocol[row] !== 58) continue
    const first = sourcePort[row]!
    const second = destinationPort[row]!
    const areApart = first > 0 && first < 256 && second < 256
    icmpType[row] = areApart ? first : second >>> 8
    icmpCode[row] = second
    if (areApart) sourcePort[row] = 0
    destinationPort[row] = 0
  }
}
