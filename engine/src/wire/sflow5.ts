import type { Domain } from './domains.ts'
import { noteSequence } from './sequence.ts'
import type { ReadFlowSample } from './sflow-sample.ts'
import { noteFault } from './wire-state.ts'
import type { WireState } from './wire-state.ts'

// sFlow v5 (sflow.org, "sFlow Version 5", 2004): single packets, sampled one in so many, with their first bytes as they were
// sent, and interface counters. Everything is a multiple of four bytes, and every part says how long it is.

/** Kinds of samples, enterprise 0: flow and counters, and both with wide interface numbers. */
const sampleKind = { flow: 1, counters: 2, expandedFlow: 3, expandedCounters: 4 } as const
const counterKind = { interface: 1 } as const

/** Decodes the datagram at bytes `from` to `to` of the view. A sample's time is when it was received, `receivedMs`. */
export function decodeSflow5(
  state: WireState,
  readFlowSample: ReadFlowSample,
  view: DataView,
  from: number,
  to: number,
  sender: number,
  receivedMs: number,
): void {
  if (from + 8 > to) return noteFault(state, 'header-truncated', to)
  const addressType = view.getUint32(from + 4)
  if (addressType > 2) return noteFault(state, 'address-type-unknown', from + 4)
  // Type 0 is no address (§5).
  let at = from + 8 + (addressType === 0 ? 0 : addressType === 1 ? 4 : 16)
  if (at + 16 > to) return noteFault(state, 'header-truncated', to)
  const agent = addressType === 0 ? sender : agentOf(state, view, from + 8, addressType, sender)
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
      readFlowSample(domain, view, at + 8, end, kind === sampleKind.expandedFlow, receivedMs)
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
