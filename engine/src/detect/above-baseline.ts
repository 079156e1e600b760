import type { TrafficWindow } from '../window/traffic-window.ts'
import type { Baselines } from './baselines.ts'
import { goesOnFrom } from './measures.ts'
import type { Finding } from './measures.ts'
import type { Limits } from './profiles.ts'

// Far more than is usual at this hour of the week, though below every limit. Every ten seconds each target with rich counters
// is compared with its baseline, by a mean over half a minute, and teaches it; the rest of the time the answer is kept.

export interface BaselineWatch {
  /** Compares and teaches if it is time to. */
  observe(nowMs: number, isUnderAttack: (hot: number) => boolean, limitsFor: (hot: number) => Limits): void
  /** What was found of a target the last time. */
  findingOf(hot: number): Finding | undefined
}

const everyMs = 10_000
/** Weight of the newest of means over about half a minute. */
const newest = 0.3
/** So many times the usual is too much; what is usual counts as at least this share of the limit. */
const times = 4
const leastShare = 0.05

export function createBaselineWatch(window: TrafficWindow, baselines: Baselines, nameOf: (hot: number) => string): BaselineWatch {
  const { hot, targets } = window
  const taken = new Float64Array(hot.capacity).fill(-1)
  const packets = new Float64Array(hot.capacity)
  const bits = new Float64Array(hot.capacity)
  const findings = new Map<number, Finding>()
  let nextMs = -Infinity

  function compare(one: number, nowMs: number, isUnderAttack: boolean, limits: Limits): void {
    const slot = hot.slotOf(one)
    // Who has counted for less than half a minute began from nothing: its mean rises only slowly, and raises no alarm.
    if (taken[one] !== hot.tickTaken(one)) {
      taken[one] = hot.tickTaken(one)
      packets[one] = 0
      bits[one] = 0
    }
    packets[one]! += newest * (targets.packetsPerSecond(slot) - packets[one]!)
    bits[one]! += newest * (targets.bitsPerSecond(slot) - bits[one]!)
    const name = nameOf(one)
    const usual = baselines.findUsual(name, nowMs)
    // What another detector, or this one, calls an attack is no teacher.
    const limitPackets = usual ? times * Math.max(usual.packetsPerSecond, limits.totalPackets * leastShare) : Infinity
    const limitBits = usual ? times * Math.max(usual.bitsPerSecond, limits.totalBits * leastShare) : Infinity
    const isBits = bits[one]! / limitBits > packets[one]! / limitPackets
    const rate = isBits ? bits[one]! : packets[one]!
    const limit = isBits ? limitBits : limitPackets
    const level = rate / limit
    findings.delete(one)
    if (level >= goesOnFrom)
      findings.set(one, { vector: 'above-baseline', unit: isBits ? 'bits/s' : 'packets/s', rate, limit, level, samples: 0 })
    baselines.observe(name, nowMs, targets.packetsPerSecond(slot), targets.bitsPerSecond(slot), isUnderAttack || level >= 1)
  }

  return {
    observe(nowMs, isUnderAttack, limitsFor) {
      if (nowMs < nextMs && nextMs - nowMs <= everyMs) return
      nextMs = nowMs + everyMs
      for (let one = 0; one < hot.capacity; one++) {
        if (hot.slotOf(one) < 0) findings.delete(one)
        else compare(one, nowMs, isUnderAttack(one), limitsFor(one))
      }
    },
    findingOf: one => (taken[one] === hot.tickTaken(one) ? findings.get(one) : undefined),
  }
}
