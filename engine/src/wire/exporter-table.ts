// Numbers for exporters' addresses, so that a row of a batch names its exporter in 32 bits. Looking one up allocates
// nothing, and the table never grows beyond its bound. Who is vouched for keeps his number for good; the number of a sender of
// anything else is given away when there is no other, so that neither garbage nor forged senders shut out an exporter.

import { formatAddress } from '../flow/addresses.ts'
import type { Family } from '../flow/addresses.ts'

export interface ExporterTable {
  /** Numbers given so far are 0 to size - 1. */
  readonly size: number
  /** Senders that keep their number for good. */
  readonly kept: number
  /** Datagrams whose sender or agent found no room: all numbers are kept. */
  readonly refused: number
  /** Number of an address, words as in addresses.ts; -1 when the table is full. */
  numberOf(family: Family, first: number, second?: number, third?: number, fourth?: number): number
  isKept(exporter: number): boolean
  /** What this sender sends looks like exports; `isForGood`: and was decoded. Others give way first. */
  vouchFor(exporter: number, isForGood: boolean): void
  /** Adds a listener that is told which number goes to another sender, while `addressOf` still tells the first one. */
  whenReused(listener: (exporter: number) => void): void
  /** The address in text; empty for a number that was never given. */
  addressOf(exporter: number): string
}

const standing = { stranger: 0, looksRight: 1, kept: 2 } as const

export function createExporterTable(maxExporters = 4096): ExporterTable {
  const slots = 2 ** Math.ceil(Math.log2(maxExporters * 2))
  const lastSlot = slots - 1
  const slotOf = new Int32Array(slots).fill(-1)
  const words = new Uint32Array(maxExporters * 4)
  const families = new Uint8Array(maxExporters)
  const standings = new Uint8Array(maxExporters)
  /** As many as somebody who makes decoders adds; each decoder is one. */
  const listeners: ((exporter: number) => void)[] = []
  let size = 0
  let kept = 0
  let refused = 0
  let nextReused = 0

  const homeOf = (exporter: number): number =>
    homeSlot(families[exporter]!, words[exporter * 4]!, words[exporter * 4 + 1]!, words[exporter * 4 + 2]!, words[exporter * 4 + 3]!) &
    lastSlot

  /** A number to give away, one after the other: of a stranger, or else of one who looks right; -1 when all are kept. */
  function chooseReused(): number {
    if (kept === maxExporters) return -1
    for (let rank: number = standing.stranger; rank < standing.kept; rank++) {
      let found = standings.indexOf(rank, nextReused)
      if (found < 0) found = standings.indexOf(rank)
      if (found < 0) continue
      nextReused = found + 1
      return found
    }
    return -1
  }

  function takeAway(exporter: number): void {
    for (const listener of listeners) listener(exporter)
    let hole = homeOf(exporter)
    while (slotOf[hole] !== exporter) hole = (hole + 1) & lastSlot
    // Whoever is found by passing the hole moves into it.
    for (let at = (hole + 1) & lastSlot; slotOf[at]! >= 0; at = (at + 1) & lastSlot) {
      if (((at - homeOf(slotOf[at]!)) & lastSlot) < ((at - hole) & lastSlot)) continue
      slotOf[hole] = slotOf[at]!
      hole = at
    }
    slotOf[hole] = -1
  }

  return {
    get size() {
      return size
    },
    get kept() {
      return kept
    },
    get refused() {
      return refused
    },
    numberOf(family, first, second = 0, third = 0, fourth = 0) {
      const home = homeSlot(family, first, second, third, fourth) & lastSlot
      let slot = home
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
        slot = (slot + 1) & lastSlot
      }
      let number = size
      if (size < maxExporters) size++
      else {
        number = chooseReused()
        if (number < 0) {
          refused++
          return -1
        }
        takeAway(number)
        for (slot = home; slotOf[slot]! >= 0;) slot = (slot + 1) & lastSlot
      }
      const at = number * 4
      words[at] = first
      words[at + 1] = second
      words[at + 2] = third
      words[at + 3] = fourth
      families[number] = family
      standings[number] = standing.stranger
      slotOf[slot] = number
      return number
    },
    isKept: exporter => standings[exporter] === standing.kept,
    vouchFor(exporter, isForGood) {
      if (exporter < 0 || exporter >= size || standings[exporter] === standing.kept) return
      standings[exporter] = isForGood ? standing.kept : standing.looksRight
      if (isForGood) kept++
    },
    whenReused(listener) {
      listeners.push(listener)
    },
    addressOf: exporter => (exporter < size ? formatAddress(families[exporter]!, words, exporter * 4) : ''),
  }
}

/** Where the search for an address begins, in the lower bits. */
function homeSlot(family: number, first: number, second: number, third: number, fourth: number): number {
  let hash = Math.imul(first ^ family, 0x9e37_79b1) ^ Math.imul(second, 0x85eb_ca6b)
  hash = Math.imul(hash ^ (hash >>> 15) ^ third, 0xc2b2_ae35) ^ Math.imul(fourth, 0x27d4_eb2f)
  return hash ^ (hash >>> 16)
}
