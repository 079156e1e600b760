import type { CountedRows } from './counted-rows.ts'
import { countDistinct, noteDistinct, registersPerCount } from './distinct-count.ts'
import { kindCount } from './kinds.ts'

// Rich counters for the targets that receive most. Short flows count in the tick (100 ms) in which they came, and windows
// of one second and of two and a half slide over the ticks. A flow that lasted longer counts with its rate: its volume is
// spread over as long a time as it took, from its arrival on, by a level that sinks accordingly. So no exporter's clock
// matters, only the length that it tells; flows that come every minute give the mean that they describe; and an attack shows
// with the first flows that tell of it.

export const tickMs = 100
const ticksShort = 10
const ticksLong = 25
export const longWindowSeconds = ticksLong / 10

/** A target's columns: packets by kind, then flows and samples, then bits by kind. */
export const column = { packets: 0, flows: kindCount, samples: kindCount + 1, bits: kindCount + 2 } as const
export const columnCount = kindCount * 2 + 2
/** How they are kept: flows and samples, then packets and bits of each kind side by side. Where each column is. */
const pairsFrom = 2
const keptAt = Uint16Array.from({ length: columnCount }, (_, index) =>
  index < kindCount ? pairsFrom + index * 2 : index < column.bits ? index - column.flows : pairsFrom + (index - column.bits) * 2 + 1,
)

/** Flows up to a second are short. A longer one is of the first class that is at least as long; longer ones are of the last. */
export const shortFlowMs = 1000
const classSeconds = Float64Array.of(2, 4, 8, 16, 32, 64, 128, 600, 1800)
const classCount = classSeconds.length
const decayOf = Float64Array.from(classSeconds, seconds => Math.exp(-1 / (seconds * (1000 / tickMs))))
/** What a flow of each class adds to its level for each packet. */
export const levelsPerSecond = Float64Array.from(classSeconds, seconds => 1 / seconds)

const longestMs = classSeconds.at(-1)! * 1000
/** Class by begun seconds; the last one of all that last longer. */
const classOfSeconds = Uint8Array.from({ length: classSeconds.at(-1)! + 1 }, (_, seconds) =>
  classSeconds.findIndex(most => seconds <= most),
)

/** Class of a long flow by its duration. */
export const levelOf = (durationMs: number): number =>
  durationMs < longestMs ? classOfSeconds[((durationMs + 999) / 1000) | 0]! : classCount - 1

/** What is left of a level below this, in units a second, is forgotten. */
const forgottenBelow = 0.01

/** Buckets of mean packet length, 100 bytes each; destinations by hash. */
export const lengthBuckets = 16
export const hostBuckets = 64
/** Sources stay known for one to two of these, so that new ones can be told from them. */
const knownSeconds = 600
/** Two standard errors of a count of distinct ones. */
const uncertainty = 2 * (1.04 / Math.sqrt(registersPerCount))
/** Sources of the two halves, then those known of two generations. */
const sourceSets = 4

// What is imported or exported is looked up each time that it is used: loops have constants of their own.
const stride = columnCount
const hostParts = hostBuckets
const lengthParts = lengthBuckets
const registers = registersPerCount
const noteSource = noteDistinct

export interface HotTargets {
  readonly capacity: number
  /** How many are taken. */
  readonly size: number
  /** All that are taken have numbers below this one. */
  readonly end: number
  /** Slot of the target that a number stands for; -1 when it is free. */
  slotOf(hot: number): number
  /** Takes a number for a slot; -1 when there is none left. */
  take(slot: number, tick: number): number
  release(hot: number): void
  /** The target's slot is another one now. */
  move(hot: number, slot: number): void
  /** Adds rows to those in `rows.hots`; `buckets` says over what they are spread, and is not given for hosts. */
  addRows(tick: number, buckets?: Uint8Array): void
  /** Lets time pass. */
  roll(hot: number, tick: number): void
  /** When the target was taken, as a tick. */
  tickTaken(hot: number): number
  /** Rates a second of all columns: of the second that passed, and of two and a half. `fraction` of the current tick is over. */
  readRates(hot: number, now: Float64Array, steady: Float64Array, fraction: number): void
  /** Different sources in the last one to two seconds, and how many of them, at least, were not seen in the minutes before. */
  countSources(hot: number): number
  countNewSources(hot: number): number
  /** Over how many hosts packets to a net or network are spread: 1 when one receives all, at most 64; not kept for a host. */
  spreadOverHosts(hot: number): number
  /** Packets by mean length of their flow, in steps of 100 bytes, of the last one to two seconds. */
  readPacketLengths(hot: number): number[]
}

