// How many different ones: HyperLogLog (Flajolet et al., 2007) with linear counting for few, in registers of one byte.
// 512 registers tell a number to about 5 %, whatever it is.

export const registersPerCount = 512
const indexBits = 9
const alpha = 0.7213 / (1 + 1.079 / registersPerCount)
/** 2^-r for each value that a register can have. */
const weight = Float64Array.from({ length: 64 }, (_, rank) => 2 ** -rank)

/** 32 well-mixed bits of four words, as a signed number. */
export function hashWords(first: number, second: number, third: number, fourth: number): number {
  let hash = Math.imul(first, 0x9e37_79b1) ^ Math.imul(second, 0x85eb_ca6b)
  hash = Math.imul(hash ^ (hash >>> 15) ^ third, 0xc2b2_ae35) ^ Math.imul(fourth, 0x27d4_eb2f)
  hash = Math.imul(hash ^ (hash >>> 16), 0x85eb_ca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2_ae35)
  // Signed: what does not fit 31 bits would be put on the heap.
  return hash ^ (hash >>> 16)
}

/** The same of one word, such as an IPv4 address. */
export function hashWord(word: number): number {
  let hash = Math.imul(word ^ (word >>> 16), 0x85eb_ca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2_ae35)
  return hash ^ (hash >>> 16)
}

/** Register that a hash belongs to, and the value that it has at least once the hash is noted. */
export const distinctPlace = (hash: number): number => hash >>> (32 - indexBits)
export const distinctRank = (hash: number): number => Math.clz32((hash << indexBits) | (1 << (indexBits - 1))) + 1

/** Notes one in the registers from `at` on. */
export function noteDistinct(registers: Uint8Array, at: number, place: number, rank: number): void {
  if (registers[at + place]! < rank) registers[at + place] = rank
}

/** About how many different ones were noted in any of the sets of registers, which begin at these places. */
export function countDistinct(registers: Uint8Array, ...places: readonly number[]): number {
  let sum = 0
  let empty = 0
  for (let register = 0; register < registersPerCount; register++) {
    let rank = 0
    for (const at of places) rank = Math.max(rank, registers[at + register]!)
    sum += weight[rank]!
    if (rank === 0) empty++
  }
  const estimate = (alpha * registersPerCount * registersPerCount) / sum
  return estimate <= 2.5 * registersPerCount && empty > 0 ? registersPerCount * Math.log(registersPerCount / empty) : estimate
}
