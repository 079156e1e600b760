import { blank } from '../flow/flow-batch.ts'
import type { FlowBatch } from '../flow/flow-batch.ts'
import { createPacketHeaders, readPacket } from '../packet/packet-headers.ts'
import type { Link } from '../packet/packet-headers.ts'
import type { Domain } from './domains.ts'
import { makeRoom, noteFault } from './wire-state.ts'
import type { WireState } from './wire-state.ts'
import { writeAddresses, writePacket } from './write-packet.ts'

// A flow sample of sFlow v5 (sflow5.ts): one packet that was looked at, by its first bytes or by what the agent read of them,
// becomes a row. What is here runs once for each sample, so its columns are closed over (decision 0017).

/** Parts of a flow sample, enterprise 0. */
const partKind = { header: 1, ethernet: 2, ipv4: 3, ipv6: 4, vlan: 1001, gateway: 1003 } as const

/** header_protocol of a sampled header, those that lead to IP. */
const ethernet = 1
const links: Partial<Record<number, Link>> = { [ethernet]: 'ethernet', 7: 'ppp', 10: 'ip', 11: 'ip', 12: 'ip', 13: 'mpls', 14: 'ppp' }

/** Ethernet, IPv4 without options, TCP as far as its flags. */
const plainBytes = 14 + 20 + 14

/** Reads the flow sample, expanded or not, at bytes `from` to `to` of the view. */
export type ReadFlowSample = (domain: Domain, view: DataView, from: number, to: number, isExpanded: boolean, receivedMs: number) => void

export function createFlowSampleReader(state: WireState): ReadFlowSample {
  const { batch, counters, looksIntoTunnels, countsIpBytes } = state
  const { family, source, destination, sourcePort, destinationPort, protocol, tcpFlags, tos, fragment, vlan } = batch
  const { packets, bytes, samplingRate, start, end, exporter, domain: domains, inputInterface, outputInterface } = batch
  const headers = createPacketHeaders()

  /** Writes what a part of a flow sample says into the row; bytes are those of one packet. Parts that are cut short say nothing. */
  function readPart(row: number, view: DataView, kind: number, at: number, partEnd: number): void {
    if (kind === partKind.header) readHeader(row, view, at, partEnd)
    else if (kind === partKind.ipv4 && at + 32 <= partEnd) readSampledIp(batch, row, view, at, 4)
    else if (kind === partKind.ipv6 && at + 56 <= partEnd) readSampledIp(batch, row, view, at, 6)
    else if (kind === partKind.ethernet && at + 4 <= partEnd && bytes[row] === 0) bytes[row] = view.getUint32(at)
    else if (kind === partKind.vlan && at + 4 <= partEnd && vlan[row] === 0) vlan[row] = view.getUint32(at) & 0x0fff
    else if (kind === partKind.gateway) readGateway(batch, row, view, at, partEnd)
  }

  function readHeader(row: number, view: DataView, at: number, partEnd: number): void {
    if (at + 16 > partEnd) return noteFault(state, 'sample-truncated', at)
    const frame = at + 16
    const frameEnd = frame + view.getUint32(at + 12)
    const kind = view.getUint32(at)
    bytes[row] = view.getUint32(at + 4)
    if (frameEnd > partEnd) return noteFault(state, 'record-beyond-set', at + 12)
    const isFirst = family[row] === 0
    if (isFirst && kind === ethernet && frame + plainBytes <= frameEnd && readPlainPacket(row, view, frame)) return
    const link = links[kind]
    if (link === undefined || !readPacket(headers, view, frame, frameEnd, link, looksIntoTunnels)) return
    if (!isFirst) {
      // A header after another, or after what the agent read itself: of an address of IPv6 nothing may be left.
      source.fill(0, row * 4, row * 4 + 4)
      destination.fill(0, row * 4, row * 4 + 4)
    }
    writePacket(batch, row, view, headers)
    if (countsIpBytes) writeIpBytes(row, headers.packetEnd - headers.sourceAt + (headers.family === 4 ? 12 : 8))
  }

  /** Of a packet that was cut by the sender's card later, IP tells no length: then the frame's remains. */
  function writeIpBytes(row: number, length: number): void {
    if (length >= 20) bytes[row] = length
  }

  /**
   * The packet that most samples show, read straight into the row: Ethernet without tags, IPv4 without options, not in fragments, TCP or UDP.
   * False, and nothing was written, for any other; a property test holds the two ways to the same rows.
   */
  function readPlainPacket(row: number, view: DataView, frame: number): boolean {
    const head = view.getUint32(frame + 12)
    const fragmentation = view.getUint16(frame + 20)
    const number = view.getUint8(frame + 23)
    if (head >>> 8 !== 0x08_0045 || (fragmentation & 0x3fff) !== 0 || (number !== 6 && number !== 17)) return false
    family[row] = 4
    if (countsIpBytes) writeIpBytes(row, view.getUint16(frame + 16))
    tos[row] = head
    // RFC 791: of the three bits only "don't fragment" is left; it is the lowest of FlowSpec's.
    fragment[row] = (fragmentation >>> 14) & 1
    protocol[row] = number
    source[row * 4] = view.getUint32(frame + 26)
    destination[row * 4] = view.getUint32(frame + 30)
    const ports = view.getUint32(frame + 34)
    sourcePort[row] = ports >>> 16
    destinationPort[row] = ports
    if (number === 6) tcpFlags[row] = view.getUint16(frame + 46) & 0x01ff
    return true
  }

  return (domain, view, from, to, isExpanded, receivedMs) => {
    const headBytes = isExpanded ? 44 : 32
    if (from + headBytes > to) return noteFault(state, 'sample-truncated', from)
    const told = view.getUint32(from + (isExpanded ? 12 : 8))
    const input = isExpanded ? interfaceOf(view, from + 24, from + 28) : compactInterface(view.getUint32(from + 20))
    const output = isExpanded ? interfaceOf(view, from + 32, from + 36) : compactInterface(view.getUint32(from + 24))
    const parts = view.getUint32(from + headBytes - 4)

    makeRoom(state, 1)
    const row = batch.length
    let at = from + headBytes
    for (let part = 0; part < parts; part++) {
      if (at + 8 > to) {
        noteFault(state, 'sample-truncated', at)
        break
      }
      const kind = view.getUint32(at)
      const partEnd = at + 8 + view.getUint32(at + 4)
      if (partEnd > to) {
        noteFault(state, 'record-beyond-set', at + 4)
        break
      }
      readPart(row, view, kind, at + 8, partEnd)
      at = partEnd
    }
    if (family[row] === 0) {
      blank(batch, row, row + 1)
      counters.otherSamples++
      return
    }
    if (told > 0) domain.toldRate = told
    const rate = told > 0 ? told : domain.context.sampling.rate
    packets[row] = rate
    bytes[row] = bytes[row]! * rate
    samplingRate[row] = rate
    start[row] = receivedMs
    end[row] = receivedMs
    exporter[row] = domain.exporter
    domains[row] = domain.domain
    inputInterface[row] = input
    outputInterface[row] = output
    batch.length = row + 1
    counters.flows++
  }
}

