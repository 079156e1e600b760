import type { FlowBatch } from '../flow/flow-batch.ts'
import type { PrefixTable } from '../flow/prefix-table.ts'
import { findBusiestHosts } from './busiest-hosts.ts'
import { createCountedRows, cold, createDescribing, rowsAtOnce, wanted } from './counted-rows.ts'
import { createHotTargets, tickMs } from './hot-targets.ts'
import type { HotTargets } from './hot-targets.ts'
import { kindCount, kindOf } from './kinds.ts'
import { createTargetTable, hashTarget4, hashTarget6, longFlowMs, targetKind } from './target-table.ts'
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

/** Searches for rich counters to take over, in a tick of 100 ms: to empty 16 kB costs as much as to count a hundred flows. */
const maxSearchesPerTick = 64
/** A target that stays so long below a quarter of its bar gives its rich counters back. */
const coolTicks = 100
/** A flow tells of no more packets and bytes than this (2^53), nor of longer than it may be counted by any exporter. */
const maxVolume = 2 ** 53
/** A clock may be behind by so much, as captures of several interfaces are; beyond, or an hour ahead, it was set anew. */
const maxBackMs = 5000
const maxAheadMs = 3_600_000

// What is imported or exported is looked up each time that it is used: loops have constants of their own.
const { host4, host6, net4, net6 } = targetKind
const hash4 = hashTarget4
const hash6 = hashTarget6
const longMs = longFlowMs
const isCold = cold
const isWanted = wanted
const kindOfRow = kindOf

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
  /** Slots of the hosts that receive most bits, at most `count`, the busiest first. */
  busiestHosts(count: number): number[]
  /** Keeps a target's rich counters, whatever comes. */
  pin(hot: number, isPinned: boolean): void
}

export interface WindowOptions {
  networks: WatchedNetworks
  bounds?: Partial<WindowBounds>
  /** Told before rich counters are taken away. */
  onCooled?(hot: number): void
  /** Told of flows to no protected network: the first `count` of these rows. */
  onElsewhere?(batch: FlowBatch, rows: Int32Array, count: number, nowMs: number): void
}

/** A duration in whole milliseconds, at most 24 days; no time where there is none. */
function wholeMs(durationMs: number): number {
  if (durationMs >= 0 && durationMs <= 0x7fff_ffff) return durationMs | 0
  return durationMs > 0 ? 0x7fff_ffff : 0
}

