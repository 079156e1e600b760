import { fragmentBit } from '../flow/flow-batch.ts'
import type { FlowBatch } from '../flow/flow-batch.ts'
import { protocolNumber } from '../packet/packet-headers.ts'
import { compareRules } from './compare-rules.ts'
import type { BitmaskTerm, FlowSpecMatch, NumericTerm } from './flowspec-rule.ts'
import { hasPortsToSee, holdsBits, holdsNumber } from './match-flow.ts'
import { containsAddress, containsPrefix } from './prefix.ts'
import type { Prefix } from './prefix.ts'

// Traffic that no rule may touch, whatever it looks like: one's own resolvers, management, BGP sessions. FlowSpec has no
// exceptions in a match, but it has an order (RFC 8955 §5.1) and stops at the first rule that matches: so a rule without an action
// lets such traffic pass before a filter sees it. Fragments tell no ports; those of a port on the list pass by their source only.

export interface NeverTouch {
  /** Networks that the traffic comes from: the target's resolvers, whoever manages it. */
  sources?: readonly Prefix[]
  /** Hosts and networks that it goes to. */
  destinations?: readonly Prefix[]
  /** TCP and UDP, as source or as destination. */
  ports?: readonly number[]
}

/** Whether the row is traffic that no rule may touch. */
export function isUntouchable({ sources = [], destinations = [], ports = [] }: NeverTouch, batch: FlowBatch, row: number): boolean {
  const family = batch.family[row]!
  if (destinations.some(prefix => containsAddress(prefix, family, batch.destination, row * 4))) return true
  if (sources.some(prefix => containsAddress(prefix, family, batch.source, row * 4))) return true
  if (ports.length === 0 || !hasPortsToSee(batch.protocol[row]!, batch.fragment[row]!)) return false
  return ports.includes(batch.sourcePort[row]!) || ports.includes(batch.destinationPort[row]!)
}

/**
 * Matches that must pass before this filter; undefined when the filter could not be kept off what it may not touch, because it
 * lies within it.
 */
export function exemptionsFor(
  filter: FlowSpecMatch,
  { sources = [], destinations = [], ports = [] }: NeverTouch,
): FlowSpecMatch[] | undefined {
  const { family, destination, source, protocols } = filter
  if (!destination) return undefined
  const exemptions: FlowSpecMatch[] = []
  for (const prefix of destinations) {
    if (containsPrefix(prefix, destination)) return undefined
    if (containsPrefix(destination, prefix)) exemptions.push({ family, destination: { ...prefix, offset: 0 } })
  }
  for (const prefix of sources) {
    if (source && containsPrefix(prefix, source)) return undefined
    if (prefix.family === family && (!source || containsPrefix(source, prefix)))
      exemptions.push({ family, destination, source: { ...prefix, offset: 0 } })
  }
  const met = ports.filter(port => couldMeetPort(filter, port))
  if (met.length > 0) {
    const terms: NumericTerm[] = met.map(value => ({ and: false, compare: '=', value }))
    // The filter's own first components, so that the next one, ports, decides the order.
    exemptions.push({ family, destination, ...(source ? { source } : {}), ...(protocols ? { protocols } : {}), ports: terms })
  }
  return exemptions.every(exemption => compareRules(exemption, filter) < 0) ? exemptions : undefined
}

function couldMeetPort({ protocols, sourcePorts, destinationPorts, icmpTypes, icmpCodes, fragment }: FlowSpecMatch, port: number): boolean {
  if (icmpTypes || icmpCodes) return false
  const isOther = protocols && !holdsNumber(protocols, protocolNumber.tcp) && !holdsNumber(protocols, protocolNumber.udp)
  if (isOther === true || (fragment && !allowsPorts(fragment))) return false
  return !sourcePorts || !destinationPorts || holdsNumber(sourcePorts, port) || holdsNumber(destinationPorts, port)
}

/** Whether a packet with ports to see can hold these tests. */
function allowsPorts(fragment: readonly BitmaskTerm[]): boolean {
  const { dontFragment, firstFragment } = fragmentBit
  return [0, dontFragment, firstFragment, dontFragment | firstFragment].some(bits => holdsBits(fragment, bits))
}
