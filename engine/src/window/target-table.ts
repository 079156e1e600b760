import { volumeAt } from './counted-flow.ts'
import type { CountedFlow } from './counted-flow.ts'

// A small slot for every target: who it is and about how much it receives now, in one cache line of 64 bytes. A slot tells
// which targets deserve rich counters (hot-targets.ts), nothing more. The table is as small as its targets allow, because near
// memory is fast, and grows up to its bound. From then on a target that finds its eight places taken replaces the quietest of
// them, and that is counted.

/** What a target is; a protected network has its slot by number, without a search. */
export const targetKind = { host4: 1, host6: 2, net4: 3, net6: 4, network: 5 } as const

/** Slots that a table begins with, and how many times as many it has when half of them are taken. */
const slotsAtFirst = 16_384
const growth = 4
/** Places at which a target may be. */
const places = 8
const wordsPerSlot = 16
/** Words of a slot: address (4), kind, tick of the last flow, number of its rich counters plus one, samples (float). */
const at = { kind: 4, tick: 5, hot: 6, samples: 7 } as const
/** Doubles of a slot: packets and bits a second, of short flows and of long ones. */
const rate = { packets: 4, bits: 5, longPackets: 6, longBits: 7 } as const

/** Levels sink to 1/e in a second for short flows, in 16 for long ones, whose reports come seldom. A tick is 100 ms. */
const decayShort = Float64Array.from({ length: 128 }, (_, ticks) => Math.exp(-ticks / 10))
const decayLong = Float64Array.from({ length: 2048 }, (_, ticks) => Math.exp(-ticks / 160))
/** Flows beyond this are long: an estimate of a factor of four is good enough to choose who is hot. */
const longFlowMs = 4000

export interface TargetTable {
  /** Slot of a target, taken for it if it has none; -1 when all its places are held by hot ones. */
  /** First place of a target. To read it early, for many targets, lets the memory work while others are counted. */
  placeOf(kind: number, first: number, second: number, third: number, fourth: number): number
  /** Reads a place, for no other reason than that. */
  touch(place: number): number
  findOrAdd(place: number, kind: number, first: number, second: number, third: number, fourth: number, tick: number): number
  /** Slot of a protected network. */
  slotOfNetwork(network: number): number
  /** Adds a flow; afterwards `packetsPerSecond` and `bitsPerSecond` say about what the target receives. */
  add(slot: number, tick: number, flow: CountedFlow): void
  /** Brings a slot's levels to now. */
  sink(slot: number, tick: number): void
  /** Whether a target receives at least so much, by enough looks to say so. */
  exceeds(slot: number, bars: Float64Array, bar: number, minSamples: number): boolean
  packetsPerSecond(slot: number): number
  bitsPerSecond(slot: number): number
  isHost(slot: number): boolean
  /** The target's kind, and its address or, of a network, its number. */
  kindOf(slot: number): number
  hotOf(slot: number): number
  setHot(slot: number, hot: number): void
  /** Four words of an address for each 16, slot by slot. */
  readonly words: Uint32Array
  /** Whether the table should grow before more is counted; slots change by it. */
  readonly isFull: boolean
  grow(): void
  readonly counters: Readonly<TargetCounters>
}

export interface TargetCounters {
  /** Targets that have a slot. */
  targets: number
  /** Targets that gave their slot to another, and flows that found none. */
  evicted: number
  refused: number
}

