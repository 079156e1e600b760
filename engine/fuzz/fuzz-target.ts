// What a decoder needs to be fuzzed: inputs to start from, and how one is taken and judged.

/**
 * Notes that an input did something, as a kind from 0 to 255 and a value that is cut to the same range. An input is kept when
 * it does what none before it did.
 */
export type Note = (kind: number, value: number) => void

/** A decoder at work, with the state that it carries from input to input. Both throw when a promise is broken. */
export interface FuzzedDecoder {
  take(input: Uint8Array): void
  /** Judges what is too dear for each input: the bounds of all that is kept. */
  settle(): void
}

export interface FuzzTarget {
  readonly name: string
  /** Inputs are cut to so many bytes. */
  readonly maxInputBytes: number
  seeds(): Uint8Array[]
  /** Starts anew. Rounds differ in options and bounds; the same round and the same inputs do the same. */
  open(note: Note, round: number): FuzzedDecoder
}

/** States a promise of the decoder. */
export function hold(isKept: boolean, promise: string): asserts isKept {
  if (!isKept) throw new Error(promise)
}

/** Length of a number in bits, 0 to 64: inputs that differ by a factor below two did the same. */
export const magnitude = (value: number): number =>
  value < 0x1_0000_0000 ? 32 - Math.clz32(value) : Math.min(64, 64 - Math.clz32(value / 0x1_0000_0000))
