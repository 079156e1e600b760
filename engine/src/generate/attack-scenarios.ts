import { fragmentBit } from '../flow/flow-batch.ts'
import type { AttackShape, VectorName } from './attack-shapes.ts'

// Attacks by the names under which people ask for them: which vectors, in which shares, how they rise and fall. Rates are some
// times what a host of the profile `standard` may receive (detect/profiles.ts), so that each is an attack without doubt.

export interface ScenarioPart {
  vector: VectorName
  /** Of the scenario's packets. */
  share: number
  /** Where it differs from the vector's usual shape. */
  shape?: Partial<AttackShape>
}

export interface AttackScenario {
  name: string
  summary: string
  /** Unless others are asked for, while it is active. */
  packetsPerSecond: number
  /** The first one names the attack. */
  parts: readonly ScenarioPart[]
  pulses?: { onMs: number; everyMs: number }
  isRamp?: true
  /** Spread over the /24, or the first 256 hosts of the /64, around the target. */
  isCarpet?: true
}

/** What follows an amplifier's first fragment: no ports, and the end of the packet. */
const rest = (share: number, bytes: number, others: number): ScenarioPart => ({
  vector: 'fragment-flood',
  share,
  shape: { bytes, others, fragment: fragmentBit.isFragment | fragmentBit.lastFragment },
})
const begins = { fragment: fragmentBit.firstFragment, bytes: 1500 } as const

export const attackScenarios: readonly AttackScenario[] = [
  {
    name: 'dns-amplification',
    summary: 'answers of open resolvers, each in two fragments',
    packetsPerSecond: 60_000,
    parts: [{ vector: 'dns-reflection', share: 0.5, shape: begins }, rest(0.5, 1128, 3000)],
  },
  {
    name: 'ntp-amplification',
    summary: "answers to NTP's monlist, packets of 468 bytes",
    packetsPerSecond: 30_000,
    parts: [{ vector: 'ntp-reflection', share: 1 }],
  },
  {
    name: 'cldap-amplification',
    summary: 'answers of directory servers, each in two fragments',
    packetsPerSecond: 30_000,
    parts: [{ vector: 'cldap-reflection', share: 0.5, shape: begins }, rest(0.5, 1400, 700)],
  },
  {
    name: 'memcached-amplification',
    summary: 'answers of sixty memory caches, some of them in fragments',
    packetsPerSecond: 40_000,
    parts: [
      { vector: 'memcached-reflection', share: 0.7 },
      { vector: 'memcached-reflection', share: 0.15, shape: begins },
      rest(0.15, 1400, 60),
    ],
  },
  {
    name: 'ssdp-amplification',
    summary: 'answers of home devices, small and many',
    packetsPerSecond: 30_000,
    parts: [{ vector: 'ssdp-reflection', share: 1 }],
  },
  {
    name: 'syn-flood',
    summary: 'SYN to port 443 from addresses that are made up',
    packetsPerSecond: 50_000,
    parts: [{ vector: 'syn-flood', share: 1 }],
  },
  {
    name: 'syn-ack-reflection',
    summary: "web servers' answers to SYNs that the target never sent",
    packetsPerSecond: 30_000,
    parts: [{ vector: 'syn-ack-reflection', share: 1 }],
  },
  { name: 'ack-flood', summary: 'ACK without a connection', packetsPerSecond: 200_000, parts: [{ vector: 'ack-flood', share: 1 }] },
  { name: 'rst-flood', summary: 'RST without a connection', packetsPerSecond: 30_000, parts: [{ vector: 'rst-flood', share: 1 }] },
  {
    name: 'udp-flood',
    summary: 'datagrams of 900 bytes from 500 hosts',
    packetsPerSecond: 150_000,
    parts: [{ vector: 'udp-flood', share: 1 }],
  },
  { name: 'icmp-flood', summary: 'echo requests of 1000 bytes', packetsPerSecond: 20_000, parts: [{ vector: 'icmp-flood', share: 1 }] },
  { name: 'gre-flood', summary: 'GRE, which has no ports', packetsPerSecond: 80_000, parts: [{ vector: 'protocol-flood', share: 1 }] },
  {
    name: 'carpet-bombing',
    summary: 'UDP over the whole /24 of the target, each host below its limit',
    packetsPerSecond: 1_000_000,
    parts: [{ vector: 'carpet-bombing', share: 1 }],
    isCarpet: true,
  },
  {
    name: 'pulses',
    summary: 'a UDP flood for a second in every ten',
    packetsPerSecond: 200_000,
    parts: [{ vector: 'udp-flood', share: 1 }],
    pulses: { onMs: 1000, everyMs: 10_000 },
  },
  {
    name: 'slow-ramp',
    summary: 'a UDP flood that grows from nothing over its whole time',
    packetsPerSecond: 150_000,
    parts: [{ vector: 'udp-flood', share: 1 }],
    isRamp: true,
  },
  {
    name: 'low-and-wide',
    summary: 'connections from hundreds of thousands of hosts, little from each; found a minute after the target was first busy',
    packetsPerSecond: 12_000,
    parts: [{ vector: 'many-sources', share: 1 }],
  },
  {
    name: 'outgoing-scan',
    summary: 'the target itself tries port 445 of hosts elsewhere; told where the target lies in a protected network',
    packetsPerSecond: 1000,
    parts: [{ vector: 'scan', share: 1 }],
  },
  {
    name: 'syn-and-ntp',
    summary: 'two vectors at once: a SYN flood and answers of NTP',
    packetsPerSecond: 60_000,
    parts: [
      { vector: 'syn-flood', share: 0.6 },
      { vector: 'ntp-reflection', share: 0.4 },
    ],
  },
]
