import type { FlowBatch } from '../flow/flow-batch.ts'
import type { PrefixTable } from '../flow/prefix-table.ts'
import { createCountedFlow, traitAt, volumeAt } from './counted-flow.ts'
import { hashWords } from './distinct-count.ts'
import { createHotTargets, tickMs } from './hot-targets.ts'
import type { HotTargets } from './hot-targets.ts'
import { kindCount, kindOf } from './kinds.ts'
import { createTargetTable, targetKind } from './target-table.ts'
import type { TargetTable } from './target-table.ts'

// Counts flows for their targets: the host, the /24 or /64 around it, and the protected network. Now is when a flow was
// received; what its exporter's clock says is used for how long it took, and for nothing else.

/** From what on a target gets rich counters; hosts, and nets and networks, of each network. */
export interface HotBar {
  packetsPerSecond: number
  bitsPerSecond: number
}

export interface WatchedNetworks {
  readonly table: PrefixTable
  /** Length of each network's prefix, and the bars for its hosts and for nets and the network as a whole. */
  readonly list: readonly { family: 4 | 6; length: number; hostBar: HotBar; netBar: HotBar }[]
}

export interface WindowBounds {
  /** Targets that have a small slot of 64 bytes; a power of two is taken. */
  maxTargets: number
  /** Those that have rich counters, 16 kB each. */
  maxHotTargets: number
}

export const defaultWindowBounds: WindowBounds = { maxTargets: 2_097_152, maxHotTargets: 4096 }

/** Fewer looks than these say nothing: with sampling of 1 in 1000 every packet is a thousand. */
const minSamples = 4
/** Searches for rich counters to take over, in a tick of 100 ms: to empty 16 kB costs as much as to count a hundred flows. */
const maxSearchesPerTick = 64
/** A target that stays so long below a quarter of its bar gives its rich counters back. */
const coolTicks = 100
/** Rows whose slots are read before they are counted: as many as a processor keeps at hand. */
const rowsAtOnce = 256
/** A flow tells of no more packets and bytes than this (2^53), nor of longer than it may be counted by any exporter. */
const maxVolume = 2 ** 53
/** A clock may be behind by so much, as captures of several interfaces are; beyond, or an hour ahead, it was set anew. */
const maxBackMs = 5000
const maxAheadMs = 3_600_000

export interface WindowCounters {
  /** Flows that were counted for a protected host, with their volume; they are the sum of all kinds. */
  flows: number
  packets: number
  bits: number
  readonly packetsByKind: Float64Array
  readonly bitsByKind: Float64Array
  /** To no protected network; without addresses; with a volume that is no number. */
  flowsElsewhere: number
  flowsWithoutAddress: number
  flowsUnusable: number
  /** Rich counters given up for a busier target, and not given because all were held. */
  hotEvicted: number
  hotRefused: number
  /** Times at which the caller's clock leapt. */
  clockLeaps: number
}

export interface TrafficWindow {
  count(batch: FlowBatch, nowMs: number): void
  /** Lets time pass for all rich counters, and takes them from those that cooled. */
  advance(nowMs: number): void
  readonly hot: HotTargets
  readonly targets: TargetTable
  readonly counters: WindowCounters
  /** Network that a hot target belongs to. */
  networkOf(hot: number): number
  /** Hosts over which a target's traffic can be spread: of a wide network, its nets. */
  isWide(hot: number): boolean
  /** Share of the current tick that is over. */
  readonly fraction: number
  /** How long flows have been counted. */
  readonly countedMs: number
  /** How long a target has had rich counters. */
  hotMs(hot: number): number
  /** Keeps a target's rich counters, whatever comes. */
  pin(hot: number, isPinned: boolean): void
}

export interface WindowOptions {
  networks: WatchedNetworks
  bounds?: Partial<WindowBounds>
  /** Told before rich counters are taken away. */
  onCooled?(hot: number): void
  /** Told of flows to no protected network. */
  onElsewhere?(batch: FlowBatch, row: number, nowMs: number): void
}

