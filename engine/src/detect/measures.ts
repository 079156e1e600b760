import { column, columnCount, longWindowSeconds } from '../window/hot-targets.ts'
import type { HotTargets } from '../window/hot-targets.ts'
import { kindCount } from '../window/kinds.ts'
import { joinFragments } from './join-fragments.ts'
import type { Limits } from './profiles.ts'

// What detectors see of a target: rates of the last second and of the last two and a half, read once for all of them. A
// detector says how near to a limit something is; attack-life.ts decides what becomes of it.

export interface Measures {
  /** By column (hot-targets.ts), a second; the fragments of a service's answers are with the service. */
  readonly now: Float64Array
  readonly steady: Float64Array
  packetsNow: number
  bitsNow: number
  packetsSteady: number
  bitsSteady: number
  /** A host; else a net or a network, which may be bombed as a whole. */
  isHost: boolean
  isWide: boolean
  /** Milliseconds since which the target has been looked at closely. */
  watchedMs: number
  countNewSources(): number
  spreadOverHosts(): number
}

export type Unit = 'packets/s' | 'bits/s' | 'flows/s' | 'sources' | 'destinations'

export interface Finding {
  vector: string
  unit: Unit
  /** What was measured in the last second, and its limit. */
  rate: number
  limit: number
  /** How many times the limit it is for certain; from 1 on it is an attack, from a half on it goes on. */
  level: number
  /** Packets that exporters really looked at for it. */
  samples: number
}

export type Report = (finding: Finding) => void
export type Detector = (measures: Measures, limits: Limits, report: Report) => void

/** From what level on a finding is told. */
export const goesOnFrom = 0.5
/** A second must exceed the limit by so much; what exceeds it less must do so for two and a half. */
const burst = 1.4
/** Sampling: of n looks the true rate may be less by so many standard deviations, each 1/√n of it. */
const deviations = 2

/** Tells how near `now` and `steady` are to a limit, if they are near at all. */
export function judge(
  measures: Measures,
  report: Report,
  { vector, unit, now, steady, limit, share }: { vector: string; unit: Unit; now: number; steady: number; limit: number; share: number },
): void {
  const ratio = Math.max(now / burst, steady) / limit
  if (!(ratio >= goesOnFrom)) return
  const samples = measures.now[column.samples]! * share
  const level = ratio * Math.max(0, 1 - deviations / Math.sqrt(Math.max(1, samples)))
  if (level >= goesOnFrom) report({ vector, unit, rate: now, limit, level, samples })
}

/** Rates of less time than this are chance. */
const leastMs = 100

/** `fraction` of the current tick is over; `countedMs` is how long flows have been counted, for who wants the first second to be judged by the part that passed. */
export function createMeasures(hot: HotTargets): { measures: Measures; read(one: number, fraction: number, countedMs?: number): Measures } {
  let target = -1
  const measures: Measures = {
    now: new Float64Array(columnCount),
    steady: new Float64Array(columnCount),
    packetsNow: 0,
    bitsNow: 0,
    packetsSteady: 0,
    bitsSteady: 0,
    isHost: true,
    isWide: false,
    watchedMs: 0,
    countNewSources: () => hot.countNewSources(target),
    spreadOverHosts: () => hot.spreadOverHosts(target),
  }
  const sum = (values: Float64Array, from: number): number => {
    let total = 0
    for (let index = from; index < from + kindCount; index++) total += values[index]!
    return total
  }
  return {
    measures,
    read(one, fraction, countedMs = Infinity) {
      target = one
      hot.readRates(one, measures.now, measures.steady, fraction)
      if (countedMs < longWindowSeconds * 1000) {
        const passed = Math.max(leastMs, countedMs) / 1000
        if (passed < 1) for (let index = 0; index < columnCount; index++) measures.now[index]! /= passed
        for (let index = 0; index < columnCount; index++) measures.steady[index]! *= longWindowSeconds / passed
      }
      joinFragments(measures.now)
      joinFragments(measures.steady)
      measures.packetsNow = sum(measures.now, column.packets)
      measures.bitsNow = sum(measures.now, column.bits)
      measures.packetsSteady = sum(measures.steady, column.packets)
      measures.bitsSteady = sum(measures.steady, column.bits)
      return measures
    },
  }
}
