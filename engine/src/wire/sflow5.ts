import { blank } from '../flow/flow-batch.ts'
import { createPacketHeaders, readPacket } from '../packet/packet-headers.ts'
import type { Link } from '../packet/packet-headers.ts'
import type { Domain } from './domains.ts'
import { noteSequence } from './sequence.ts'
import { makeRoom, noteFault } from './wire-state.ts'
import type { WireState } from './wire-state.ts'
import { writeAddresses, writePacket } from './write-packet.ts'

// sFlow v5 (sflow.org, "sFlow Version 5", 2004): single packets, sampled one in so many, with their first bytes as they were
// sent, and interface counters. Everything is a multiple of four bytes, and every part says how long it is.

/** Kinds of samples, enterprise 0: flow and counters, and both with wide interface numbers. */
const sampleKind = { flow: 1, counters: 2, expandedFlow: 3, expandedCounters: 4 } as const
/** Parts of a flow sample, enterprise 0. */
const partKind = { header: 1, ethernet: 2, ipv4: 3, ipv6: 4, vlan: 1001, gateway: 1003 } as const
const counterKind = { interface: 1 } as const

/** header_protocol of a sampled header, those that lead to IP. */
const links: Partial<Record<number, Link>> = { 1: 'ethernet', 7: 'ppp', 11: 'ip', 12: 'ip', 13: 'mpls' }

const headers = createPacketHeaders()

/** Decodes the datagram at bytes `from` to `to` of the view. A sample's time is when it was received, `receivedMs`. */
export function decodeSflow5(state: WireState, view: DataView, from: number, to: number, sender: number, receivedMs: number): void {
  if (from + 8 > to) return noteFault(state, 'header-truncated', to)
  const addressType = view.getUint32(from + 4)
  if (addressType !== 1 && addressType !== 2) return noteFault(state, 'address-type-unknown', from + 4)
  let at = from + (addressType === 1 ? 12 : 24)
  if (at + 16 > to) return noteFault(state, 'header-truncated', to)
  const agent = agentOf(state, view, from + 8, addressType, sender)
  const domain = state.domains.findOrAdd('sflow5', agent < 0 ? sender : agent, view.getUint32(at), receivedMs)
  if (!domain) return noteFault(state, 'too-many-domains', at)
  // Agents that found no room share the sender's number; each of them counts by itself, so their loss cannot be told.
  if (agent >= 0) noteSequence(domain.sequence, view.getUint32(at + 4), 1)
  const samples = view.getUint32(at + 12)
  at += 16

  // Each sample has at least eight bytes, so the loop is bounded by the datagram whatever number it names.
  for (let sample = 0; sample < samples; sample++) {
    if (at + 8 > to) return noteFault(state, 'samples-missing', at)
    const kind = view.getUint32(at)
    const length = view.getUint32(at + 4)
    const end = at + 8 + length
    if (end > to) return noteFault(state, 'sample-beyond-datagram', at + 4)
    if (kind === sampleKind.flow || kind === sampleKind.expandedFlow)
      decodeFlowSample(state, domain, view, at + 8, end, kind === sampleKind.expandedFlow, receivedMs)
    else if (kind === sampleKind.counters || kind === sampleKind.expandedCounters)
      decodeCounters(state, domain, view, at + 8, end, kind === sampleKind.expandedCounters, receivedMs)
    else state.counters.otherSamples++
    at = end
  }
  if (state.fault === undefined) state.exporters.vouchFor(agent, true)
}

/** An agent is known by the address that it names; when it names none, by that of the sender. -1: there is no room for it. */
function agentOf(state: WireState, view: DataView, at: number, addressType: number, sender: number): number {
  const first = view.getUint32(at)
  if (addressType === 1) return first === 0 ? sender : state.exporters.numberOf(4, first)
  const [second, third, fourth] = [view.getUint32(at + 4), view.getUint32(at + 8), view.getUint32(at + 12)]
  if ((first | second | third | fourth) === 0) return sender
  return state.exporters.numberOf(6, first, second, third, fourth)
}

function decodeFlowSample(
  state: WireState,
  domain: Domain,
  view: DataView,
  from: number,
  to: number,
  isExpanded: boolean,
  receivedMs: number,
): void {
  const headBytes = isExpanded ? 44 : 32
  if (from + headBytes > to) return noteFault(state, 'sample-truncated', from)
  const rate = view.getUint32(from + (isExpanded ? 12 : 8))
  const input = isExpanded ? interfaceOf(view, from + 24, from + 28) : compactInterface(view.getUint32(from + 20))
  const output = isExpanded ? interfaceOf(view, from + 32, from + 36) : compactInterface(view.getUint32(from + 24))
  const parts = view.getUint32(from + headBytes - 4)

  makeRoom(state, 1)
  const { batch } = state
  const row = batch.length
  let at = from + headBytes
  for (let part = 0; part < parts; part++) {
    if (at + 8 > to) {
      noteFault(state, 'sample-truncated', at)
      break
    }
    const kind = view.getUint32(at)
    const end = at + 8 + view.getUint32(at + 4)
    if (end > to) {
      noteFault(state, 'record-beyond-set', at + 4)
      break
    }
    decodePart(state, row, view, kind, at + 8, end)
    at = end
  }
  if (batch.family[row] === 0) {
    blank(batch, row, row + 1)
    state.counters.otherSamples++
    return
  }
  if (rate > 0) domain.toldRate = rate
  const samplingRate = rate > 0 ? rate : domain.context.sampling.rate
  batch.packets[row] = samplingRate
  batch.bytes[row] = batch.bytes[row]! * samplingRate
  batch.samplingRate[row] = samplingRate
  batch.start[row] = receivedMs
  batch.end[row] = receivedMs
  batch.exporter[row] = domain.exporter
  batch.domain[row] = domain.domain
  batch.inputInterface[row] = input
  batch.outputInterface[row] = output
  batch.length = row + 1
  state.counters.flows++
}