/** Two bits of format, then the number; only format 0 is an interface (§5.1). */
const compactInterface = (value: number): number => (value >>> 30 === 0 ? value : 0)
const interfaceOf = (view: DataView, formatAt: number, valueAt: number): number =>
  view.getUint32(formatAt) === 0 ? view.getUint32(valueAt) : 0

/** sampled_ipv4 and sampled_ipv6: length, protocol, addresses, ports, flags, TOS. A header, where there is one too, says more. */
function readSampledIp(batch: FlowBatch, row: number, view: DataView, at: number, family: 4 | 6): void {
  if (batch.family[row] !== 0) return
  const addressBytes = family === 4 ? 4 : 16
  const after = at + 8 + addressBytes * 2
  if (batch.bytes[row] === 0) batch.bytes[row] = view.getUint32(at)
  const protocol = view.getUint32(at + 4)
  writeAddresses(batch, row, view, family, at + 8, at + 8 + addressBytes)
  batch.protocol[row] = protocol
  const isIcmp = protocol === 1 || protocol === 58
  const port = view.getUint32(after + 4)
  batch.sourcePort[row] = view.getUint32(after)
  batch.destinationPort[row] = isIcmp ? 0 : port
  batch.icmpType[row] = isIcmp ? port >>> 8 : 0
  batch.icmpCode[row] = isIcmp ? port : 0
  batch.tcpFlags[row] = view.getUint32(after + 8)
  batch.tos[row] = view.getUint32(after + 12)
}

/** extended_gateway (§5.3): next hop, own AS, the source's AS and its neighbour's, then the path to the destination. */
function readGateway(batch: FlowBatch, row: number, view: DataView, from: number, end: number): void {
  if (from + 4 > end) return
  const nextHopType = view.getUint32(from)
  const at = from + 4 + (nextHopType === 1 ? 4 : nextHopType === 2 ? 16 : 0)
  if (at + 16 > end) return
  batch.sourceAs[row] = view.getUint32(at + 4)
  let segments = view.getUint32(at + 12)
  let place = at + 16
  // Each segment has at least eight bytes. The last AS of the last one is the destination's.
  for (; segments > 0 && place + 8 <= end; segments--) {
    const length = view.getUint32(place + 4)
    const last = place + 8 + length * 4
    if (last > end) return
    if (length > 0) batch.destinationAs[row] = view.getUint32(last - 4)
    place = last
  }
}
