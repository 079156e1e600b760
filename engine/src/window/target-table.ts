// A small slot for every target: who it is and about how much it receives now, in one cache line of 64 bytes. A slot tells
// which targets deserve rich counters (hot-targets.ts), nothing more. The table never grows: a target that finds its eight
// places taken replaces the quietest of them, and that is counted.

/** What a target is; a protected network has its slot by number, without a search. */
export const targetKind = { host4: 1, host6: 2, net4: 3, net6: 4, network: 5 } as const

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
  findOrAdd(kind: number, first: number, second: number, third: number, fourth: number, tick: number): number
  /** Slot of a protected network. */
  slotOfNetwork(network: number): number
  /** Adds a flow; afterwards `packetsPerSecond` and `bitsPerSecond` say what the target receives, `samples` of how many looks. */
  add(slot: number, tick: number, packets: number, bits: number, durationMs: number, samples: number): void
  packetsPerSecond(slot: number): number
  bitsPerSecond(slot: number): number
  samples(slot: number): number
  isHost(slot: number): boolean
  /** The target's kind, and its address or, of a network, its number. */
  kindOf(slot: number): number
  hotOf(slot: number): number
  setHot(slot: number, hot: number): void
  readonly words: Uint32Array
  readonly counters: Readonly<TargetCounters>
}

export interface TargetCounters {
  /** Targets that have a slot. */
  targets: number
  /** Targets that gave their slot to another, and flows that found none. */
  evicted: number
  refused: number
}

export function createTargetTable(maxTargets: number, networks: number): TargetTable {
  const capacity = 2 ** Math.ceil(Math.log2(Math.max(places * 2, maxTargets)))
  // Places may run over the end, so a few slots follow; then one for each network.
  const firstNetwork = capacity + places
  const memory = new ArrayBuffer((firstNetwork + networks) * wordsPerSlot * 4)
  const words = new Uint32Array(memory)
  const floats = new Float32Array(memory)
  const doubles = new Float64Array(memory)
  const shift = 32 - Math.log2(capacity)
  const counters: TargetCounters = { targets: 0, evicted: 0, refused: 0 }
  for (let network = 0; network < networks; network++) {
    words[(firstNetwork + network) * wordsPerSlot] = network
    words[(firstNetwork + network) * wordsPerSlot + at.kind] = targetKind.network
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

  return {
    words,
    counters,
    findOrAdd(kind, first, second, third, fourth, tick) {
      let hash = Math.imul(first ^ (kind << 7), 0x9e37_79b1)
      if (kind === targetKind.host6 || kind === targetKind.net6) {
        hash ^= Math.imul(second, 0x85eb_ca6b)
        hash = Math.imul(hash ^ (hash >>> 15) ^ third, 0xc2b2_ae35) ^ Math.imul(fourth, 0x27d4_eb2f)
        hash = Math.imul(hash ^ (hash >>> 15), 0x9e37_79b1)
      }
      const start = hash >>> shift
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
    slotOfNetwork: network => firstNetwork + network,
    add(slot, tick, packets, bits, durationMs, samples) {
      const word = slot * wordsPerSlot
      const double = slot * 8
      const ticks = tick - words[word + at.tick]!
      if (ticks > 0) {
        const short = ticks < 128 ? decayShort[ticks]! : 0
        const long = ticks < 2048 ? decayLong[ticks]! : 0
        doubles[double + rate.packets]! *= short
        doubles[double + rate.bits]! *= short
        doubles[double + rate.longPackets]! *= long
        doubles[double + rate.longBits]! *= long
        floats[word + at.samples]! *= short
        words[word + at.tick] = tick
      }
      floats[word + at.samples]! += samples
      if (durationMs <= longFlowMs) {
        doubles[double + rate.packets]! += packets
        doubles[double + rate.bits]! += bits
      } else {
        const perSecond = 1000 / durationMs
        doubles[double + rate.longPackets]! += packets * perSecond
        doubles[double + rate.longBits]! += bits * perSecond
      }
    },
    packetsPerSecond: slot => doubles[slot * 8 + rate.packets]! + doubles[slot * 8 + rate.longPackets]!,
    bitsPerSecond: slot => doubles[slot * 8 + rate.bits]! + doubles[slot * 8 + rate.longBits]!,
    samples: slot => floats[slot * wordsPerSlot + at.samples]!,
    kindOf: slot => words[slot * wordsPerSlot + at.kind]!,
    isHost: slot => words[slot * wordsPerSlot + at.kind]! <= targetKind.host6,
    hotOf: slot => words[slot * wordsPerSlot + at.hot]! - 1,
    setHot(slot, hot) {
      words[slot * wordsPerSlot + at.hot] = hot + 1
    },
  }
}
