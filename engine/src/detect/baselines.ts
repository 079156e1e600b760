// What a target usually receives, by hour of the week. An hour teaches one value, the ninetieth percentile of its minutes, and
// teaches carefully: minutes of an attack teach nothing, no hour raises its value by more than a quarter a week, and what is
// far beyond the usual teaches only its bound. So an attack that grows slowly over hours is compared with last week.

/** Targets that a baseline is learned for; each takes about 1.9 kB. */
const maxTargetsDefault = 8192
const hours = 168
const hourMs = 3_600_000
const minuteMs = 60_000
/** Hours that must be known before an hour that was never seen is judged by the busiest of them. */
const knownForOthers = 24
const growthPerWeek = 1.25
/** Of what is beyond so many times the usual only this much is learned. */
const believed = 2
const percentile = 0.9
const rates = 2
/** Values of a target. */
export const learnedValues = hours * rates

/** What was learned of a target, as it is kept from one process to the next (baseline-file.ts). */
export interface LearnedTarget {
  target: string
  /**
   * Packets a second for each of 168 hours, then bits a second for each; NaN is not known. The first hour begins on Thursday, 00:00
   * UTC, as the time of POSIX does.
   */
  usual: Float32Array
}

export interface Baselines {
  /**
   * Notes what a target receives now; called for each look, at least once a minute. `isAttack` says that it is under attack,
   * and teaches nothing.
   */
  observe(target: string, nowMs: number, packetsPerSecond: number, bitsPerSecond: number, isAttack: boolean): void
  /** What is usual at this hour: the greater of it and its neighbours; undefined while too little is known. */
  findUsual(target: string, nowMs: number): { packetsPerSecond: number; bitsPerSecond: number } | undefined
  /** Targets of whom an hour is known. */
  list(): Iterable<LearnedTarget>
  /** Takes up what was kept, instead of what is known of the target. */
  restore(learned: LearnedTarget): void
  readonly size: number
  /** Targets that found no room. */
  readonly refused: number
}

interface Learned {
  /** Packets and bits by hour of the week; NaN is not known. */
  usual: Float32Array
  /** Means of this hour's minutes. */
  minutes: Float32Array
  minuteCount: number
  minute: number
  sums: Float64Array
  looks: number
  hour: number
}

export function createBaselines({ maxTargets = maxTargetsDefault }: { maxTargets?: number } = {}): Baselines {
  const targets = new Map<string, Learned>()
  let refused = 0

  function closeMinute(learned: Learned): void {
    if (learned.looks > 0 && learned.minuteCount < 60) {
      for (let rate = 0; rate < rates; rate++) learned.minutes[rate * 60 + learned.minuteCount] = learned.sums[rate]! / learned.looks
      learned.minuteCount++
    }
    learned.sums.fill(0)
    learned.looks = 0
  }

  function closeHour(learned: Learned): void {
    // Less than a quarter of an hour says nothing of it.
    if (learned.minuteCount >= 15)
      for (let rate = 0; rate < rates; rate++) {
        const minutes = learned.minutes.slice(rate * 60, rate * 60 + learned.minuteCount).toSorted()
        teach(learned, rate, learned.hour % hours, minutes[Math.floor((minutes.length - 1) * percentile)]!)
      }
    learned.minuteCount = 0
  }

  function teach(learned: Learned, rate: number, hour: number, value: number): void {
    const at = rate * hours + hour
    const before = learned.usual[at]!
    if (Number.isNaN(before)) {
      const others = usualOf(learned, rate, hour)
      learned.usual[at] = others === undefined ? value : Math.min(value, others * believed)
    } else learned.usual[at] = Math.min((before + value) / 2, before * growthPerWeek)
  }

  function usualOf(learned: Learned, rate: number, hour: number): number | undefined {
    let near = NaN
    for (const one of [hour, hour + 1, hour + hours - 1]) {
      const value = learned.usual[rate * hours + (one % hours)]!
      if (!(value <= near) && !Number.isNaN(value)) near = value
    }
    if (!Number.isNaN(learned.usual[rate * hours + hour]!)) return near
    const known = learned.usual.subarray(rate * hours, (rate + 1) * hours).filter(value => !Number.isNaN(value))
    return known.length >= knownForOthers ? Math.max(...known) : undefined
  }

  function add(target: string, hour: number, minute: number): Learned | undefined {
    if (targets.size >= maxTargets) {
      refused++
      return undefined
    }
    const learned: Learned = {
      usual: new Float32Array(learnedValues).fill(NaN),
      minutes: new Float32Array(60 * rates),
      minuteCount: 0,
      minute,
      sums: new Float64Array(rates),
      looks: 0,
      hour,
    }
    targets.set(target, learned)
    return learned
  }

  return {
    get size() {
      return targets.size
    },
    get refused() {
      return refused
    },
    *list() {
      for (const [target, { usual }] of targets) if (usual.some(value => !Number.isNaN(value))) yield { target, usual }
    },
    restore({ target, usual }) {
      const learned = targets.get(target) ?? add(target, 0, 0)
      learned?.usual.set(usual)
    },
    observe(target, nowMs, packetsPerSecond, bitsPerSecond, isAttack) {
      const hour = Math.floor(nowMs / hourMs)
      const minute = Math.floor(nowMs / minuteMs)
      const learned = targets.get(target) ?? add(target, hour, minute)
      if (!learned) return
      if (minute !== learned.minute) {
        closeMinute(learned)
        learned.minute = minute
      }
      if (hour !== learned.hour) {
        closeHour(learned)
        learned.hour = hour
      }
      if (isAttack) return
      learned.sums[0]! += packetsPerSecond
      learned.sums[1]! += bitsPerSecond
      learned.looks++
    },
    findUsual(target, nowMs) {
      const learned = targets.get(target)
      if (!learned) return undefined
      const hour = Math.floor(nowMs / hourMs) % hours
      const packetsPerSecond = usualOf(learned, 0, hour)
      const bitsPerSecond = usualOf(learned, 1, hour)
      return packetsPerSecond === undefined || bitsPerSecond === undefined ? undefined : { packetsPerSecond, bitsPerSecond }
    },
  }
}
