import { goesOnFrom } from './measures.ts'
import type { Finding, Unit } from './measures.ts'

// The life of an attack on one target: it starts with the first finding beyond its limit, vectors join and leave, it has a
// peak, and it ends when nothing was above half of a limit for a while, so that pulses every few seconds are one attack.

export interface AttackVector {
  name: string
  unit: Unit
  /** Of the last second, and the highest so far. */
  rate: number
  peakRate: number
  limit: number
  /** Since when this vector is part of it, milliseconds since 1970. */
  sinceMs: number
  /** When it was last above half of its limit, of one that left the attack. */
  untilMs: number | undefined
}

/** A number that speaks for the attack, each between 0 and 1: together they make the confidence. */
export interface Reason {
  measure: 'excess' | 'purity' | 'new-sources'
  /** Times the limit; share of the packets that is of the vector's kind; share of the sources that is new. */
  value: number
  weight: number
}

export interface Attack {
  /** Counts up from 1 for each detector. */
  id: number
  startMs: number
  detectedMs: number
  /** When something was last above half of its limit. */
  lastMs: number
  packetsPerSecond: number
  bitsPerSecond: number
  peakPacketsPerSecond: number
  peakBitsPerSecond: number
  peakMs: number
  /** Sum of the rates over its time. */
  packets: number
  bits: number
  /** All that took part, also those that left; the first to join first. */
  vectors: AttackVector[]
  confidence: number
  reasons: Reason[]
}

/** What goes on: the findings of one look at one target, and its rates. */
export interface Look {
  nowMs: number
  findings: readonly Finding[]
  packetsPerSecond: number
  bitsPerSecond: number
  /** Share of the packets that is of the strongest specific kind. */
  purity: number
  /** Share of the sources that is new; undefined when it cannot be told. */
  newShare(): number | undefined
}

export type Change = 'start' | 'update' | 'end' | 'none'

/** Nothing above half of a limit for so long ends an attack; a vector leaves it after as long. */
export const calmMs = 30_000
/** An attack whose vectors stay is told anew when its peak has grown by so much, at most so often. */
const growth = 1.5
const updateEveryMs = 10_000

interface Life {
  attack: Attack | undefined
  /** Since when something is above half of a limit; NaN while nothing is. */
  warmMs: number
  lastSeen: Map<string, number>
  toldMs: number
  toldPeak: number
  lookMs: number
}

export const createLife = (): Life => ({ attack: undefined, warmMs: NaN, lastSeen: new Map(), toldMs: 0, toldPeak: 0, lookMs: 0 })
export type { Life }

/** Takes one look into account. After `end` the attack is still there to be told; the next look begins without. */
export function live(life: Life, look: Look, nextId: () => number): Change {
  const { nowMs, findings } = look
  if (life.attack && life.lastSeen.size === 0) life.attack = undefined
  if (findings.length > 0) life.warmMs = Number.isNaN(life.warmMs) ? nowMs : life.warmMs
  else if (!life.attack) {
    life.warmMs = NaN
    return 'none'
  }
  const begins = !life.attack && findings.some(({ level }) => level >= 1)
  if (!life.attack && !begins) return 'none'
  const attack = (life.attack ??= beginAttack(life, look, nextId()))
  const seconds = begins ? 0 : Math.min(1, Math.max(0, (nowMs - life.lookMs) / 1000))
  life.lookMs = nowMs

  const changed = followVectors(life, attack, look)
  attack.packetsPerSecond = look.packetsPerSecond
  attack.bitsPerSecond = look.bitsPerSecond
  attack.packets += look.packetsPerSecond * seconds
  attack.bits += look.bitsPerSecond * seconds
  if (look.packetsPerSecond > attack.peakPacketsPerSecond || look.bitsPerSecond > attack.peakBitsPerSecond) attack.peakMs = nowMs
  attack.peakPacketsPerSecond = Math.max(attack.peakPacketsPerSecond, look.packetsPerSecond)
  attack.peakBitsPerSecond = Math.max(attack.peakBitsPerSecond, look.bitsPerSecond)
  if (findings.length > 0) {
    attack.lastMs = nowMs
    explain(attack, look)
  }

  if (life.lastSeen.size === 0) {
    life.warmMs = NaN
    return 'end'
  }
  const peak = Math.max(...attack.vectors.map(({ peakRate, limit }) => peakRate / limit))
  const grew = peak >= life.toldPeak * growth && nowMs - life.toldMs >= 1000
  if (begins || changed || grew || nowMs - life.toldMs >= updateEveryMs) {
    life.toldMs = nowMs
    life.toldPeak = peak
    return begins ? 'start' : 'update'
  }
  return 'none'
}