/** `onMoved` is told where a hot target's slot is after the table has grown; -1 when there was no place for it. */
export function createTargetTable(maxTargets: number, networks: number, onMoved: (hot: number, slot: number) => void): TargetTable {
  const maxCapacity = 2 ** Math.ceil(Math.log2(Math.max(places * 2, maxTargets)))
  let capacity = Math.min(slotsAtFirst, maxCapacity)
  let shift = 32 - Math.log2(capacity)
  // Networks come first, then the places; places may run over the end, so a few slots follow.
  // As large as it can become; the system gives memory when it is first written.
  const memory = new ArrayBuffer((networks + maxCapacity + places) * wordsPerSlot * 4)
  const words = new Uint32Array(memory)
  const floats = new Float32Array(memory)
  const doubles = new Float64Array(memory)
  /** Targets at which the table grows. */
  let fullAt = capacity === maxCapacity ? Infinity : capacity / 2
  const counters: TargetCounters = { targets: 0, evicted: 0, refused: 0 }
  for (let network = 0; network < networks; network++) {
    words[network * wordsPerSlot] = network
    words[network * wordsPerSlot + at.kind] = targetKind.network
  }

  function grow(): void {
    const used = (networks + capacity + places) * wordsPerSlot
    const before = words.slice(networks * wordsPerSlot, used)
    words.fill(0, networks * wordsPerSlot, used)
    capacity = Math.min(maxCapacity, capacity * growth)
    shift = 32 - Math.log2(capacity)
    fullAt = capacity === maxCapacity ? Infinity : capacity / 2
    // Hot ones choose first.
    for (const isHot of [true, false])
      for (let from = 0; from < before.length; from += wordsPerSlot) {
        const hot = before[from + at.hot]!
        const kind = before[from + at.kind]!
        if (kind === 0 || (hot !== 0) !== isHot) continue
        const start = placeOf(kind, before[from]!, before[from + 1]!, before[from + 2]!, before[from + 3]!)
        let slot = start
        while (slot < start + places && words[slot * wordsPerSlot + at.kind] !== 0) slot++
        const isLost = slot === start + places
        if (isLost) {
          counters.targets--
          counters.evicted++
        } else words.set(before.subarray(from, from + wordsPerSlot), slot * wordsPerSlot)
        if (isHot) onMoved(hot - 1, isLost ? -1 : slot)
      }
  }

  function placeOf(kind: number, first: number, second: number, third: number, fourth: number): number {
    let hash = Math.imul(first ^ (kind << 7), 0x9e37_79b1)
    if (kind === targetKind.host6 || kind === targetKind.net6) {
      hash ^= Math.imul(second, 0x85eb_ca6b)
      hash = Math.imul(hash ^ (hash >>> 15) ^ third, 0xc2b2_ae35) ^ Math.imul(fourth, 0x27d4_eb2f)
      hash = Math.imul(hash ^ (hash >>> 15), 0x9e37_79b1)
    }
    return networks + (hash >>> shift)
  }

  /** The quietest of the places that may be taken; -1 when none may. */
  function findVictim(start: number, tick: number): number {
    let victim = -1
    let least = Infinity
    for (let slot = start; slot < start + places; slot++) {
      const word = slot * wordsPerSlot
      if (words[word + at.hot] !== 0) continue
      const ticks = tick - words[word + at.tick]!
      const level =
        ticks < 128 ? doubles[slot * 8 + rate.packets]! * decayShort[Math.max(0, ticks)]! + doubles[slot * 8 + rate.longPackets]! : -ticks
      if (level < least) {
        least = level
        victim = slot
      }
    }
    return victim
  }

  function take(slot: number, kind: number, first: number, second: number, third: number, fourth: number, tick: number): number {
    const word = slot * wordsPerSlot
    words[word] = first
    words[word + 1] = second
    words[word + 2] = third
    words[word + 3] = fourth
    words[word + at.kind] = kind
    words[word + at.tick] = tick
    words[word + at.hot] = 0
    floats[word + at.samples] = 0
    doubles.fill(0, slot * 8 + rate.packets, slot * 8 + 8)
    return slot
  }

  function sink(slot: number, tick: number): void {
    const word = slot * wordsPerSlot
    const double = slot * 8
    const ticks = tick - words[word + at.tick]!
    if (ticks <= 0) return
    const short = ticks < 128 ? decayShort[ticks]! : 0
    const long = ticks < 2048 ? decayLong[ticks]! : 0
    doubles[double + rate.packets]! *= short
    doubles[double + rate.bits]! *= short
    doubles[double + rate.longPackets]! *= long
    doubles[double + rate.longBits]! *= long
    floats[word + at.samples]! *= short
    words[word + at.tick] = tick
  }

  return {
    words,
    get isFull() {
      return counters.targets >= fullAt
    },
    grow,
    counters,
    placeOf,
    touch: place => words[place * wordsPerSlot + at.kind]!,
    findOrAdd(start, kind, first, second, third, fourth, tick) {
      for (let slot = start; slot < start + places; slot++) {
        const word = slot * wordsPerSlot
        const found = words[word + at.kind]!
        if (found === kind && words[word] === first) {
          if (kind === targetKind.host4 || kind === targetKind.net4) return slot
          if (words[word + 3] === fourth && words[word + 2] === third && words[word + 1] === second) return slot
        }
        // Slots are replaced and never given back, so behind a free one there is nobody.
        if (found === 0) {
          counters.targets++
          return take(slot, kind, first, second, third, fourth, tick)
        }
      }
      const victim = findVictim(start, tick)
      if (victim < 0) {
        counters.refused++
        return -1
      }
      counters.evicted++
      return take(victim, kind, first, second, third, fourth, tick)
    },
    slotOfNetwork: network => network,
    add(slot, tick, { volume }) {
      const word = slot * wordsPerSlot
      const double = slot * 8
      if (words[word + at.tick] !== tick) sink(slot, tick)
      floats[word + at.samples]! += volume[volumeAt.samples]!
      const durationMs = volume[volumeAt.durationMs]!
      if (durationMs <= longFlowMs) {
        doubles[double + rate.packets]! += volume[volumeAt.packets]!
        doubles[double + rate.bits]! += volume[volumeAt.bits]!
      } else {
        const perSecond = 1000 / durationMs
        doubles[double + rate.longPackets]! += volume[volumeAt.packets]! * perSecond
        doubles[double + rate.longBits]! += volume[volumeAt.bits]! * perSecond
      }
    },
    sink,
    exceeds(slot, bars, bar, minSamples) {
      const double = slot * 8
      return (
        (doubles[double + rate.packets]! + doubles[double + rate.longPackets]! >= bars[bar]! ||
          doubles[double + rate.bits]! + doubles[double + rate.longBits]! >= bars[bar + 1]!) &&
        floats[slot * wordsPerSlot + at.samples]! >= minSamples
      )
    },
    packetsPerSecond: slot => doubles[slot * 8 + rate.packets]! + doubles[slot * 8 + rate.longPackets]!,
    bitsPerSecond: slot => doubles[slot * 8 + rate.bits]! + doubles[slot * 8 + rate.longBits]!,
    kindOf: slot => words[slot * wordsPerSlot + at.kind]!,
    isHost: slot => words[slot * wordsPerSlot + at.kind]! <= targetKind.host6,
    hotOf: slot => words[slot * wordsPerSlot + at.hot]! - 1,
    setHot(slot, hot) {
      words[slot * wordsPerSlot + at.hot] = hot + 1
    },
  }
}
