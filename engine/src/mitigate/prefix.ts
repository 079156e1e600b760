import { formatAddress, parseAddress } from '../flow/addresses.ts'
import type { Family } from '../flow/addresses.ts'

// Prefixes as a rule names them: the address by four words as a batch keeps it, bits beyond the length zero.

export interface Prefix {
  family: Family
  words: readonly [number, number, number, number]
  /** 0 to 32, or to 128. */
  length: number
}

export const bitsOf = (family: Family): number => (family === 4 ? 32 : 128)

/** Bits of word `index` that lie between `offset` and `length` of the address, counted from its most significant. */
export function maskOfWord(index: number, offset: number, length: number): number {
  const ones = (count: number): number => (count <= 0 ? 0 : count >= 32 ? 0xffff_ffff : (0xffff_ffff << (32 - count)) >>> 0)
  return (ones(length - index * 32) & ~ones(offset - index * 32)) >>> 0
}

/** The prefix of this length that an address lies in. */
export function prefixOf(family: Family, words: ArrayLike<number>, length: number, at = 0): Prefix {
  const word = (index: number): number => ((words[at + index] ?? 0) & maskOfWord(index, 0, length)) >>> 0
  return { family, words: [word(0), word(1), word(2), word(3)], length }
}

/** `192.0.2.0/24`, `2001:db8::/32`; a bare address is its host's prefix. Undefined when it is none, or has bits beyond its length. */
export function parsePrefix(text: string): Prefix | undefined {
  const [, bare = '', lengthText] = /^([^/]*)(?:\/(\d{1,3}))?$/.exec(text) ?? []
  const address = parseAddress(bare)
  if (!address) return undefined
  const length = lengthText === undefined ? bitsOf(address.family) : Number(lengthText)
  if (length > bitsOf(address.family)) return undefined
  const prefix = prefixOf(address.family, address.words, length)
  return prefix.words.every((word, index) => word === address.words[index]) ? prefix : undefined
}

export const formatPrefix = ({ family, words, length }: Prefix): string => `${formatAddress(family, words)}/${length}`

/** Whether the address whose words begin at `at` lies in the prefix. */
export function containsAddress(prefix: Prefix, family: number, words: ArrayLike<number>, at = 0): boolean {
  if (prefix.family !== family) return false
  for (let index = 0; index * 32 < prefix.length; index++)
    if ((((words[at + index]! ^ prefix.words[index]!) >>> 0) & maskOfWord(index, 0, prefix.length)) !== 0) return false
  return true
}

/** Whether every address of `inner` lies in `outer`. */
export const containsPrefix = (outer: Prefix, inner: Prefix): boolean =>
  inner.length >= outer.length && containsAddress(outer, inner.family, inner.words)

export const overlaps = (one: Prefix, other: Prefix): boolean => containsPrefix(one, other) || containsPrefix(other, one)