const beginAttack = (life: Life, { nowMs }: Look, id: number): Attack => ({
  id,
  // A clock that goes back makes nothing begin after it was found.
  startMs: Math.min(life.warmMs, nowMs),
  detectedMs: nowMs,
  lastMs: nowMs,
  packetsPerSecond: 0,
  bitsPerSecond: 0,
  peakPacketsPerSecond: 0,
  peakBitsPerSecond: 0,
  peakMs: nowMs,
  packets: 0,
  bits: 0,
  vectors: [],
  confidence: 0,
  reasons: [],
})

/** Lets vectors join that are beyond their limit and leave that were calm; whether one did. */
function followVectors(life: Life, attack: Attack, { nowMs, findings }: Look): boolean {
  let changed = false
  for (const { vector: name, unit, rate, limit, level } of findings) {
    let vector = attack.vectors.find(one => one.name === name)
    if (!vector || vector.untilMs !== undefined) {
      if (level < 1) continue
      if (!vector) attack.vectors.push((vector = { name, unit, rate, peakRate: rate, limit, sinceMs: nowMs, untilMs: undefined }))
      vector.untilMs = undefined
      changed = true
    }
    // A detector may tell one vector in packets now and in bits later: what is nearer to its limit holds.
    if (vector.unit !== unit && rate / limit > vector.peakRate / vector.limit) Object.assign(vector, { unit, limit, peakRate: rate })
    if (vector.unit === unit) {
      vector.rate = rate
      vector.peakRate = Math.max(vector.peakRate, rate)
    }
    if (level >= goesOnFrom) life.lastSeen.set(name, nowMs)
  }
  for (const [name, seenMs] of life.lastSeen) {
    if (nowMs - seenMs < calmMs) continue
    life.lastSeen.delete(name)
    const gone = attack.vectors.find(vector => vector.name === name)
    if (gone) gone.untilMs = seenMs
    changed = true
  }
  return changed
}

/** Confidence is what is left of doubt after every reason: 1 − Π(1 − weight). It only grows. */
function explain(attack: Attack, look: Look): void {
  const excess = Math.max(...look.findings.map(({ level }) => level))
  const reasons: Reason[] = [
    { measure: 'excess', value: excess, weight: excess >= 0.5 ? 1 - 0.5 / excess : 0 },
    { measure: 'purity', value: look.purity, weight: look.purity >= 0.5 ? (look.purity - 0.5) * 0.6 : 0 },
  ]
  const doubtOf = (some: readonly Reason[]): number => some.reduce((doubt, { weight }) => doubt * (1 - weight), 1)
  // Sources are counted only when the rest would say more than was said.
  if (attack.reasons.length > 0 && 1 - doubtOf(reasons) * 0.7 <= attack.confidence) return
  const newShare = look.newShare()
  if (newShare !== undefined)
    reasons.push({ measure: 'new-sources', value: newShare, weight: newShare >= 0.5 ? (newShare - 0.5) * 0.6 : 0 })
  const confidence = 1 - doubtOf(reasons)
  if (attack.reasons.length > 0 && confidence <= attack.confidence) return
  attack.confidence = confidence
  attack.reasons = reasons
}
