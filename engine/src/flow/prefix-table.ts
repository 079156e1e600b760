import { parseAddress } from './addresses.ts'
import type { Address } from './addresses.ts'

// The longest prefix that holds an address. Nested prefixes are cut into disjoint ranges once, when the table is built, and
// what is looked up is a binary search among the few ranges that share the address's first 16 bits; where these bits decide,
// one number is read. Memory is 8 (IPv4) or 20 bytes (IPv6) a range, at most two ranges a prefix and one more, whatever the
// prefixes are, and 1 MB for the first 16 bits.

export interface Prefix extends Address {
  length: number
}

export interface PrefixTable {
  /** Index of the longest prefix that holds the address, words as in addresses.ts; -1 when none does. */
  find4(first: number): number
  find6(first: number, second: number, third: number, fourth: number): number
  /** Disjoint ranges that the prefixes were cut into. */
  readonly ranges: number
}

const maxPrefixes = 1_000_000

/** `192.0.2.0/24` or `2001:db8::/32`; an address alone is a prefix of full length. Undefined for others, and for bits beyond the length. */
export function parsePrefix(text: string): Prefix | undefined {
  const [, addressText = '', lengthText] = /^([^/]+)(?:\/(\d{1,3}))?$/.exec(text) ?? []
  const address = parseAddress(addressText)
  if (!address) return undefined
  const bits = address.family === 4 ? 32 : 128
  const length = lengthText === undefined ? bits : Number(lengthText)
  if (length > bits) return undefined
  const { first, last } = rangeOf({ ...address, length })
  return first === numberOf(address) && last >= first ? { ...address, length } : undefined
}

const bitsOf = ({ family }: Address): number => (family === 4 ? 32 : 128)

function numberOf({ family, words }: Address): bigint {
  if (family === 4) return BigInt(words[0])
  return words.reduce((number, word) => (number << 32n) | BigInt(word), 0n)
}

function rangeOf(prefix: Prefix): { first: bigint; last: bigint } {
  const free = BigInt(bitsOf(prefix) - prefix.length)
  const first = (numberOf(prefix) >> free) << free
  return { first, last: first | ((1n << free) - 1n) }
}

/** Of prefixes that are given twice the last one counts. Throws beyond a million prefixes. */
export function createPrefixTable(prefixes: readonly Prefix[]): PrefixTable {
  if (prefixes.length > maxPrefixes) throw new Error(`${prefixes.length} prefixes, more than ${maxPrefixes}`)
  const ranges4 = cutIntoRanges(prefixes, 4)
  const ranges6 = cutIntoRanges(prefixes, 6)
  const start4 = Uint32Array.from(ranges4, ({ start }) => Number(start))
  const value4 = Int32Array.from(ranges4, ({ value }) => value)
  const bucket4 = indexByFirstBits(ranges4, 16n)
  const [some4, whole4] = findWhole(ranges4, bucket4, 16n)
  const start6 = new Uint32Array(ranges6.length * 4)
  for (const [at, { start }] of ranges6.entries())
    for (let word = 0; word < 4; word++) start6[at * 4 + word] = Number((start >> BigInt(96 - word * 32)) & 0xffff_ffffn)
  const value6 = Int32Array.from(ranges6, ({ value }) => value)
  const bucket6 = indexByFirstBits(ranges6, 112n)
  const [some6, whole6] = findWhole(ranges6, bucket6, 112n)

  return {
    ranges: ranges4.length + ranges6.length,
    find4(first) {
      const bucket = first >>> 16
      // Most of the world is nobody's: that is told by few bytes, which stay near, and without a guess.
      const whole = whole4[(bucket + 1) * ((some4[bucket >>> 5]! >>> (bucket & 31)) & 1)]!
      if (whole !== mixed) return whole
      let low = bucket4[bucket]!
      let high = bucket4[bucket + 1]!
      // The last range that starts at or before the address, among `low` to `high`.
      while (low < high) {
        const middle = (low + high + 1) >>> 1
        if (start4[middle]! <= first) low = middle
        else high = middle - 1
      }
      return value4[low]!
    },
    find6(first, second, third, fourth) {
      const bucket = first >>> 16
      // Most of the world is nobody's: that is told by few bytes, which stay near, and without a guess.
      const whole = whole6[(bucket + 1) * ((some6[bucket >>> 5]! >>> (bucket & 31)) & 1)]!
      if (whole !== mixed) return whole
      let low = bucket6[bucket]!
      let high = bucket6[bucket + 1]!
      while (low < high) {
        const middle = (low + high + 1) >>> 1
        const at = middle * 4
        let difference = start6[at]! - first
        if (difference === 0) difference = start6[at + 1]! - second
        if (difference === 0) difference = start6[at + 2]! - third
        if (difference === 0) difference = start6[at + 3]! - fourth
        if (difference <= 0) low = middle
        else high = middle - 1
      }
      return value6[low]!
    },
  }
}

