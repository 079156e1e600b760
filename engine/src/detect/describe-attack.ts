import type { AttackEvent } from './attack-detector.ts'
import type { AttackVector } from './attack-life.ts'

// An attack as one JSON value: names and units are stable and stand in engine/README.md.

/** Vectors that say how much and not what. */
const unspecific = new Set(['bandwidth', 'packet-rate', 'flow-rate', 'above-baseline'])

export interface AttackRecord {
  type: 'attack'
  event: 'start' | 'update' | 'end'
  id: number
  timeMs: number
  target: string
  scope: AttackEvent['scope']
  network: string
  owner: string
  profile: string
  name: string
  vectors: { name: string; unit: string; rate: number; peakRate: number; limit: number; sinceMs: number; untilMs?: number }[]
  startMs: number
  detectedMs: number
  endMs?: number
  packetsPerSecond: number
  bitsPerSecond: number
  peak: { packetsPerSecond: number; bitsPerSecond: number; timeMs: number }
  packets: number
  bytes: number
  sources: number
  packetLengths: number[]
  confidence: number
  reasons: { measure: string; value: number; weight: number }[]
}

/** Fragments of what, they do not say: beside a service's answers they are the rest of these. */
const isPart = (name: string, among: readonly AttackVector[]): boolean =>
  name === 'fragment-flood' && among.some(one => one.name.endsWith('-reflection') && one.name !== 'syn-ack-reflection')

/**
 * The vector whose peak exceeds its limit most, of those that say what the attack is if there is one. Given all that took part,
 * the name changes only when another one's peak becomes the greater.
 */
export function nameAttack(vectors: readonly AttackVector[], scope: AttackEvent['scope']): string {
  const named = vectors.filter(({ name }) => !unspecific.has(name) && !isPart(name, vectors))
  // What is found on a net or a network is spread over it, whatever it consists of.
  if (scope !== 'host' && named.length > 0) return 'carpet-bombing'
  const excess = ({ peakRate, limit }: AttackVector): number => peakRate / limit
  return (named.length > 0 ? named : vectors).toSorted((one, other) => excess(other) - excess(one))[0]?.name ?? ''
}

const hundredths = (value: number): number => Math.round(value * 100) / 100

export function describeAttack({
  event,
  atMs,
  attack,
  target,
  scope,
  network,
  owner,
  profile,
  sources,
  packetLengths,
}: AttackEvent): AttackRecord {
  return {
    type: 'attack',
    event,
    id: attack.id,
    timeMs: Math.round(atMs),
    target,
    scope,
    network,
    owner,
    profile,
    name: nameAttack(attack.vectors, scope),
    vectors: attack.vectors.map(({ name, unit, rate, peakRate, limit, sinceMs, untilMs }) => ({
      name,
      unit,
      rate: Math.round(rate),
      peakRate: Math.round(peakRate),
      limit: Math.round(limit),
      sinceMs: Math.round(sinceMs),
      ...(untilMs === undefined ? {} : { untilMs: Math.round(untilMs) }),
    })),
    startMs: Math.round(attack.startMs),
    detectedMs: Math.round(attack.detectedMs),
    ...(event === 'end' ? { endMs: Math.round(attack.lastMs) } : {}),
    packetsPerSecond: Math.round(attack.packetsPerSecond),
    bitsPerSecond: Math.round(attack.bitsPerSecond),
    peak: {
      packetsPerSecond: Math.round(attack.peakPacketsPerSecond),
      bitsPerSecond: Math.round(attack.peakBitsPerSecond),
      timeMs: Math.round(attack.peakMs),
    },
    packets: Math.round(attack.packets),
    bytes: Math.round(attack.bits / 8),
    sources,
    packetLengths: packetLengths.map(Math.round),
    confidence: hundredths(attack.confidence),
    reasons: attack.reasons.map(({ measure, value, weight }) => ({ measure, value: hundredths(value), weight: hundredths(weight) })),
  }
}
