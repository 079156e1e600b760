import type { Random } from '#generate/random.ts'

// Changes an input as hostile or broken senders would: bits, numbers at their borders, lengths and counts a little off, parts
// that are missing, twice or of another input. Big-endian, as all of these formats but captures are.

const borders = [0, 1, 2, 3, 4, 5, 7, 8, 9, 10, 16, 0x7f, 0x80, 0xfe, 0xff, 0x100, 0x7fff, 0x8000, 0xfffe, 0xffff, 0x7fff_ffff, 0x8000_0000]

export interface Mutator {
  /** Changes one input with the help of another; the result is valid until the next call. */
  mutate(input: Uint8Array, other: Uint8Array): Uint8Array
}

export function createMutator(random: Random, maxInputBytes: number): Mutator {
  // Room for what grows in one step; it is cut afterwards.
  const bytes = new Uint8Array(maxInputBytes * 2 + 16)
  const view = new DataView(bytes.buffer)
  let length = 0

  /** A place for `size` bytes; -1 when there is none. Structure lies at even places more often. */
  function place(size: number): number {
    if (length < size) return -1
    const at = random.below(length - size + 1)
    return random.below(2) === 0 ? at : Math.max(0, at & ~1)
  }

  /** From one byte on, mostly few. */
  const stretch = (most: number): number => Math.min(most, 1 + random.below(random.below(4) === 0 ? most : 16))

  const steps: (() => void)[] = [
    function flipBit() {
      const at = place(1)
      if (at >= 0) bytes[at]! ^= 1 << random.below(8)
    },
    function setByte() {
      const at = place(1)
      if (at >= 0) bytes[at] = random.below(256)
    },
    function setBorder() {
      const size = 1 << random.below(3)
      const at = place(size)
      if (at >= 0) write(at, size, borders[random.below(borders.length)]!)
    },
    function setRemaining() {
      // What a length would be if it reached to the end, or nearly.
      const size = 1 << random.below(3)
      const at = place(size)
      if (at >= 0) write(at, size, length - at + random.below(9) - 4)
    },
    function nudge() {
      const size = 1 << random.below(3)
      const at = place(size)
      if (at >= 0) write(at, size, read(at, size) + random.below(33) - 16)
    },
    function setInOtherOrder() {
      const at = place(4)
      if (at >= 0) view.setUint32(at, borders[random.below(borders.length)]!, true)
    },
    function copyNumber() {
      // Numbers refer to each other: a template's to its records.
      const size = 2 << random.below(2)
      const [from, to] = [place(size), place(size)]
      if (from >= 0) bytes.copyWithin(to, from, from + size)
    },
    function remove() {
      const at = place(1)
      if (at < 0) return
      const size = stretch(length - at)
      bytes.copyWithin(at, at + size, length)
      length -= size
    },
    function repeat() {
      const at = place(1)
      if (at < 0) return
      const size = Math.min(stretch(length - at), bytes.length - length)
      bytes.copyWithin(at + size, at, length)
      length += size
    },
    function insert() {
      const at = random.below(length + 1)
      const size = Math.min(stretch(64), bytes.length - length)
      bytes.copyWithin(at + size, at, length)
      if (random.below(2) === 0) bytes.fill(random.below(2) * 255, at, at + size)
      else for (let index = at; index < at + size; index++) bytes[index] = random.below(256)
      length += size
    },
    function cut() {
      length = random.below(length + 1)
    },
  ]

  const withOther: ((other: Uint8Array) => void)[] = [
    function splice(other) {
      // The start of one and the end of the other.
      const from = random.below(other.length + 1)
      length = Math.min(random.below(length + 1), bytes.length - (other.length - from))
      bytes.set(other.subarray(from), length)
      length += other.length - from
    },
    function append(other) {
      const from = random.below(2) === 0 ? 0 : random.below(other.length + 1)
      const size = Math.min(other.length - from, bytes.length - length)
      bytes.set(other.subarray(from, from + size), length)
      length += size
    },
    function overwrite(other) {
      if (other.length === 0 || length === 0) return
      const from = random.below(other.length)
      const size = stretch(other.length - from)
      const at = random.below(length)
      const fitting = Math.min(size, length - at)
      bytes.set(other.subarray(from, from + fitting), at)
    },
    function insertFrom(other) {
      if (other.length === 0) return
      const from = random.below(other.length)
      const size = Math.min(stretch(other.length - from), bytes.length - length)
      const at = random.below(length + 1)
      bytes.copyWithin(at + size, at, length)
      bytes.set(other.subarray(from, from + size), at)
      length += size
    },
  ]

  const read = (at: number, size: number): number => (size === 1 ? view.getUint8(at) : size === 2 ? view.getUint16(at) : view.getUint32(at))
  function write(at: number, size: number, value: number): void {
    if (size === 1) view.setUint8(at, value)
    else if (size === 2) view.setUint16(at, value)
    else view.setUint32(at, value)
  }

  return {
    mutate(input, other) {
      length = Math.min(input.length, maxInputBytes)
      bytes.set(input.subarray(0, length))
      for (let left = 1 + random.below(4); left > 0; left--) {
        if (random.below(5) === 0) withOther[random.below(withOther.length)]!(other)
        else steps[random.below(steps.length)]!()
        length = Math.min(length, maxInputBytes)
      }
      return bytes.subarray(0, length)
    },
  }
}
