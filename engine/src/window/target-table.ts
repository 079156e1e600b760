import { cold, wanted } from './counted-rows.ts'
import type { CountedRows } from './counted-rows.ts'

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
/**
 * Bytes before the first slot. An array as large as this begins 16 bytes behind a page with glibc's malloc: with these, slots do
 * not lie across two cache lines. Elsewhere it is slower, nothing else.
 */
const leadBytes = 48
/** Words of a slot: address (4), kind, tick of the last flow, number of its rich counters plus one, samples (float). */
const at = { kind: 4, tick: 5, hot: 6, samples: 7 } as const
/** Doubles of a slot: packets and bits a second, of short flows and then of long ones. */
const rate = { packets: 4, bits: 5, longPackets: 6, longBits: 7 } as const

/** Levels sink to 1/e in a second for short flows, in 16 for long ones, whose reports come seldom. A tick is 100 ms. */
const decayShort = Float64Array.from({ length: 128 }, (_, ticks) => Math.exp(-ticks / 10))
const decayLong = Float64Array.from({ length: 2048 }, (_, ticks) => Math.exp(-ticks / 160))
/** Flows beyond this are long: an estimate of a factor of four is good enough to choose who is hot. */
export const longFlowMs = 4000
/** Fewer looks than these say nothing: with sampling of 1 in 1000 every packet is a thousand. */
const minSamples = 4

