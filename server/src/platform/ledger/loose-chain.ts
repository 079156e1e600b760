import { hash as digestOf } from 'node:crypto'

// Links that are checked in nearly the order of the chain: each as soon as both of its ends are known. Hashes and digests
// are binary strings, which are quicker than hexadecimal ones.

/** Those without their neighbour at one time: as many as several servers write while their clocks differ. */
const looseMax = 200_000

/** Ends a reading: something is not as it is in an intact ledger. */
export class NotProved extends Error {}

export function insist(holds: boolean): asserts holds {
  if (!holds) throw new NotProved()
}

/** The last line of one reading, to which the next is usually chained. */
export interface Tail {
  position: number
  hash: string
}

/** A line whose predecessor has not come. */
export interface Waiting {
  hash: string
  digest: string
}

/** What one part of the chain leaves open: the hashes whose successor, and the lines whose predecessor, lie in another. */
export interface Joints {
  before: ReadonlyMap<number, string>
  waiting: ReadonlyMap<number, Waiting>
}

// 0x01 (version of this layout) | hash before (32) | position, big endian (8) | digest of the body (32): as in chain.ts.
const link = Buffer.alloc(73)
link[0] = 1

function linkHash(before: string, position: number, digest: string): string {
  link.write(before, 1, 32, 'latin1')
  link.writeUInt32BE(Math.floor(position / 0x1_0000_0000), 33)
  link.writeUInt32BE(position % 0x1_0000_0000, 37)
  link.write(digest, 41, 32, 'latin1')
  return digestOf('sha256', link, 'binary')
}

/** One part of the chain, or the parts of several readers joined. */
export function followLoosely() {
  const before = new Map<number, string>()
  const waiting = new Map<number, Waiting>()
  const bound = (): void => insist(before.size + waiting.size <= looseMax)

  function leave(tail: Tail): void {
    if (tail.position < 0) return
    before.set(tail.position, tail.hash)
    tail.position = -1
    bound()
  }

  function take(tail: Tail, position: number, hash: string, digest: string): void {
    let previous: string | undefined = tail.hash
    if (tail.position !== position - 1) {
      leave(tail)
      previous = before.get(position - 1)
      before.delete(position - 1)
    }
    if (previous !== undefined) insist(linkHash(previous, position, digest) === hash)
    else {
      waiting.set(position, { hash, digest })
      bound()
    }
    tail.position = position
    tail.hash = hash
    const next = waiting.size > 0 ? waiting.get(position + 1) : undefined
    if (!next) return
    insist(linkHash(hash, position + 1, next.digest) === next.hash)
    waiting.delete(position + 1)
    tail.position = -1
  }

  return {
    take,
    leave,
    joints: (): Joints => ({ before, waiting }),
    /** Takes what another reader left open. */
    join(other: Joints): void {
      for (const [position, hash] of other.before) {
        insist(!before.has(position))
        const next = waiting.get(position + 1)
        if (next) {
          insist(linkHash(hash, position + 1, next.digest) === next.hash)
          waiting.delete(position + 1)
        } else before.set(position, hash)
      }
      for (const [position, line] of other.waiting) {
        insist(!waiting.has(position))
        const previous = before.get(position - 1)
        if (previous === undefined) waiting.set(position, line)
        else {
          insist(linkHash(previous, position, line.digest) === line.hash)
          before.delete(position - 1)
        }
      }
      bound()
    },
    /** The one end that has no successor. */
    finish(): Tail {
      insist(waiting.size === 0 && before.size === 1)
      const [[position, hash]] = before as unknown as [[number, string]]
      return { position, hash }
    },
  }
}