interface Range {
  start: bigint
  value: number
}

/** Ranges in order, each up to the next one's start; the first starts at 0. */
function cutIntoRanges(prefixes: readonly Prefix[], family: 4 | 6): Range[] {
  const sorted = prefixes
    .map((prefix, value) => ({ prefix, value }))
    .filter(({ prefix }) => prefix.family === family)
    .map(({ prefix, value }) => ({ ...rangeOf(prefix), length: prefix.length, value }))
    .toSorted((one, other) => (one.first < other.first ? -1 : one.first > other.first ? 1 : one.length - other.length))
  const ranges: Range[] = [{ start: 0n, value: -1 }]
  const open: { last: bigint; value: number }[] = []
  const beginAt = (start: bigint, value: number): void => {
    const previous = ranges.at(-1)!
    if (previous.start === start) previous.value = value
    else if (previous.value !== value) ranges.push({ start, value })
  }
  const closeBefore = (start: bigint): void => {
    for (let top = open.at(-1); top && top.last < start; top = open.at(-1)) {
      open.pop()
      beginAt(top.last + 1n, open.at(-1)?.value ?? -1)
    }
  }
  const end = 1n << (family === 4 ? 32n : 128n)
  for (const { first, last, value } of sorted) {
    closeBefore(first)
    open.push({ last, value })
    beginAt(first, value)
  }
  closeBefore(end)
  if (ranges.at(-1)!.start === end) ranges.pop()
  return ranges
}

/** For each value of the first 16 bits the range that its first address lies in; one more at the end. */
function indexByFirstBits(ranges: readonly Range[], shift: bigint): Uint32Array {
  const index = new Uint32Array(65_537)
  let at = 0
  for (let bucket = 0; bucket < 65_536; bucket++) {
    const first = BigInt(bucket) << shift
    while (at + 1 < ranges.length && ranges[at + 1]!.start <= first) at++
    index[bucket] = at
  }
  index[65_536] = ranges.length - 1
  return index
}

/** In place of a prefix: those of the address's first 16 bits do not decide. */
const mixed = -2

/**
 * A bit for each value of the first 16 bits: whether any of its addresses has a prefix. And by the value plus one the prefix
 * that all of them have, or `mixed`; at 0 that there is none.
 */
function findWhole(ranges: readonly Range[], index: Uint32Array, shift: bigint): [Int32Array, Int32Array] {
  const some = new Int32Array(65_536 / 32)
  const whole = new Int32Array(65_537).fill(-1)
  for (let bucket = 0; bucket < 65_536; bucket++) {
    const at = index[bucket]!
    const next = ranges[at + 1]
    const found = next && next.start < BigInt(bucket + 1) << shift ? mixed : ranges[at]!.value
    whole[bucket + 1] = found
    if (found !== -1) some[bucket >>> 5]! |= 1 << (bucket & 31)
  }
  return [some, whole]
}
