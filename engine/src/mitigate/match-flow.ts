import { fragmentBit } from '../flow/flow-batch.ts'
import type { FlowBatch } from '../flow/flow-batch.ts'
import { protocolNumber } from '../packet/packet-headers.ts'
import type { BitmaskTerm, Comparison, FlowSpecMatch, FlowSpecRule, MatchPrefix, NumericTerm } from './flowspec-rule.ts'
import { maskOfWord } from './prefix.ts'

// What a rule would do to a flow, as a router does it to a packet (RFC 8955 §4.2.2). A flow of several packets is taken as
// packets of its average length, with the flags of all of them. A batch keeps no flow label: a rule on one matches nothing.

/** Ports can be looked at in TCP and UDP, and not in a fragment that begins later than the header (RFC 8955 §4.2.2.4). */
export const hasPortsToSee = (protocol: number, fragment: number): boolean =>
  (protocol === protocolNumber.tcp || protocol === protocolNumber.udp) && (fragment & fragmentBit.isFragment) === 0

/** Average length of the flow's packets, by bytes that are IP's own: of sFlow a decoder with `countsIpBytes` gives them. */
export function packetLengthOf(batch: FlowBatch, row: number): number {
  const packets = batch.packets[row]!
  const length = packets > 0 ? Math.round(batch.bytes[row]! / packets) : 0
  return Math.min(65_535, Math.max(0, length))
}

/** Whether the row is what the rule matches. */
export function matchFlow(match: FlowSpecMatch, batch: FlowBatch, row: number): boolean {
  if (batch.family[row] !== match.family || match.flowLabels) return false
  const { destination, source, protocols, ports, destinationPorts, sourcePorts, icmpTypes, icmpCodes } = match
  if (destination && !holdsPrefix(destination, batch.destination, row * 4)) return false
  if (source && !holdsPrefix(source, batch.source, row * 4)) return false
  const protocol = batch.protocol[row]!
  if (protocols && !holdsNumber(protocols, protocol)) return false
  const fragment = batch.fragment[row]!
  if (ports || destinationPorts || sourcePorts) {
    if (!hasPortsToSee(protocol, fragment)) return false
    const [from, to] = [batch.sourcePort[row]!, batch.destinationPort[row]!]
    if (ports && !holdsNumber(ports, from) && !holdsNumber(ports, to)) return false
    if (destinationPorts && !holdsNumber(destinationPorts, to)) return false
    if (sourcePorts && !holdsNumber(sourcePorts, from)) return false
  }
  const isLater = (fragment & fragmentBit.isFragment) !== 0
  if (icmpTypes || icmpCodes) {
    if (isLater || protocol !== (match.family === 4 ? protocolNumber.icmp : protocolNumber.icmp6)) return false
    if (icmpTypes && !holdsNumber(icmpTypes, batch.icmpType[row]!)) return false
    if (icmpCodes && !holdsNumber(icmpCodes, batch.icmpCode[row]!)) return false
  }
  if (match.tcpFlags && (isLater || protocol !== protocolNumber.tcp || !holdsBits(match.tcpFlags, batch.tcpFlags[row]!))) return false
  if (match.packetLengths && !holdsNumber(match.packetLengths, packetLengthOf(batch, row))) return false
  if (match.dscp && !holdsNumber(match.dscp, batch.tos[row]! >>> 2)) return false
  return !match.fragment || holdsBits(match.fragment, fragment)
}

/** The first of the rules, which stand in the order in which a router tries them, that matches the row. */
export function findDecidingRule(rules: readonly FlowSpecRule[], batch: FlowBatch, row: number): FlowSpecRule | undefined {
  return rules.find(rule => matchFlow(rule.match, batch, row))
}

function holdsPrefix({ words, length, offset }: MatchPrefix, address: ArrayLike<number>, at: number): boolean {
  for (let index = 0; index * 32 < length; index++)
    if ((((address[at + index]! ^ words[index]!) >>> 0) & maskOfWord(index, offset, length)) !== 0) return false
  return true
}

/** A list of comparisons on a value; AND binds closer than OR. */
export function holdsNumber(terms: readonly NumericTerm[], value: number): boolean {
  let holds = false
  for (const [index, term] of terms.entries()) {
    if (index > 0 && !term.and && holds) return true
    const told = compare(term.compare, value, term.value)
    holds = index > 0 && term.and ? holds && told : told
  }
  return holds
}

function compare(comparison: Comparison, value: number, limit: number): boolean {
  switch (comparison) {
    case '=':
      return value === limit
    case '!=':
      return value !== limit
    case '<':
      return value < limit
    case '<=':
      return value <= limit
    case '>':
      return value > limit
    case '>=':
      return value >= limit
    case 'always':
      return true
    case 'never':
      return false
  }
}

/** A list of tests on a value's bits. */
export function holdsBits(terms: readonly BitmaskTerm[], value: number): boolean {
  let holds = false
  for (const [index, term] of terms.entries()) {
    if (index > 0 && !term.and && holds) return true
    const told = (term.test === 'all' ? (value & term.bits) === term.bits : (value & term.bits) !== 0) !== term.not
    holds = index > 0 && term.and ? holds && told : told
  }
  return holds
}
