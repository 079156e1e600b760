import type { Note } from './fuzz-target.ts'

// What inputs did so far: one flag for each kind and value that was noted.

export interface Features {
  readonly note: Note
  /** Flags that are set. */
  readonly count: number
}

export function createFeatures(): Features {
  const isSeen = new Uint8Array(256 * 256)
  let count = 0
  return {
    note(kind, value) {
      const index = (kind & 255) * 256 + (value > 255 ? 255 : value)
      if (isSeen[index] !== 0) return
      isSeen[index] = 1
      count++
    },
    get count() {
      return count
    },
  }
}
