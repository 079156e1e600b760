import type { FlowBatch } from '../flow/flow-batch.ts'
import type { PrefixTable } from '../flow/prefix-table.ts'
import { hashWords } from '../window/distinct-count.ts'

// Hosts of ours that look for others: one source that within ten seconds tries many addresses, or many ports, with flows of
// a packet or two that came to nothing. Different ones are counted in a bitmap of 1024 bits for each source (linear counting,
// Whang et al., 1990); sources have a bounded table, in which the quietest gives way.

export interface ScanFinding {
  /** Words as in addresses.ts. */
  family: 4 | 6
  words: [number, number, number, number]
  network: number
  atMs: number
  /** Different address-and-port pairs tried since `sinceMs`, for certain at least about so many. */
  destinations: number
  limit: number
  sinceMs: number
}

export interface ScanDetector {
  /** Takes the first `count` of these rows, flows whose destination is none of ours. */
  take(batch: FlowBatch, rows: Int32Array, count: number, nowMs: number): void
  readonly counters: { readonly sources: number; readonly evicted: number }
}

/** Sources that are followed at once; 150 bytes each. */
const maxSources = 65_536
const places = 8
const bitsPerSource = 1024
const windowMs = 10_000
/** A source that was told is told again no sooner than this. */
const silentMs = 300_000
/** A try has no more packets than these, and no flag but SYN, or RST from whoever refused it. */
const mostPackets = 3

export const defaultScanLimit = 500

export function createScanDetector(options: {
  networks: PrefixTable
  /** Different destinations in ten seconds; at most 2000, beyond which the bitmap is full. */
  limit?: number
  onScan(finding: ScanFinding): void
}): ScanDetector {
  const { networks, limit = defaultScanLimit, onScan } = options
  const capacity = maxSources + places
  const words = new Uint32Array(capacity * 4)
  const families = new Uint8Array(capacity)
  const bitmaps = new Uint32Array((capacity * bitsPerSource) / 32)
  const setBits = new Uint16Array(capacity)
  const since = new Float64Array(capacity)
  const toldAt = new Float64Array(capacity).fill(-Infinity)
  const counters = { sources: 0, evicted: 0 }
  // n bits of 1024 set tell of about −1024 · ln(1 − n/1024) different ones.
  const bitsAtLimit = Math.min(bitsPerSource - 100, Math.ceil(bitsPerSource * (1 - Math.exp(-limit / bitsPerSource))))

  function findOrAdd(family: number, first: number, second: number, third: number, fourth: number, nowMs: number): number {
    const start = (hashWords(first, second, third, fourth) >>> 0) % maxSources
    let quietest = start
    for (let place = start; place < start + places; place++) {
      const at = place * 4
      if (families[place] === 0) {
        counters.sources++
        quietest = place
        break
      }
      const isSame =
        families[place] === family && words[at] === first && words[at + 1] === second && words[at + 2] === third && words[at + 3] === fourth
      if (isSame) {
        if (nowMs - since[place]! >= windowMs || nowMs < since[place]!) begin(place, nowMs)
        return place
      }
      const isOld = nowMs - since[place]! >= windowMs
      if ((isOld ? 0 : setBits[place]!) < (nowMs - since[quietest]! >= windowMs ? 0 : setBits[quietest]!)) quietest = place
    }
    if (families[quietest] !== 0) counters.evicted++
    families[quietest] = family
    words[quietest * 4] = first
    words[quietest * 4 + 1] = second
    words[quietest * 4 + 2] = third
    words[quietest * 4 + 3] = fourth
    toldAt[quietest] = -Infinity
    begin(quietest, nowMs)
    return quietest
  }

  function begin(place: number, nowMs: number): void {
    bitmaps.fill(0, (place * bitsPerSource) / 32, ((place + 1) * bitsPerSource) / 32)
    setBits[place] = 0
    since[place] = nowMs
  }

  function note(batch: FlowBatch, row: number, nowMs: number): void {
    const family = batch.family[row]!
    const at = row * 4
    const { source, destination } = batch
    const first = source[at]!
    const second = source[at + 1]!
    const third = source[at + 2]!
    const fourth = source[at + 3]!
    const network = family === 4 ? networks.find4(first) : networks.find6(first, second, third, fourth)
    if (network < 0) return
    const place = findOrAdd(family, first, second, third, fourth, nowMs)
    const tried = hashWords(
      destination[at]! ^ batch.destinationPort[row]!,
      destination[at + 1]!,
      destination[at + 2]!,
      destination[at + 3]!,
    )
    const bit = (tried >>> 0) % bitsPerSource
    const word = (place * bitsPerSource) / 32 + (bit >>> 5)
    const mask = 1 << (bit & 31)
    if ((bitmaps[word]! & mask) !== 0) return
    bitmaps[word]! |= mask
    const set = ++setBits[place]!
    if (set < bitsAtLimit || nowMs - toldAt[place]! < silentMs) return
    toldAt[place] = nowMs
    onScan({
      family: family === 4 ? 4 : 6,
      words: [first, second, third, fourth],
      network,
      atMs: nowMs,
      destinations: Math.round(-bitsPerSource * Math.log(1 - set / bitsPerSource)),
      limit,
      sinceMs: since[place]!,
    })
  }

  return {
    counters,
    take(batch, rows, count, nowMs) {
      const { packets, samplingRate } = batch
      for (let index = 0; index < count; index++) {
        const row = rows[index]!
        // Of most flows this says enough.
        const rate = samplingRate[row]!
        if (packets[row]! <= mostPackets * (rate > 1 ? rate : 1) && isTry(batch, row)) note(batch, row, nowMs)
      }
    },
  }
}

/** Of few packets, a flow that asks and gets no conversation: SYN alone, or a datagram or echo request. Names and time are asked by all. */
function isTry(batch: FlowBatch, row: number): boolean {
  const protocol = batch.protocol[row]!
  if (protocol === 6) return (batch.tcpFlags[row]! & 0x17) === 0x02
  if (protocol === 17) return batch.destinationPort[row] !== 53 && batch.destinationPort[row] !== 123 && batch.destinationPort[row] !== 443
  return (protocol === 1 && batch.icmpType[row] === 8) || (protocol === 58 && batch.icmpType[row] === 128)
}
