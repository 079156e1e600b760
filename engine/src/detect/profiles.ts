import { amplificationServices } from '../window/amplification-services.ts'
import { firstServiceKind, kind, kindCount, kindNames } from '../window/kinds.ts'
import type { HotBar } from '../window/traffic-window.ts'

// What is too much for one host, by profile. The values come from what hosts of the sort usually bear, not from captures of
// attacks: kinds that a host hardly receives in good times are bounded closely, its total widely.

export interface Limit {
  packetsPerSecond?: number
  bitsPerSecond?: number
}

/** Limits of one host. `total` of everything; of services `amplification` holds unless one is named. */
export interface Profile {
  name: string
  total: Limit & { flowsPerSecond?: number }
  /** By kind of traffic (kinds.ts). */
  kinds: Readonly<Record<string, Limit>>
  /** A /24, a /64 or a whole network may receive so many times a host's limit, where it is spread over its hosts. */
  netFactor: number
  /** Sources that were not seen in the minutes before, in a second or two. */
  newSources: number
}

const megabit = 1_000_000

/** Answers of services that few hosts use: anything beyond is no accident. */
const amplification: Limit = { packetsPerSecond: 2000, bitsPerSecond: 20 * megabit }
/** Answers of services that hosts do use. */
const amplificationInUse: Limit = { packetsPerSecond: 5000, bitsPerSecond: 50 * megabit }

export const standardProfile: Profile = {
  name: 'standard',
  total: { packetsPerSecond: 100_000, bitsPerSecond: 1000 * megabit, flowsPerSecond: 30_000 },
  kinds: {
    'tcp-syn': { packetsPerSecond: 5000 },
    'tcp-syn-ack': { packetsPerSecond: 5000 },
    'tcp-ack': { packetsPerSecond: 50_000 },
    'tcp-rst': { packetsPerSecond: 5000 },
    udp: { packetsPerSecond: 40_000, bitsPerSecond: 400 * megabit },
    icmp: { packetsPerSecond: 3000, bitsPerSecond: 30 * megabit },
    fragment: { packetsPerSecond: 5000, bitsPerSecond: 50 * megabit },
    other: { packetsPerSecond: 20_000, bitsPerSecond: 200 * megabit },
    ...Object.fromEntries(
      amplificationServices.map(service => [service.name, 'isUsedByMany' in service ? amplificationInUse : amplification]),
    ),
  },
  netFactor: 5,
  newSources: 5000,
}

/** What an operator writes of a profile; what is left out is as in `standard`. */
export interface ProfileChange {
  total?: Partial<Profile['total']>
  kinds?: Record<string, Limit>
  netFactor?: number
  newSources?: number
}

export function changeProfile(name: string, change: ProfileChange): Profile {
  return {
    ...standardProfile,
    ...change,
    name,
    total: { ...standardProfile.total, ...change.total },
    kinds: { ...standardProfile.kinds, ...change.kinds },
  }
}

/**
 * The profile where every packet is a flow: flows say nothing that packets do not; and TCP's flags are those of one packet, so what is no
 * part of a connection that goes on are its ends, of both sides, and what no host sends (without flags, FIN or FIN and SYN alone).
 */
export const ofSinglePackets = (profile: Profile): Profile => ({
  ...profile,
  total: { ...profile.total, flowsPerSecond: Infinity },
  kinds: { 'tcp-other': { packetsPerSecond: 10_000 }, ...profile.kinds },
})

/** A profile as the detectors read it: limits by a kind's number, Infinity where there is none. */
export interface Limits {
  readonly name: string
  readonly totalPackets: number
  readonly totalBits: number
  readonly totalFlows: number
  readonly packets: Float64Array
  readonly bits: Float64Array
  readonly newSources: number
  /** Below half of these there is nothing to find. */
  readonly leastPackets: number
  readonly leastBits: number
}

/** Limits of what receives `factor` times what a host may. */
export function limitsOf(profile: Profile, factor = 1): Limits {
  const limitOf = (value: number | undefined): number => (value === undefined ? Infinity : value * factor)
  const packets = Float64Array.from(kindNames, name => limitOf(profile.kinds[name]?.packetsPerSecond))
  const bits = Float64Array.from(kindNames, name => limitOf(profile.kinds[name]?.bitsPerSecond))
  const totalPackets = limitOf(profile.total.packetsPerSecond)
  const totalBits = limitOf(profile.total.bitsPerSecond)
  const totalFlows = limitOf(profile.total.flowsPerSecond)
  const newSources = profile.newSources * factor
  return {
    name: profile.name,
    totalPackets,
    totalBits,
    totalFlows,
    packets,
    bits,
    newSources,
    // A source sends at least one packet, a flow has at least one.
    leastPackets: Math.min(totalPackets, totalFlows, newSources, ...packets),
    leastBits: Math.min(totalBits, ...bits),
  }
}

/** Rich counters are given well before a limit is reached. */
const barShare = 0.25
export const barOf = (limits: Limits): HotBar => ({
  packetsPerSecond: limits.leastPackets * barShare,
  bitsPerSecond: limits.leastBits * barShare,
})

/** Vector that a kind beyond its limit is called. */
export const vectorOfKind: readonly string[] = kindNames.map((name, index) => {
  if (index >= firstServiceKind) return `${name}-reflection`
  const names: Partial<Record<number, string>> = {
    [kind['tcp-syn']]: 'syn-flood',
    [kind['tcp-syn-ack']]: 'syn-ack-reflection',
    [kind['tcp-ack']]: 'ack-flood',
    [kind['tcp-rst']]: 'rst-flood',
    [kind['tcp-other']]: 'tcp-flood',
    [kind.other]: 'protocol-flood',
  }
  return names[index] ?? `${name}-flood`
})
if (vectorOfKind.length !== kindCount) throw new Error('a kind has no vector')
