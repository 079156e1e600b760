import type { Prefix } from './prefix.ts'

// A filter rule as data: what it matches (RFC 8955 §4.2.2, RFC 8956 §3), what happens to it (RFC 8955 §7), how long, and what
// it is expected to do. Whoever announces or applies it needs nothing else.

/** How a value of the packet is compared; `always` and `never` are the two of the eight that look at no value. */
export type Comparison = 'never' | '=' | '>' | '>=' | '<' | '<=' | '!=' | 'always'

/** One of a list of comparisons, joined to what stands before it; AND binds closer than OR. The first is joined to nothing. */
export interface NumericTerm {
  and: boolean
  compare: Comparison
  value: number
}

/** One of a list of tests on bits: whether all of them are set, or any; `not` turns the answer round. */
export interface BitmaskTerm {
  and: boolean
  not: boolean
  test: 'all' | 'any'
  bits: number
}

/** A prefix of which the first `offset` bits may be anything (IPv6 only, RFC 8956 §3.1; those bits are zero here). */
export interface MatchPrefix extends Prefix {
  offset: number
}

/** All that is given must hold. Ports hold for TCP and UDP alone, and for no fragment but the first. */
export interface FlowSpecMatch {
  family: 4 | 6
  destination?: MatchPrefix
  source?: MatchPrefix
  /** IANA protocol numbers; for IPv6 the last next-header. */
  protocols?: readonly NumericTerm[]
  /** Source or destination port. */
  ports?: readonly NumericTerm[]
  destinationPorts?: readonly NumericTerm[]
  sourcePorts?: readonly NumericTerm[]
  /** Of ICMP for IPv4, of ICMPv6 for IPv6. */
  icmpTypes?: readonly NumericTerm[]
  icmpCodes?: readonly NumericTerm[]
  /** TCP's control bits: FIN 1, SYN 2, RST 4, PSH 8, ACK 16, URG 32, ECE 64, CWR 128. */
  tcpFlags?: readonly BitmaskTerm[]
  /** Bytes of the IP packet with its header. */
  packetLengths?: readonly NumericTerm[]
  dscp?: readonly NumericTerm[]
  /** `fragmentBit`s (flow-batch.ts); IPv6 has no "don't fragment". */
  fragment?: readonly BitmaskTerm[]
  /** IPv6 only. */
  flowLabels?: readonly NumericTerm[]
}

/** A VPN by its route target, in one of the three forms of RFC 8955 §7.4. */
export type RouteTarget =
  | { form: 'as2'; autonomousSystem: number; value: number }
  | { form: 'ipv4'; address: number; value: number }
  | { form: 'as4'; autonomousSystem: number; value: number }

export type RuleAction =
  | { kind: 'drop' }
  /** Above 0; kept as a 32-bit float on the wire. */
  | { kind: 'limit-bytes'; bytesPerSecond: number }
  | { kind: 'limit-packets'; packetsPerSecond: number }
  | { kind: 'redirect-vrf'; target: RouteTarget }
  /** To another next hop; `copies` leaves the original where it was (draft-ietf-idr-flowspec-redirect-ip). */
  | { kind: 'redirect-ip'; family: 4 | 6; words: readonly [number, number, number, number]; copies: boolean }
  | { kind: 'mark'; dscp: number }
  /** `continues` lets later rules look at the packet too; `samples` asks for samples or a log (RFC 8955 §7.3). */
  | { kind: 'traffic-action'; continues: boolean; samples: boolean }

/** Shares are of 1; `packets` and `bytes` are what the flows that were looked at carried. */
export interface Expectation {
  /** Share of the attack that is matched, by what the attack is measured in, and what no rule before matches. */
  coverage: number
  newCoverage: number
  /** Share of the target's usual traffic that is matched, in the same measure; 0 when none was given. */
  collateral: number
  /** Share of what any host may receive (assumed-traffic.ts) that is matched. */
  assumedCollateral: number
  attackPackets: number
  attackBytes: number
  usualPackets: number
  usualBytes: number
}

/** Why a rule is there: a key for whoever writes texts, and the numbers that go into them. */
export interface RuleReason {
  key:
    | 'amplification-ports'
    | 'later-fragments'
    | 'tcp-flags'
    | 'source-network'
    | 'icmp-type'
    | 'service-ports'
    | 'packet-length'
    | 'protocol'
    | 'all-traffic'
    | 'never-touch'
    | 'last-resort'
  actionKey: 'no-collateral-seen' | 'no-collateral-assumed' | 'limited-to-usual-peak' | 'passes-before-filters' | 'everything-is-lost'
}

export interface FlowSpecRule {
  match: FlowSpecMatch
  /** None: what matches passes, and no later rule looks at it. */
  actions: readonly RuleAction[]
  /** Milliseconds since 1970; it is withdrawn at `untilMs` unless renewed. */
  fromMs: number
  untilMs: number
  expected: Expectation
  reason: RuleReason
}

/** Remotely triggered black hole (RFC 7999): the route of a prefix with the community 65535:666. */
export interface BlackholeRoute {
  prefix: Prefix
  community: number
  /** It drops traffic that no rule may touch, too. */
  breaksNeverTouch: boolean
  fromMs: number
  untilMs: number
  expected: Expectation
  reason: RuleReason
}

/** BLACKHOLE, 65535:666 (RFC 7999 §5). */
export const blackholeCommunity = 0xffff_029a