export function createTrafficWindow({ networks, bounds: wanted, onCooled, onElsewhere }: WindowOptions): TrafficWindow {
  const bounds = { ...defaultWindowBounds, ...wanted }
  const { table, list } = networks
  const targets = createTargetTable(bounds.maxTargets, list.length, (one, slot) => {
    if (slot >= 0) return hot.move(one, slot)
    onCooled?.(one)
    pinned[one] = 0
    hot.release(one)
  })
  const hot = createHotTargets(bounds.maxHotTargets)
  const networkOfHot = new Int32Array(hot.capacity)
  const pinned = new Uint8Array(hot.capacity)
  const warmTick = new Float64Array(hot.capacity)
  // Bars of a network: packets and bits of hosts, then of nets.
  const bars = Float64Array.from(
    list.flatMap(({ hostBar, netBar }) => [hostBar.packetsPerSecond, hostBar.bitsPerSecond, netBar.packetsPerSecond, netBar.bitsPerSecond]),
  )
  // A network that is no wider than a net is its own net.
  const hasNets = Uint8Array.from(list, ({ family, length }) => (length < (family === 4 ? 24 : 64) ? 1 : 0))
  const counters: WindowCounters = {
    flows: 0,
    packets: 0,
    bits: 0,
    packetsByKind: new Float64Array(kindCount),
    bitsByKind: new Float64Array(kindCount),
    flowsElsewhere: 0,
    flowsWithoutAddress: 0,
    flowsUnusable: 0,
    hotEvicted: 0,
    hotRefused: 0,
    clockLeaps: 0,
  }
  const { packetsByKind, bitsByKind } = counters
  const flow = createCountedFlow()
  /** Flows, packets, bits. */
  const sums = new Float64Array(3)
  // Of the rows at hand.
  const rowNetworks = new Int32Array(rowsAtOnce)
  const rowPlaces = new Uint32Array(rowsAtOnce)
  // Row whose hashes stand in `flow`.
  let hashedRow = -1
  // Written and never read, so that reading early is not taken for doing nothing.
  const lastTouched = new Uint32Array(1)
  let epochMs = NaN
  let lastMs = 0
  let hand = 0
  let searchTick = 0
  let searches = 0

  /** Ticks since the first flow. Time does not go back; where it leaps, in either direction, ticks go on. */
  function tickOf(nowMs: number): number {
    if (Number.isNaN(epochMs)) {
      // Not from 0: a slot that was never used has tick 0.
      epochMs = nowMs - 60_000
      lastMs = nowMs
    } else if (nowMs < lastMs - maxBackMs || nowMs > lastMs + maxAheadMs) {
      const goesOnMs = nowMs < lastMs ? 0 : maxAheadMs
      counters.clockLeaps++
      epochMs += nowMs - lastMs - goesOnMs
      lastMs = nowMs
    } else if (nowMs > lastMs) lastMs = nowMs
    return Math.floor((lastMs - epochMs) / tickMs)
  }

  /** Rich counters for a slot: free ones, or those of the quietest of eight that are looked at in turn, if it is half as busy. */
  function heat(slot: number, network: number, tick: number): number {
    let taken = hot.take(slot, tick)
    if (taken < 0) {
      if (tick !== searchTick) {
        searchTick = tick
        searches = 0
      }
      if (++searches > maxSearchesPerTick) {
        counters.hotRefused++
        return -1
      }
      let victim = -1
      let least = targets.packetsPerSecond(slot) / 2
      for (let looked = 0; looked < 8; looked++) {
        hand = (hand + 1) % hot.capacity
        if (pinned[hand] === 1) continue
        const level = targets.packetsPerSecond(hot.slotOf(hand))
        if (level < least) {
          least = level
          victim = hand
        }
      }
      if (victim < 0) {
        counters.hotRefused++
        return -1
      }
      counters.hotEvicted++
      cool(victim)
      taken = hot.take(slot, tick)
    }
    targets.setHot(slot, taken)
    networkOfHot[taken] = network
    warmTick[taken] = tick
    return taken
  }

  function cool(one: number): void {
    onCooled?.(one)
    targets.setHot(hot.slotOf(one), -1)
    pinned[one] = 0
    hot.release(one)
  }

  function addTo(slot: number, bar: number, network: number, tick: number, batch: FlowBatch, row: number, isOverNets: boolean): void {
    targets.add(slot, tick, flow)
    let one = targets.hotOf(slot)
    if (one < 0) {
      if (!targets.exceeds(slot, bars, bar, minSamples)) return
      one = heat(slot, network, tick)
      if (one < 0) return
    }
    if (hashedRow !== row) {
      hashedRow = row
      hashRow(batch, row)
    }
    hot.add(one, tick, flow, isOverNets)
  }

  /** Finds each row's network, -1 when it is of none, and place, and reads the place: the misses of many overlap. */
  function locate(batch: FlowBatch, from: number, to: number): void {
    const { family, destination } = batch
    let touched = 0
    for (let row = from, at = from * 4; row < to; row++, at += 4) {
      const first = destination[at]!
      let network = -1
      if (family[row] === 4) {
        network = table.find4(first)
        if (network >= 0) rowPlaces[row - from] = targets.placeOf(targetKind.host4, first, 0, 0, 0)
      } else if (family[row] === 6) {
        const second = destination[at + 1]!
        const third = destination[at + 2]!
        const fourth = destination[at + 3]!
        network = table.find6(first, second, third, fourth)
        if (network >= 0) rowPlaces[row - from] = targets.placeOf(targetKind.host6, first, second, third, fourth)
      }
      rowNetworks[row - from] = network
      if (network >= 0) touched ^= targets.touch(rowPlaces[row - from]!)
    }
    lastTouched[0] = touched
  }

  function countRow(batch: FlowBatch, row: number, network: number, place: number, tick: number): void {
    const packets = batch.packets[row]!
    const bits = batch.bytes[row]! * 8
    if (!(packets >= 0 && packets <= maxVolume && bits >= 0 && bits <= maxVolume)) {
      counters.flowsUnusable++
      return
    }
    const at = row * 4
    const { destination } = batch
    const first = destination[at]!
    const second = destination[at + 1]!
    const third = destination[at + 2]!
    const fourth = destination[at + 3]!
    const lastedMs = batch.end[row]! - batch.start[row]!
    const rate = batch.samplingRate[row]!
    const kind = kindOf(batch, row)
    const isIPv4 = batch.family[row] === 4
    const { volume, traits } = flow
    volume[volumeAt.packets] = packets
    volume[volumeAt.bits] = bits
    volume[volumeAt.durationMs] = lastedMs > 0 ? lastedMs : 0
    volume[volumeAt.samples] = rate > 1 ? packets / rate : packets
    traits[traitAt.kind] = kind
    hashedRow = -1
    sums[0]!++
    sums[1]! += packets
    sums[2]! += bits
    packetsByKind[kind]! += packets
    bitsByKind[kind]! += bits

    const host = targets.findOrAdd(place, isIPv4 ? targetKind.host4 : targetKind.host6, first, second, third, fourth, tick)
    if (host >= 0) addTo(host, network * 4, network, tick, batch, row, false)
    const isWide = hasNets[network] === 1
    if (isWide) {
      const netFirst = isIPv4 ? (first & 0xffff_ff00) >>> 0 : first
      const netSecond = isIPv4 ? 0 : second
      const netKind = isIPv4 ? targetKind.net4 : targetKind.net6
      const net = targets.findOrAdd(targets.placeOf(netKind, netFirst, netSecond, 0, 0), netKind, netFirst, netSecond, 0, 0, tick)
      if (net >= 0) addTo(net, network * 4 + 2, network, tick, batch, row, false)
    }
    // A wide network is bombed across its nets, a net across its hosts.
    addTo(targets.slotOfNetwork(network), network * 4 + 2, network, tick, batch, row, isWide)
  }

  /** Only what hot targets count needs hashes. */
  function hashRow({ family, source, destination }: FlowBatch, row: number): void {
    const at = row * 4
    const { traits } = flow
    const first = destination[at]!
    const isIPv4 = family[row] === 4
    traits[traitAt.sourceHash] = hashWords(source[at]!, source[at + 1]!, source[at + 2]!, source[at + 3]!)
    traits[traitAt.destinationHash] = hashWords(first, destination[at + 1]!, destination[at + 2]!, destination[at + 3]!)
    traits[traitAt.netHash] = hashWords(isIPv4 ? first & 0xffff_ff00 : first, isIPv4 ? 0 : destination[at + 1]!, 0, 0)
  }

  return {
    hot,
    targets,
    counters,
    networkOf: one => networkOfHot[one]!,
    isWide: one => targets.kindOf(hot.slotOf(one)) === targetKind.network && hasNets[networkOfHot[one]!] === 1,
    hotMs: one => lastMs - epochMs - hot.tickTaken(one) * tickMs,
    get fraction() {
      return Number.isNaN(epochMs) ? 0 : (lastMs - epochMs) / tickMs - Math.floor((lastMs - epochMs) / tickMs)
    },
    get countedMs() {
      return Number.isNaN(epochMs) ? 0 : lastMs - epochMs - 60_000
    },
    pin(one, isPinned) {
      pinned[one] = isPinned ? 1 : 0
    },
    count(batch, nowMs) {
      const tick = tickOf(nowMs)
      for (let from = 0; from < batch.length; from += rowsAtOnce) {
        if (targets.isFull) targets.grow()
        const to = Math.min(batch.length, from + rowsAtOnce)
        locate(batch, from, to)
        for (let row = from; row < to; row++) {
          const network = rowNetworks[row - from]!
          if (network >= 0) countRow(batch, row, network, rowPlaces[row - from]!, tick)
          else if (batch.family[row] === 4 || batch.family[row] === 6) {
            counters.flowsElsewhere++
            onElsewhere?.(batch, row, nowMs)
          } else counters.flowsWithoutAddress++
        }
      }
      counters.flows = sums[0]!
      counters.packets = sums[1]!
      counters.bits = sums[2]!
    },
    advance(nowMs) {
      const tick = tickOf(nowMs)
      for (let one = 0; one < hot.capacity; one++) {
        const slot = hot.slotOf(one)
        if (slot < 0) continue
        hot.roll(one, tick)
        targets.sink(slot, tick)
        const bar = networkOfHot[one]! * 4 + (targets.isHost(slot) ? 0 : 2)
        if (targets.packetsPerSecond(slot) > bars[bar]! / 4 || targets.bitsPerSecond(slot) > bars[bar + 1]! / 4) warmTick[one] = tick
        else if (tick - warmTick[one]! > coolTicks && pinned[one] === 0) cool(one)
      }
    },
  }
}