export interface TargetTable {
  /** Bits by which a target's hash is shifted; with the number of networks added it is the target's first place. */
  readonly shift: number
  /** Reads the first places of all rows, for no other reason than that the memory gets them all at once. */
  touch(): void
  /**
   * Adds rows to the hosts, or the nets, that they go to, which take a slot if they have none. Fills in `rows.slots` and
   * `rows.hots`. Returns how many rows are not cold.
   */
  addRows(tick: number, isNets: boolean): number
  /** The same for the protected networks themselves. */
  addToNetworks(tick: number): number
  /** Brings a slot's levels to now. */
  sink(slot: number, tick: number): void
  /** Whether a target receives at least so many packets or bits a second, by enough looks to say so. */
  exceeds(slot: number, packets: number, bits: number): boolean
  packetsPerSecond(slot: number): number
  bitsPerSecond(slot: number): number
  isHost(slot: number): boolean
  /** The target's kind, and its address or, of a network, its number. */
  kindOf(slot: number): number
  hotOf(slot: number): number
  setHot(slot: number, hot: number): void
  /** Four words of an address for each 16, slot by slot. */
  readonly words: Uint32Array
  /** All that there are now, taken or not. */
  readonly slots: number
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

/** What a target's place is told by; the first six bits tell hosts of a net apart, and nets of a network. */
export const hashTarget4 = (kind: number, first: number): number => Math.imul(first ^ (kind << 7), 0x9e37_79b1)
export function hashTarget6(kind: number, first: number, second: number, third: number, fourth: number): number {
  let hash = Math.imul(first ^ (kind << 7), 0x9e37_79b1) ^ Math.imul(second, 0x85eb_ca6b)
  hash = Math.imul(hash ^ (hash >>> 15) ^ third, 0xc2b2_ae35) ^ Math.imul(fourth, 0x27d4_eb2f)
  return Math.imul(hash ^ (hash >>> 15), 0x9e37_79b1)
}

// What is imported or exported is looked up each time that it is used: loops have constants of their own.
const { host4, host6, net4, net6 } = targetKind
const isCold = cold
const isWanted = wanted

/**
 * `bars` are, network by network, the packets and bits a second from which on a host deserves rich counters, and a net.
 * `onMoved` is told where a hot target's slot is after the table has grown; -1 when there was no place for it.
 */
export function createTargetTable(
  rows: CountedRows,
  maxTargets: number,
  bars: Float64Array,
  onMoved: (hot: number, slot: number) => void,
): TargetTable {
  const networks = bars.length / 4
  const maxCapacity = 2 ** Math.ceil(Math.log2(Math.max(places * 2, maxTargets)))
  let capacity = Math.min(slotsAtFirst, maxCapacity)
  let shift = 32 - Math.log2(capacity)
  // Networks come first, then the places; places may run over the end, so a few slots follow.
  // As large as it can become; the system gives memory when it is first written.
  const memory = new ArrayBuffer(leadBytes + (networks + maxCapacity + places) * wordsPerSlot * 4)
  const words = new Uint32Array(memory, leadBytes)
  // The same, for numbers that the processor need not widen.
  const ints = new Int32Array(memory, leadBytes)
  const floats = new Float32Array(memory, leadBytes)
  const doubles = new Float64Array(memory, leadBytes)
  // Written and never read, so that reading early is not taken for doing nothing.
  const lastTouched = new Uint32Array(1)
  /** Targets at which the table grows. */
  let fullAt = capacity === maxCapacity ? Infinity : capacity / 2
  const counters: TargetCounters = { targets: 0, evicted: 0, refused: 0 }
  for (let network = 0; network < networks; network++) {
    words[network * wordsPerSlot] = network
    words[network * wordsPerSlot + at.kind] = targetKind.network
  }

  /**
   * In its own memory: a target's place at least doubles, so that from the last slot on each moves to where nobody waits to be
   * moved. Only those of the first slots could meet others, and are set aside.
   */
  function grow(): void {
    const [end, first] = [networks + capacity + places, networks + places * 2]
    capacity = Math.min(maxCapacity, capacity * growth)
    shift = 32 - Math.log2(capacity)
    fullAt = capacity === maxCapacity ? Infinity : capacity / 2
    const aside = words.slice(networks * wordsPerSlot, first * wordsPerSlot)
    words.fill(0, networks * wordsPerSlot, first * wordsPerSlot)
    const one = new Uint32Array(wordsPerSlot)
    for (let slot = end - 1; slot >= first; slot--) {
      const word = slot * wordsPerSlot
      if (words[word + at.kind] === 0) continue
      for (let index = 0; index < wordsPerSlot; index++) {
        one[index] = words[word + index]!
        words[word + index] = 0
      }
      place(one)
    }
    for (let from = 0; from < aside.length; from += wordsPerSlot)
      if (aside[from + at.kind] !== 0) place(aside.subarray(from, from + wordsPerSlot))
  }

  /** Puts a target into a table that has grown. A hot one takes the place of one that is not, if it must. */
  function place(one: Uint32Array): void {
    const start = placeOf(one[at.kind]!, one[0]!, one[1]!, one[2]!, one[3]!)
    const hot = one[at.hot]! - 1
    let slot = start
    while (slot < start + places && words[slot * wordsPerSlot + at.kind] !== 0) slot++
    if (slot === start + places) {
      counters.targets--
      counters.evicted++
      slot = hot < 0 ? -1 : findVictim(start, one[at.tick]!)
    }
    if (slot >= 0) words.set(one, slot * wordsPerSlot)
    if (hot >= 0) onMoved(hot, slot)
  }

  function placeOf(kind: number, first: number, second: number, third: number, fourth: number): number {
    const is4 = kind === targetKind.host4 || kind === targetKind.net4
    return networks + ((is4 ? hashTarget4(kind, first) : hashTarget6(kind, first, second, third, fourth)) >>> shift)
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
    ints[word] = first
    ints[word + 1] = second
    ints[word + 2] = third
    ints[word + 3] = fourth
    ints[word + at.kind] = kind
    ints[word + at.tick] = tick
    ints[word + at.hot] = 0
    floats[word + at.samples] = 0
    doubles.fill(0, slot * 8 + rate.packets, slot * 8 + 8)
    return slot
  }

  function sink(slot: number, tick: number): void {
    const word = slot * wordsPerSlot
    const double = slot * 8
    const ticks = tick - ints[word + at.tick]!
    if (ticks <= 0) return
    const short = ticks < 128 ? decayShort[ticks]! : 0
    const long = ticks < 2048 ? decayLong[ticks]! : 0
    doubles[double + rate.packets]! *= short
    doubles[double + rate.bits]! *= short
    doubles[double + rate.longPackets]! *= long
    doubles[double + rate.longBits]! *= long
    floats[word + at.samples]! *= short
    ints[word + at.tick] = tick
  }

  /** Slot of a target that is not at its first place; -1 when all its places are held by hot ones. */
  function findOrAdd(start: number, kind: number, first: number, second: number, third: number, fourth: number, tick: number): number {
    for (let slot = start; slot < start + places; slot++) {
      const word = slot << 4
      const found = ints[word + at.kind]!
      // Slots are replaced and never given back, so behind a free one there is nobody.
      if (found === 0) {
        counters.targets++
        return take(slot, kind, first, second, third, fourth, tick)
      }
      const isSame =
        found === kind && ints[word] === first && ints[word + 1] === second && ints[word + 2] === third && ints[word + 3] === fourth
      if (isSame) return slot
    }
    // Eight neighbours may be taken long before the table is half full: there is room for more elsewhere.
    if (capacity < maxCapacity) fullAt = 0
    const victim = findVictim(start, tick)
    if (victim < 0) {
      counters.refused++
      return -1
    }
    counters.evicted++
    return take(victim, kind, first, second, third, fourth, tick)
  }

  const { network, hostPlace, netPlace, address, isIPv6, rateAt, packetRate, bitRate, samples, slots, hots } = rows
  /** First places of the level that is counted. */
  const firstPlace = new Int32Array(hostPlace.length)

  // Nothing else is in this loop, so that many of its reads are under way at a time.
  function touch(): void {
    const { count } = rows
    let touched = 0
    for (let index = 0; index < count; index++) touched ^= ints[(hostPlace[index]! << 4) | at.kind]!
    for (let index = 0; index < count; index++) if (netPlace[index]! >= 0) touched ^= ints[(netPlace[index]! << 4) | at.kind]!
    lastTouched[0] = touched
  }

  function exceeds(slot: number, packets: number, bits: number): boolean {
    const double = slot * 8
    return (
      (doubles[double + rate.packets]! + doubles[double + rate.longPackets]! >= packets ||
        doubles[double + rate.bits]! + doubles[double + rate.longBits]! >= bits) &&
      floats[slot * wordsPerSlot + at.samples]! >= minSamples
    )
  }

  // Shifts and masks in place of products and sums, for the compiler need not see to it that they stay whole.
  function addRows(tick: number, isNets: boolean): number {
    const { count } = rows
    firstPlace.set(isNets ? netPlace : hostPlace)
    const mask4 = isNets ? 0xffff_ff00 | 0 : -1
    const mask6 = isNets ? 0 : -1
    const kind4 = isNets ? net4 : host4
    const kind6 = isNets ? net6 : host6
    const firstBar = isNets ? 2 : 0
    let warm = 0
    for (let index = 0; index < count; index++) {
      let slot = firstPlace[index]!
      if (slot < 0) {
        hots[index] = isCold
        continue
      }
      const from = index << 2
      let word = slot << 4
      if (isIPv6[index] === 0) {
        const first = address[from]! & mask4
        if (ints[word] !== first || ints[word | at.kind] !== kind4) slot = findOrAdd(slot, kind4, first, 0, 0, 0, tick)
      } else {
        const first = address[from]!
        const second = address[from | 1]!
        const third = address[from | 2]! & mask6
        const fourth = address[from | 3]! & mask6
        // Mostly it is at its first place, and a call costs more than to look.
        const isFirst =
          ints[word | 3] === fourth &&
          ints[word | 2] === third &&
          ints[word | 1] === second &&
          ints[word] === first &&
          ints[word | at.kind] === kind6
        if (!isFirst) slot = findOrAdd(slot, kind6, first, second, third, fourth, tick)
      }
      if (slot < 0) {
        hots[index] = isCold
        continue
      }
      slots[index] = slot
      word = slot << 4
      if (ints[word | at.tick] !== tick) sink(slot, tick)
      const looks = floats[word | at.samples]! + samples[index]!
      floats[word | at.samples] = looks
      const double = (slot << 3) | rate.packets | (rateAt[index]! << 1)
      const packets = doubles[double]! + packetRate[index]!
      const bits = doubles[double | 1]! + bitRate[index]!
      doubles[double] = packets
      doubles[double | 1] = bits
      const hot = ints[word | at.hot]!
      if (hot !== 0) {
        hots[index] = hot - 1
        warm++
        continue
      }
      // With those of the other length.
      const other = double ^ 2
      const bar = (network[index]! << 2) | firstBar
      const isBusy = (packets + doubles[other]! >= bars[bar]! || bits + doubles[other | 1]! >= bars[bar | 1]!) && looks >= minSamples
      hots[index] = isBusy ? isWanted : isCold
      if (isBusy) warm++
    }
    return warm
  }

  function addToNetworks(tick: number): number {
    const { count } = rows
    let warm = 0
    // Rows of one network in a row are summed before they are added.
    for (let from = 0, to = 0; from < count; from = to) {
      const slot = network[from]!
      const word = slot << 4
      const double = slot << 3
      if (ints[word | at.tick] !== tick) sink(slot, tick)
      let packets = 0
      let bits = 0
      let longPackets = 0
      let longBits = 0
      let looks = 0
      for (; to < count && network[to] === slot; to++) {
        const isLong = rateAt[to]!
        looks += samples[to]!
        packets += packetRate[to]! * (1 - isLong)
        bits += bitRate[to]! * (1 - isLong)
        longPackets += packetRate[to]! * isLong
        longBits += bitRate[to]! * isLong
      }
      floats[word | at.samples]! += looks
      doubles[double | rate.packets]! += packets
      doubles[double | rate.bits]! += bits
      doubles[double | rate.longPackets]! += longPackets
      doubles[double | rate.longBits]! += longBits
      const hot = ints[word | at.hot]!
      const bar = slot * 4 + 2
      const found = hot !== 0 ? hot - 1 : exceeds(slot, bars[bar]!, bars[bar + 1]!) ? isWanted : isCold
      // Runs are short: to call for each would cost more.
      for (let index = from; index < to; index++) {
        slots[index] = slot
        hots[index] = found
      }
      if (found !== isCold) warm += to - from
    }
    return warm
  }

  return {
    words,
    get slots() {
      return networks + capacity + places
    },
    get isFull() {
      return counters.targets >= fullAt
    },
    grow,
    counters,
    get shift() {
      return shift
    },
    touch,
    addRows,
    addToNetworks,
    sink,
    exceeds,
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