/** Counters for at most `capacity` targets, about 16 kB each. */
export function createHotTargets(rows: CountedRows, capacity: number): HotTargets {
  const slots = new Int32Array(capacity).fill(-1)
  const free = Int32Array.from({ length: capacity }, (_, index) => capacity - 1 - index)
  let freeCount = capacity
  let end = 0
  const ticks = new Uint32Array(capacity)
  const taken = new Uint32Array(capacity)
  // Tick of the last short flow.
  const shortTicks = new Uint32Array(capacity)
  const current = new Float64Array(capacity * columnCount)
  const ring = new Float32Array(capacity * ticksLong * columnCount)
  // Sums of the ten and the 25 ticks that passed. Of the oldest one counts what is not made up for by the current one.
  const sumShort = new Float64Array(capacity * columnCount)
  const sumLong = new Float64Array(capacity * columnCount)
  const levels = new Float32Array(capacity * classCount * columnCount)
  const liveClasses = new Uint16Array(capacity)
  const sources = new Uint8Array(capacity * sourceSets * registersPerCount)
  const hosts = new Float32Array(capacity * 2 * hostBuckets)
  const lengths = new Float64Array(capacity * 2 * lengthBuckets)
  // Whole seconds: which of two halves is written.
  const seconds = new Uint32Array(capacity)
  const generations = new Uint32Array(capacity)

  function clear(hot: number): void {
    current.fill(0, hot * stride, (hot + 1) * stride)
    sumShort.fill(0, hot * stride, (hot + 1) * stride)
    sumLong.fill(0, hot * stride, (hot + 1) * stride)
    ring.fill(0, hot * ticksLong * stride, (hot + 1) * ticksLong * stride)
  }

  function clearLevels(hot: number): void {
    levels.fill(0, hot * classCount * stride, (hot + 1) * classCount * stride)
    liveClasses[hot] = 0
  }

  function rollLevels(hot: number, passed: number): void {
    for (let live = liveClasses[hot]!, index = 0; live !== 0; live >>>= 1, index++) {
      if ((live & 1) === 0) continue
      const factor = passed === 1 ? decayOf[index]! : decayOf[index]! ** passed
      const from = (hot * classCount + index) * stride
      let greatest = 0
      for (let place = from; place < from + stride; place++) {
        const level = levels[place]! * factor
        levels[place] = level
        if (level > greatest) greatest = level
      }
      if (greatest < forgottenBelow) {
        levels.fill(0, from, from + stride)
        liveClasses[hot]! &= ~(1 << index)
      }
    }
  }

  /** Once a second the older half is emptied and written; sources that it held become known. */
  function rollSecond(hot: number, second: number): void {
    const passed = second - seconds[hot]!
    if (passed <= 0) return
    seconds[hot] = second
    const generation = Math.floor(second / knownSeconds)
    const known = (hot * sourceSets + 2 + (generation & 1)) * registers
    if (generation !== generations[hot]) {
      generations[hot] = generation
      sources.fill(0, known, known + registers)
    }
    for (let step = 0; step < Math.min(passed, 2); step++) {
      const half = (second - step) & 1
      const from = (hot * sourceSets + half) * registers
      for (let register = 0; register < registers; register++)
        if (sources[from + register]! > sources[known + register]!) sources[known + register] = sources[from + register]!
      sources.fill(0, from, from + registers)
      hosts.fill(0, (hot * 2 + half) * hostParts, (hot * 2 + half + 1) * hostParts)
      lengths.fill(0, (hot * 2 + half) * lengthParts, (hot * 2 + half + 1) * lengthParts)
    }
  }

  function roll(hot: number, tick: number): void {
    let passed = tick - ticks[hot]!
    if (passed <= 0) return
    rollLevels(hot, passed)
    rollSecond(hot, Math.floor(tick / (1000 / tickMs)))
    if (passed > ticksLong) {
      clear(hot)
      ticks[hot] = tick
      return
    }
    // Nothing has come that is still in a window.
    if (ticks[hot]! - shortTicks[hot]! > ticksLong) {
      ticks[hot] = tick
      return
    }
    const first = hot * stride
    for (; passed > 0; passed--) {
      // The tick that ends takes the place of the one of two and a half seconds ago.
      const ended = ticks[hot]!
      const writes = (hot * ticksLong + (ended % ticksLong)) * stride
      const leavesShort = (hot * ticksLong + ((ended + ticksLong - ticksShort) % ticksLong)) * stride
      for (let index = 0; index < stride; index++) {
        const leavesLong = ring[writes + index]!
        ring[writes + index] = current[first + index]!
        const value = ring[writes + index]!
        current[first + index] = 0
        sumShort[first + index]! += value - ring[leavesShort + index]!
        sumLong[first + index]! += value - leavesLong
      }
      ticks[hot] = ended + 1
    }
  }

  const { hots, kind, packets, bits, samples, level: classOf, perSecond, shorts, longs } = rows
  const { sourcePlace, sourceRank, lengthBucket } = rows

  return {
    capacity,
    get size() {
      return capacity - freeCount
    },
    get end() {
      return end
    },
    slotOf: hot => slots[hot]!,
    tickTaken: hot => taken[hot]!,
    take(slot, tick) {
      if (freeCount === 0) return -1
      const hot = free[--freeCount]!
      if (hot >= end) end = hot + 1
      slots[hot] = slot
      ticks[hot] = tick
      taken[hot] = tick
      shortTicks[hot] = tick
      clear(hot)
      clearLevels(hot)
      sources.fill(0, hot * sourceSets * registersPerCount, (hot + 1) * sourceSets * registersPerCount)
      hosts.fill(0, hot * 2 * hostBuckets, (hot + 1) * 2 * hostBuckets)
      lengths.fill(0, hot * 2 * lengthBuckets, (hot + 1) * 2 * lengthBuckets)
      seconds[hot] = Math.floor(tick / (1000 / tickMs))
      generations[hot] = Math.floor(seconds[hot] / knownSeconds)
      return hot
    },
    move(hot, slot) {
      slots[hot] = slot
    },
    release(hot) {
      slots[hot] = -1
      free[freeCount++] = hot
      while (end > 0 && slots[end - 1]! < 0) end--
    },
    addRows(tick, buckets) {
      const { shortCount, longCount } = rows
      for (let place = 0; place < shortCount; place++) {
        const index = shorts[place]!
        const hot = hots[index]!
        if (hot < 0) continue
        if (tick > ticks[hot]!) roll(hot, tick)
        shortTicks[hot] = tick
        const many = packets[index]!
        const at = hot * stride
        const pair = at + pairsFrom + kind[index]! * 2
        current[pair]! += many
        current[pair + 1]! += bits[index]!
        current[at]!++
        current[at + 1]! += samples[index]!
        const half = hot * 2 + (seconds[hot]! & 1)
        noteSource(sources, (half + hot * 2) * registers, sourcePlace[index]!, sourceRank[index]!)
        lengths[half * lengthParts + lengthBucket[index]!]! += many
      }
      for (let place = 0; place < longCount; place++) {
        const index = longs[place]!
        const hot = hots[index]!
        if (hot < 0) continue
        if (tick > ticks[hot]!) roll(hot, tick)
        const many = packets[index]!
        const at = (hot * classCount + classOf[index]!) * stride
        const pair = at + pairsFrom + kind[index]! * 2
        const each = perSecond[index]!
        levels[pair]! += many * each
        levels[pair + 1]! += bits[index]! * each
        levels[at]! += each
        levels[at + 1]! += samples[index]! * each
        liveClasses[hot]! |= 1 << classOf[index]!
        const half = hot * 2 + (seconds[hot]! & 1)
        noteSource(sources, (half + hot * 2) * registers, sourcePlace[index]!, sourceRank[index]!)
        lengths[half * lengthParts + lengthBucket[index]!]! += many
      }
      if (!buckets) return
      const { count } = rows
      for (let index = 0; index < count; index++) {
        const hot = hots[index]!
        if (hot >= 0) hosts[(hot * 2 + (seconds[hot]! & 1)) * hostParts + buckets[index]!]! += packets[index]!
      }
    },
    roll,
    readRates(hot, now, steady, fraction) {
      const first = hot * columnCount
      const tick = ticks[hot]!
      const oldestShort = (hot * ticksLong + ((tick + ticksLong - ticksShort) % ticksLong)) * columnCount
      const oldestLong = (hot * ticksLong + (tick % ticksLong)) * columnCount
      for (let index = 0; index < columnCount; index++) {
        const kept = keptAt[index]!
        const begun = current[first + kept]!
        now[index] = sumShort[first + kept]! + begun - fraction * ring[oldestShort + kept]!
        steady[index] = (sumLong[first + kept]! + begun - fraction * ring[oldestLong + kept]!) / longWindowSeconds
      }
      for (let live = liveClasses[hot]!, one = 0; live !== 0; live >>>= 1, one++) {
        if ((live & 1) === 0) continue
        const from = (hot * classCount + one) * columnCount
        for (let index = 0; index < columnCount; index++) {
          const level = levels[from + keptAt[index]!]!
          now[index]! += level
          steady[index]! += level
        }
      }
    },
    countSources: hot => countDistinct(sources, hot * sourceSets * registersPerCount, (hot * sourceSets + 1) * registersPerCount),
    countNewSources(hot) {
      const [one, other, known, knownBefore] = [0, 1, 2, 3].map(set => (hot * sourceSets + set) * registersPerCount) as [
        number,
        number,
        number,
        number,
      ]
      const knownCount = countDistinct(sources, known, knownBefore)
      // Both counts are off by some percent: what they may be off by is not new for certain.
      return Math.max(0, countDistinct(sources, one, other, known, knownBefore) - knownCount * (1 + uncertainty))
    },
    spreadOverHosts(hot) {
      let sum = 0
      let squares = 0
      for (let bucket = 0; bucket < hostBuckets; bucket++) {
        const arrived = hosts[hot * 2 * hostBuckets + bucket]! + hosts[(hot * 2 + 1) * hostBuckets + bucket]!
        sum += arrived
        squares += arrived * arrived
      }
      return squares === 0 ? 0 : (sum * sum) / squares
    },
    readPacketLengths: hot =>
      Array.from(
        { length: lengthBuckets },
        (_, bucket) => lengths[hot * 2 * lengthBuckets + bucket]! + lengths[(hot * 2 + 1) * lengthBuckets + bucket]!,
      ),
  }
}
