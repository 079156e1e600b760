import { fragmentBit } from '../flow/flow-batch.ts'

/** What the packets of a flow are like. Ports that are left out are any; where packets are alike, `bytes` is the length of each. */
export interface Shape {
  protocol: number
  bytes: number
  sourcePort?: number
  destinationPort?: number
  tcpFlags?: number
  fragment?: number
  /** Of ICMP, by IPv4's numbers. */
  icmpType?: number
}

export interface AttackShape extends Shape {
  /** Where the packets come from, or of what goes out, go to: so many addresses, or any. */
  others: number
  /** From the target to others. */
  isOutgoing?: true
}

/** What each vector looks like in flows, under the name by which the detector tells it. */
export const attackShapes = {
  'syn-flood': { protocol: 6, bytes: 60, others: Infinity, destinationPort: 443, tcpFlags: 2 },
  'syn-ack-reflection': { protocol: 6, bytes: 60, others: 4000, sourcePort: 443, tcpFlags: 0x12 },
  'ack-flood': { protocol: 6, bytes: 54, others: 3000, destinationPort: 443, tcpFlags: 0x10 },
  'rst-flood': { protocol: 6, bytes: 54, others: 3000, destinationPort: 443, tcpFlags: 4 },
  'udp-flood': { protocol: 17, bytes: 900, others: 500, destinationPort: 80 },
  'icmp-flood': { protocol: 1, bytes: 1000, others: 800, icmpType: 8 },
  'fragment-flood': { protocol: 17, bytes: 1500, others: 1500, fragment: fragmentBit.isFragment },
  'protocol-flood': { protocol: 47, bytes: 600, others: 400 },
  'dns-reflection': { protocol: 17, bytes: 1400, others: 3000, sourcePort: 53 },
  'ntp-reflection': { protocol: 17, bytes: 468, others: 1000, sourcePort: 123 },
  'cldap-reflection': { protocol: 17, bytes: 1500, others: 700, sourcePort: 389 },
  'ssdp-reflection': { protocol: 17, bytes: 320, others: 2000, sourcePort: 1900 },
  'memcached-reflection': { protocol: 17, bytes: 1400, others: 60, sourcePort: 11_211 },
  'carpet-bombing': { protocol: 17, bytes: 500, others: 2000, destinationPort: 53 },
  'many-sources': { protocol: 6, bytes: 300, others: 400_000, destinationPort: 443, tcpFlags: 0x1b },
  scan: { protocol: 6, bytes: 60, others: 120_000, destinationPort: 445, tcpFlags: 2, isOutgoing: true },
} as const satisfies Record<string, AttackShape>

export type VectorName = keyof typeof attackShapes
