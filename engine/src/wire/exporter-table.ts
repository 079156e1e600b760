// Numbers for exporters' addresses, so that a row of a batch names its exporter in 32 bits. Looking one up allocates
// nothing; the table never grows beyond its bound and forgets nobody, so that a flood of forged senders cannot push out
// an exporter that is known.

import { formatAddress } from '../flow/addresses.ts'
import type { Family } from '../flow/addresses.ts'

export interface ExporterTable {
  /** Exporters known so far; their numbers are 0 to size - 1. */
  readonly size: number
  /** Senders that found no room. */
  readonly refused: number
  /** Number of an address, words as in addresses.ts; -1 when the table is full. */
  numberOf(family: Family, first: number, second?: number, third?: number, fourth?: number): number
  /** The address in text; empty for a number that was never given. */
  addressOf(exporter: number): string
}

export function createExporterTable(maxExporters = 4096): ExporterTable {
  const slots = 2 ** Math.ceil(Math.log2(maxExporters * 2))
  const slotOf = new Int32Array(slots).fill(-1)
  const words = new Uint32Array(maxExporters * 4)
  const families = new Uint8Array(maxExporters)
  let size = 0
  let refused = 0

  return {
    get size() {
      return size
    },
    get refused() {
      return refused
    },
    numberOf(family, first, second = 0, third = 0, fourth = 0) {
      let hash = Math.imul(first ^ family, 0x9e37_79b1) ^ Math.imul(second, 0x85eb_ca6b)
      hash = Math.imul(hash ^ (hash >>> 15) ^ third, 0xc2b2_ae35) ^ Math.imul(fourth, 0x27d4_eb2f)
      let slot = (hash ^ (hash >>> 16)) & (slots - 1)
      // At most half of the slots are taken, so the search ends.
      for (let found = slotOf[slot]!; found >= 0; found = slotOf[slot]!) {
        const at = found * 4
        const isSame =
          words[at + 3] === fourth &&
          words[at] === first &&
          words[at + 1] === second &&
          words[at + 2] === third &&
          families[found] === family
        if (isSame) return found
        slot = (slot + 1) & (slots - 1)
      }
      if (size === maxExporters) {
        refused++
        return -1
      }
      words.set([first, second, third, fourth], size * 4)
      families[size] = family
      slotOf[slot] = size
      return size++
    },
    addressOf: exporter => (exporter < size ? formatAddress(families[exporter]!, words, exporter * 4) : ''),
  }
}
