import type { FlowBatch } from '../flow/flow-batch.ts'
import type { Prefix } from './prefix.ts'
import { prefixOf } from './prefix.ts'
import type { Measure, Rows } from './target-rows.ts'

// Networks from which much of an attack comes, as a tree: a rule may name one of them. They are sought in a sample of the flows,
// evenly taken, since a network that stands out does so in any sample; what a rule then covers is counted on all.

export interface SourceTree {
  /** By code, from 1 on; code 0 is any other source. */
  readonly networks: readonly Prefix[]
  /** Networks that lie within the one of this code, itself included, as a mask of codes. */
  readonly maskOf: readonly number[]
  /** What naming the network costs, by code, in shares of the attack: good traffic comes from wide ones, seen or not. */
  readonly costOf: readonly number[]
  /** First keys of stretches of addresses, and the code of each. */
  readonly starts: Float64Array
  readonly codes: Uint8Array
}

const sampleRows = 4096
/** A network below a tenth of the attack is not worth one of few rules. */
const leastShare = 0.1
const maxNetworks = 12
const lengthsOf = { 4: [32, 24, 16, 8], 6: [48, 32] } as const

/** The first 32 bits of an IPv4, the first 48 of an IPv6 address, as one number. */
export const keyOfSource = (batch: FlowBatch, row: number): number =>
  batch.family[row] === 4 ? batch.source[row * 4]! : batch.source[row * 4]! * 0x1_0000 + (batch.source[row * 4 + 1]! >>> 16)

/** All rows of one family. */
export function createSourceTree({ batch, rows }: Rows, measure: Measure): SourceTree {
  const family = rows.length > 0 && batch.family[rows[0]!] === 6 ? 6 : 4
  const keyBits = family === 4 ? 32 : 48
  const step = Math.max(1, Math.floor(rows.length / sampleRows))
  const sample: number[] = []
  for (let index = 0; index < rows.length; index += step) sample.push(rows[index]!)
  const total = sample.reduce((sum, row) => sum + batch[measure][row]!, 0)
  const networks: Prefix[] = []
  for (const length of lengthsOf[family]) {
    const weights = new Map<number, { weight: number; row: number }>()
    for (const row of sample) {
      const network = Math.floor(keyOfSource(batch, row) / 2 ** (keyBits - length))
      const known = weights.get(network)
      if (known) known.weight += batch[measure][row]!
      else weights.set(network, { weight: batch[measure][row]!, row })
    }
    const heavy = [...weights].filter(([, { weight }]) => weight >= total * leastShare && weight > 0)
    heavy.sort(([one, { weight }], [other, { weight: otherWeight }]) => otherWeight - weight || one - other)
    for (const [, { row }] of heavy) if (networks.length < maxNetworks) networks.push(prefixOf(family, batch.source, length, row * 4))
  }
  return arrange(networks, keyBits)
}

function arrange(networks: readonly Prefix[], keyBits: number): SourceTree {
  const firstKey = ({ family, words }: Prefix): number => (family === 4 ? words[0] : words[0] * 0x1_0000 + (words[1] >>> 16))
  const spans = networks.map(network => ({ from: firstKey(network), to: firstKey(network) + 2 ** (keyBits - network.length) }))
  const starts = [...new Set([0, ...spans.flatMap(({ from, to }) => [from, to])])].sort((one, other) => one - other)
  // Networks stand longest first, so the first that holds a stretch is the narrowest.
  const codes = starts.map(start => spans.findIndex(({ from, to }) => from <= start && start < to) + 1)
  const maskOf = spans.map(outer => {
    const inner = spans.map(({ from, to }, index) => (outer.from <= from && to <= outer.to ? 1 << (index + 1) : 0))
    return inner.reduce((mask, bit) => mask | bit, 0) >>> 0
  })
  // A twentieth for a network of 1/256 of all addresses, half of that for each further two bits.
  const costOf = networks.map(({ length, family }) => 0.05 * 2 ** (4 - length / (family === 4 ? 2 : 4)))
  return { networks, maskOf: [0, ...maskOf], costOf: [0, ...costOf], starts: Float64Array.from(starts), codes: Uint8Array.from(codes) }
}

export function sourceCodeOf({ starts, codes }: SourceTree, key: number): number {
  let [low, high] = [0, starts.length - 1]
  while (low < high) {
    const middle = (low + high + 1) >>> 1
    if (starts[middle]! <= key) low = middle
    else high = middle - 1
  }
  return codes[low]!
}