export function createTrafficWindow({ networks, bounds: wantedBounds, onCooled, onElsewhere }: WindowOptions): TrafficWindow {
  const bounds = { ...defaultWindowBounds, ...wantedBounds }
  const { table, list } = networks
  const rows = createCountedRows()
  const describe = createDescribing(rows)
  // Bars of a network: packets and bits of hosts, then of nets.
  const bars = Float64Array.from(
    list.flatMap(({ hostBar, netBar }) => [hostBar.packetsPerSecond, hostBar.bitsPerSecond, netBar.packetsPerSecond, netBar.bitsPerSecond]),
  )
  const targets = createTargetTable(rows, bounds.maxTargets, bars, (one, slot) => {
    if (slot >= 0) return hot.move(one, slot)
    onCooled?.(one)
    pinned[one] = 0
    hot.release(one)
  })
  const hot = createHotTargets(rows, bounds.maxHotTargets)
  const networkOfHot = new Int32Array(hot.capacity)
  const pinned = new Uint8Array(hot.capacity)
  const warmTick = new Float64Array(hot.capacity)
  // A network that is no wider than a net is its own net.
  const hasNets = Uint8Array.from(list, ({ family, length }) => (length < (family === 4 ? 24 : 64) ? 1 : 0))
  // What a net's place is joined with, by number of the network plus one: where there is no net it becomes -1.
  const noNet = Int32Array.from([0, ...hasNets], has => has - 1)
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
  /** Flows, packets, bits. */
  const sums = new Float64Array(3)
  const elsewhere = new Int32Array(rowsAtOnce)
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

  const { row: taken, network: networksOf, hostPlace, netPlace, address, isIPv6, hostHash, netHash } = rows
  const networkCount = list.length
  const { kind: kinds, packets, bits, durationMs, samples, rateAt, packetRate, bitRate, hots, slots } = rows

  /** Takes the rows that go to a protected network, and finds where their targets may be. */
  function locate({ family, destination }: FlowBatch, from: number, to: number): number {
    const { shift } = targets
    let count = 0
    let others = 0
    for (let row = from, at = from * 4; row < to; row++, at += 4) {
      const first = destination[at]!
      let network: number
      let host: number
      let net: number
      const to4 = count << 2
      address[to4] = first
      if (family[row] === 4) {
        network = table.find4(first)
        host = hash4(host4, first)
        net = hash4(net4, first & 0xffff_ff00)
      } else if (family[row] === 6) {
        const second = destination[at + 1]!
        const third = destination[at + 2]!
        const fourth = destination[at + 3]!
        network = table.find6(first, second, third, fourth)
        host = hash6(host6, first, second, third, fourth)
        address[to4 | 1] = second
        address[to4 | 2] = third
        address[to4 | 3] = fourth
        net = hash6(net6, first, second, 0, 0)
      } else {
        counters.flowsWithoutAddress++
        continue
      }
      // Written to both lists, of which one goes on: ours and others come mixed, and a guess is wrong half the time.
      taken[count] = row
      networksOf[count] = network
      isIPv6[count] = (family[row]! >> 1) & 1
      hostHash[count] = host
      netHash[count] = net
      hostPlace[count] = networkCount + (host >>> shift)
      netPlace[count] = (networkCount + (net >>> shift)) | noNet[network + 1]!
      elsewhere[others] = row
      const isOther = network >>> 31
      count += 1 - isOther
      others += isOther
    }
    rows.count = count
    rows.isDescribed = false
    return others
  }

  /** Reads what the rows tell, and leaves out those that tell nonsense. */
  function measure(batch: FlowBatch): void {
    const { packets: batchPackets, bytes, start, end, samplingRate } = batch
    let kept = 0
    let [packetSum, bitSum] = [0, 0]
    for (let index = 0; index < rows.count; index++) {
      const row = taken[index]!
      const many = batchPackets[row]!
      const size = bytes[row]! * 8
      if (!(many >= 0 && many <= maxVolume && size >= 0 && size <= maxVolume)) {
        counters.flowsUnusable++
        continue
      }
      const lastedMs = end[row]! - start[row]!
      const rate = samplingRate[row]!
      const kind = kindOfRow(batch, row)
      packetSum += many
      bitSum += size
      packetsByKind[kind]! += many
      bitsByKind[kind]! += size
      if (kept < index) {
        taken[kept] = row
        networksOf[kept] = networksOf[index]!
        isIPv6[kept] = isIPv6[index]!
        address.copyWithin(kept * 4, index * 4, index * 4 + 4)
        hostHash[kept] = hostHash[index]!
        netHash[kept] = netHash[index]!
        hostPlace[kept] = hostPlace[index]!
        netPlace[kept] = netPlace[index]!
      }
      kinds[kept] = kind
      packets[kept] = many
      bits[kept] = size
      const whole = wholeMs(lastedMs)
      durationMs[kept] = whole
      // Short and long come mixed: what is chosen by arithmetic is never guessed wrong by the processor.
      const isLong = (longMs - whole) >>> 31
      const perSecond = 1000 / (1000 + (whole - 1000) * isLong)
      rateAt[kept] = isLong
      packetRate[kept] = many * perSecond
      bitRate[kept] = size * perSecond
      samples[kept] = rate > 1 ? many / rate : many
      kept++
    }
    rows.count = kept
    sums[0]! += kept
    sums[1]! += packetSum
    sums[2]! += bitSum
  }

  /** Counts the rows of a level whose targets have rich counters, or shall have them. */
  function countRichly(batch: FlowBatch, tick: number, firstBar: number, buckets?: Uint8Array): void {
    describe(batch)
    const { count } = rows
    const { hotEvicted } = counters
    for (let index = 0; index < count; index++) {
      if (hots[index] !== isWanted) continue
      const slot = slots[index]!
      const bar = networksOf[index]! * 4 + firstBar
      let one = targets.hotOf(slot)
      // Its slot may be another's by now.
      if (one < 0 && targets.exceeds(slot, bars[bar]!, bars[bar + 1]!)) one = heat(slot, networksOf[index]!, tick)
      hots[index] = one
    }
    // Who gave way to another one counts no more.
    if (counters.hotEvicted !== hotEvicted)
      for (let index = 0; index < count; index++) if (hots[index]! >= 0 && hot.slotOf(hots[index]!) !== slots[index]) hots[index] = isCold
    hot.addRows(tick, buckets)
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
    busiestHosts(count) {
      if (Number.isNaN(epochMs)) return []
      const known = Array.from({ length: hot.end }, (_, one) => hot.slotOf(one)).filter(slot => slot >= 0)
      return findBusiestHosts(targets, known, tickOf(lastMs), count)
    },
    pin(one, isPinned) {
      pinned[one] = isPinned ? 1 : 0
    },
    count(batch, nowMs) {
      const tick = tickOf(nowMs)
      for (let from = 0; from < batch.length; from += rowsAtOnce) {
        if (targets.isFull) targets.grow()
        const others = locate(batch, from, Math.min(batch.length, from + rowsAtOnce))
        targets.touch()
        if (others > 0) {
          counters.flowsElsewhere += others
          onElsewhere?.(batch, elsewhere, others, nowMs)
        }
        measure(batch)
        if (targets.addRows(tick, false) > 0) countRichly(batch, tick, 0)
        if (targets.addRows(tick, true) > 0) countRichly(batch, tick, 2, rows.hostBucket)
        if (targets.addToNetworks(tick) > 0) countRichly(batch, tick, 2, rows.networkBucket)
      }
      counters.flows = sums[0]!
      counters.packets = sums[1]!
      counters.bits = sums[2]!
    },
    advance(nowMs) {
      const tick = tickOf(nowMs)
      for (let one = hot.end - 1; one >= 0; one--) {
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
