// The inputs since the decoder started anew, so that what fails can be told and tried again. In shared memory: when an input
// never ends, another thread can still read it.

export interface Journal {
  /** For `readJournal` in another thread. */
  readonly memory: SharedArrayBuffer
  readonly length: number
  clear(): void
  /** Says that no input is being taken. */
  rest(): void
  add(input: Uint8Array): void
  /** All of them, or so many of the last. */
  inputs(last?: number): Uint8Array[]
}

/** Words before the bytes: inputs of the round, and inputs at all. */
const headWords = 2

export function createJournal(maxInputs: number, maxInputBytes: number): Journal {
  const headBytes = (headWords + maxInputs + 1) * 4
  const memory = new SharedArrayBuffer(headBytes + maxInputs * maxInputBytes)
  const words = new Int32Array(memory, 0, headWords + maxInputs + 1)
  const bytes = new Uint8Array(memory, headBytes)
  let length = 0
  return {
    memory,
    get length() {
      return length
    },
    clear() {
      length = 0
      words[0] = 0
    },
    rest: () => void Atomics.store(words, 1, 0),
    add(input) {
      const at = words[headWords + length]!
      bytes.set(input, at)
      words[headWords + ++length] = at + input.length
      Atomics.store(words, 0, length)
      Atomics.add(words, 1, 1)
    },
    inputs: last => readJournal(memory, maxInputs, last),
  }
}

/** Inputs that were taken at all, modulo 2^32: while it stands still, one is being taken; 0 when none is. */
export const countTaken = (memory: SharedArrayBuffer): number => Atomics.load(new Int32Array(memory, 0, headWords), 1)

/** The inputs of the round, or so many of the last; the one that is being taken is the last. */
export function readJournal(memory: SharedArrayBuffer, maxInputs: number, last = maxInputs): Uint8Array[] {
  const headBytes = (headWords + maxInputs + 1) * 4
  const words = new Int32Array(memory, 0, headWords + maxInputs + 1)
  const [length, bytes] = [words[0]!, new Uint8Array(memory, headBytes)]
  const from = Math.max(0, length - last)
  return Array.from({ length: length - from }, (_, index) =>
    bytes.slice(words[headWords + from + index], words[headWords + from + index + 1]),
  )
}