/** Two bits of format, then the number; only format 0 is an interface (§5.1). */
const compactInterface = (value: number): number => (value >>> 30 === 0 ? value : 0)
const interfaceOf = (view: DataView, formatAt: number, valueAt: number): number =>
  view.getUint32(formatAt) === 0 ? view.getUint32(valueAt) : 0

/** Writes what a part of a flow sample says into the row; bytes are those of one packet. Parts that are cut short say nothing. */
function decodePart(state: WireState, row: number, view: DataView, kind: number, at: number, end: number): void {
  const { batch } = state
  if (kind === partKind.header) decodeHeader(state, row, view, at, end)
  else if (kind === partKind.ipv4 && at + 32 <= end) decodeSampledIp(state, row, view, at, 4)
  else if (kind === partKind.ipv6 && at + 56 <= end) decodeSampledIp(state, row, view, at, 6)
  else if (kind === partKind.ethernet && at + 4 <= end && batch.bytes[row] === 0) batch.bytes[row] = view.getUint32(at)
  else if (kind === partKind.vlan && at + 4 <= end && batch.vlan[row] === 0) batch.vlan[row] = view.getUint32(at) & 0x0fff
  else if (kind === partKind.gateway) decodeGateway(state, row, view, at, end)
}

function decodeHeader(state: WireState, row: number, view: DataView, at: number, end: number): void {
  if (at + 16 > end) return noteFault(state, 'sample-truncated', at)
  const { batch } = state
  const link = links[view.getUint32(at)]
  batch.bytes[row] = view.getUint32(at + 4)
  const headerEnd = at + 16 + view.getUint32(at + 12)
  if (headerEnd > end) return noteFault(state, 'record-beyond-set', at + 12)
  if (link === undefined || !readPacket(headers, view, at + 16, headerEnd, link, state.looksIntoTunnels)) return
  if (batch.family[row] !== 0) {
    // A header after another, or after what the agent read itself: of an address of IPv6 nothing may be left.
    batch.source.fill(0, row * 4, row * 4 + 4)
    batch.destination.fill(0, row * 4, row * 4 + 4)
  }
  writePacket(batch, row, view, headers)
}

/** sampled_ipv4 and sampled_ipv6: length, protocol, addresses, ports, flags, TOS. A header, where there is one too, says more. */
function decodeSampledIp(state: WireState, row: number, view: DataView, at: number, family: 4 | 6): void {
  const { batch } = state
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
function decodeGateway(state: WireState, row: number, view: DataView, from: number, end: number): void {
  const { batch } = state
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

function decodeCounters(
  state: WireState,
  domain: Domain,
  view: DataView,
  from: number,
  to: number,
  isExpanded: boolean,
  receivedMs: number,
): void {
  const headBytes = isExpanded ? 16 : 12
  if (from + headBytes > to) return noteFault(state, 'sample-truncated', from)
  state.counters.counterSamples++
  const parts = view.getUint32(from + headBytes - 4)
  let at = from + headBytes
  for (let part = 0; part < parts; part++) {
    if (at + 8 > to) return noteFault(state, 'sample-truncated', at)
    const kind = view.getUint32(at)
    const end = at + 8 + view.getUint32(at + 4)
    if (end > to) return noteFault(state, 'record-beyond-set', at + 4)
    if (kind === counterKind.interface && at + 8 + 88 <= end) reportInterface(state, domain, view, at + 8, receivedMs)
    at = end
  }
}

function reportInterface(state: WireState, domain: Domain, view: DataView, at: number, receivedMs: number): void {
  const wide = (offset: number): number => view.getUint32(at + offset) * 0x1_0000_0000 + view.getUint32(at + offset + 4)
  const word = (offset: number): number => view.getUint32(at + offset)
  state.onInterfaceCounters?.({
    exporter: domain.exporter,
    domain: domain.domain,
    receivedMs,
    interface: word(0),
    interfaceType: word(4),
    bitsPerSecond: wide(8),
    isAdminUp: (word(20) & 1) !== 0,
    isUp: (word(20) & 2) !== 0,
    inBytes: wide(24),
    inUnicastPackets: word(32),
    inMulticastPackets: word(36),
    inBroadcastPackets: word(40),
    inDiscards: word(44),
    inErrors: word(48),
    outBytes: wide(56),
    outUnicastPackets: word(64),
    outMulticastPackets: word(68),
    outBroadcastPackets: word(72),
    outDiscards: word(76),
    outErrors: word(80),
  })
}
