import type { FlowBatch } from '../flow/flow-batch.ts'
import { distinctPlace, distinctRank, hashWord, hashWords } from './distinct-count.ts'
import { hostBuckets, lengthBuckets, levelOf, levelsPerSecond, shortFlowMs } from './hot-targets.ts'

// The rows of a batch that are counted now, by column: each level (hosts, nets, networks) goes over them in a loop of its own,
// which keeps what it needs in registers, and of memory what the processor has at hand. What only rich counters need is
// described once for all levels, and only when one of them has any.

/** As many slots as these stay in the near cache between the loop that reads them early and those that count. */
export const rowsAtOnce = 256

/** In `hots`: no rich counters; and none yet, though the target receives enough for them. */
export const cold = -1
export const wanted = -2

export interface CountedRows {
  /** Rows that are taken, from 0 on. */
  count: number
  /** Row of the batch. */
  readonly row: Int32Array
  readonly network: Int32Array
  /** First places of the host and its net in the table; of the net -1 where the network is none wider. */
  readonly hostPlace: Int32Array
  readonly netPlace: Int32Array
  /** Four words of the host's address as signed numbers, of IPv4 the first; 1 where it is IPv6. */
  readonly address: Int32Array
  readonly isIPv6: Uint8Array
  /** By which they are found. */
  readonly hostHash: Int32Array
  readonly netHash: Int32Array
  readonly kind: Uint8Array
  readonly packets: Float64Array
  readonly bits: Float64Array
  readonly durationMs: Int32Array
  /** What the table adds: 1 where a flow is long to it (target-table.ts), else 0; packets and bits, or those a second. */
  readonly rateAt: Uint8Array
  readonly packetRate: Float64Array
  readonly bitRate: Float64Array
  /** Packets that were really looked at. */
  readonly samples: Float64Array
  /** Of the level that is counted: each row's slot, and number of its rich counters, `cold` or `wanted`. */
  readonly slots: Int32Array
  readonly hots: Int32Array
  /** For rich counters: whether what follows was described. */
  isDescribed: boolean
  /** Indexes of the rows that are short flows, and of those that are long. */
  readonly shorts: Int32Array
  shortCount: number
  readonly longs: Int32Array
  longCount: number
  /** Class of a long flow (hot-targets.ts); what one unit of it is a second. */
  readonly level: Int8Array
  readonly perSecond: Float64Array
  /** Register and rank of the source (distinct-count.ts); buckets of the host, of that over which its network is spread, and of packet length. */
  readonly sourcePlace: Uint16Array
  readonly sourceRank: Uint8Array
  readonly hostBucket: Uint8Array
  readonly networkBucket: Uint8Array
  readonly lengthBucket: Uint8Array
}

export const createCountedRows = (): CountedRows => ({
  count: 0,
  row: new Int32Array(rowsAtOnce),
  network: new Int32Array(rowsAtOnce),
  hostPlace: new Int32Array(rowsAtOnce),
  netPlace: new Int32Array(rowsAtOnce),
  address: new Int32Array(rowsAtOnce * 4),
  isIPv6: new Uint8Array(rowsAtOnce),
  hostHash: new Int32Array(rowsAtOnce),
  netHash: new Int32Array(rowsAtOnce),
  kind: new Uint8Array(rowsAtOnce),
  packets: new Float64Array(rowsAtOnce),
  bits: new Float64Array(rowsAtOnce),
  durationMs: new Int32Array(rowsAtOnce),
  rateAt: new Uint8Array(rowsAtOnce),
  packetRate: new Float64Array(rowsAtOnce),
  bitRate: new Float64Array(rowsAtOnce),
  samples: new Float64Array(rowsAtOnce),
  slots: new Int32Array(rowsAtOnce),
  hots: new Int32Array(rowsAtOnce),
  isDescribed: false,
  shorts: new Int32Array(rowsAtOnce),
  shortCount: 0,
  longs: new Int32Array(rowsAtOnce),
  longCount: 0,
  level: new Int8Array(rowsAtOnce),
  perSecond: new Float64Array(rowsAtOnce),
  sourcePlace: new Uint16Array(rowsAtOnce),
  sourceRank: new Uint8Array(rowsAtOnce),
  hostBucket: new Uint8Array(rowsAtOnce),
  networkBucket: new Uint8Array(rowsAtOnce),
  lengthBucket: new Uint8Array(rowsAtOnce),
})

// What is imported or exported is looked up each time that it is used: loops have constants of their own.
const hash4 = hashWord
const hash6 = hashWords
const placeOfHash = distinctPlace
const rankOfHash = distinctRank
const levelOfDuration = levelOf
const perSecondOf = levelsPerSecond
const shortMs = shortFlowMs
const lastLength = lengthBuckets - 1

/** Describes rows for rich counters, unless that was done. */
export function createDescribing(rows: CountedRows): (batch: FlowBatch) => void {
  const { row, netPlace, hostHash, netHash, packets, bits, durationMs, shorts, longs, level, perSecond } = rows
  const { sourcePlace, sourceRank, hostBucket, networkBucket, lengthBucket } = rows
  return ({ family, source }) => {
    if (rows.isDescribed) return
    rows.isDescribed = true
    const { count } = rows
    let [shortCount, longCount] = [0, 0]
    for (let index = 0; index < count; index++) {
      const at = row[index]! * 4
      const sourceHash =
        family[row[index]!] === 4 ? hash4(source[at]!) : hash6(source[at]!, source[at + 1]!, source[at + 2]!, source[at + 3]!)
      sourcePlace[index] = placeOfHash(sourceHash)
      sourceRank[index] = rankOfHash(sourceHash)
      hostBucket[index] = hostHash[index]! >>> bucketShift
      // A network that has nets is bombed across these, else across its hosts.
      networkBucket[index] = (netPlace[index]! >= 0 ? netHash[index]! : hostHash[index]!) >>> bucketShift
      const unit = packets[index]! * bitsPerBucket
      lengthBucket[index] = bits[index]! < unit * lastLength ? bits[index]! / unit : lastLength
      const isLong = (shortMs - durationMs[index]!) >>> 31
      const found = levelOfDuration(durationMs[index]!)
      level[index] = found
      perSecond[index] = perSecondOf[found]!
      // It is written to both, and only one of them goes on.
      shorts[shortCount] = index
      longs[longCount] = index
      shortCount += 1 - isLong
      longCount += isLong
    }
    rows.shortCount = shortCount
    rows.longCount = longCount
  }
}

const bucketShift = 32 - Math.log2(hostBuckets)
/** 8 bits a byte, 100 bytes a bucket. */
const bitsPerBucket = 800
