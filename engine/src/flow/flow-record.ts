import { formatAddress } from './addresses.ts'
import { noLabel } from './flow-batch.ts'
import type { FlowBatch } from './flow-batch.ts'

/**
 * A row of a batch as one object, for printing and for tests: names of IANA's IPFIX registry, times in milliseconds since
 * 1970, volumes corrected for sampling. What the row does not have is left out, so is a zero of a field that is optional.
 */
export interface FlowRecord {
  exporter: string
  observationDomainId: number
  sourceIPv4Address?: string
  destinationIPv4Address?: string
  sourceIPv6Address?: string
  destinationIPv6Address?: string
  sourceTransportPort: number
  destinationTransportPort: number
  protocolIdentifier: number
  tcpControlBits?: number
  icmpTypeIPv4?: number
  icmpCodeIPv4?: number
  icmpTypeIPv6?: number
  icmpCodeIPv6?: number
  ipClassOfService: number
  packetDeltaCount: number
  octetDeltaCount: number
  /** One packet in so many. */
  samplingInterval: number
  flowStartMilliseconds: number
  flowEndMilliseconds: number
  ingressInterface: number
  egressInterface: number
  bgpSourceAsNumber?: number
  bgpDestinationAsNumber?: number
  vlanId?: number
  mplsTopLabel?: number
  /** FlowSpec's bits (flow-batch.ts). */
  fragment?: number
}

export function readFlow(batch: FlowBatch, row: number, addressOf: (exporter: number) => string): FlowRecord {
  const family = batch.family[row]!
  const source = formatAddress(family, batch.source, row * 4)
  const destination = formatAddress(family, batch.destination, row * 4)
  const protocol = batch.protocol[row]!
  const [type, code] = [batch.icmpType[row]!, batch.icmpCode[row]!]
  const optional = <Name extends string>(name: Name, value: number, nothing = 0): { [name in Name]?: number } =>
    value === nothing ? {} : ({ [name]: value } as { [name in Name]?: number })
  return {
    exporter: addressOf(batch.exporter[row]!),
    observationDomainId: batch.domain[row]!,
    ...(family === 4 ? { sourceIPv4Address: source, destinationIPv4Address: destination } : {}),
    ...(family === 6 ? { sourceIPv6Address: source, destinationIPv6Address: destination } : {}),
    sourceTransportPort: batch.sourcePort[row]!,
    destinationTransportPort: batch.destinationPort[row]!,
    protocolIdentifier: protocol,
    ...optional('tcpControlBits', batch.tcpFlags[row]!),
    ...(protocol === 1 ? { icmpTypeIPv4: type, icmpCodeIPv4: code } : {}),
    ...(protocol === 58 ? { icmpTypeIPv6: type, icmpCodeIPv6: code } : {}),
    ipClassOfService: batch.tos[row]!,
    packetDeltaCount: batch.packets[row]!,
    octetDeltaCount: batch.bytes[row]!,
    samplingInterval: batch.samplingRate[row]!,
    flowStartMilliseconds: batch.start[row]!,
    flowEndMilliseconds: batch.end[row]!,
    ingressInterface: batch.inputInterface[row]!,
    egressInterface: batch.outputInterface[row]!,
    ...optional('bgpSourceAsNumber', batch.sourceAs[row]!),
    ...optional('bgpDestinationAsNumber', batch.destinationAs[row]!),
    ...optional('vlanId', batch.vlan[row]!),
    ...optional('mplsTopLabel', batch.mplsLabel[row]!, noLabel),
    ...optional('fragment', batch.fragment[row]!),
  }
}
