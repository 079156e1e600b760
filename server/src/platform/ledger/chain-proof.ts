import { hash as digestOf } from 'node:crypto'
import type pg from 'pg'
import { copyRows } from '#platform/database/copy-rows.ts'
import { exportSnapshot, inSnapshot } from '#platform/database/snapshot.ts'
import { hasBody, hasPayload, heldBodyDigest, heldHash, heldPosition, holdRow, isPlainlyIntact } from './sealed-row.ts'
import { copyLinesBetween, listBounds } from './verify.store.ts'

// The quick half of `verify`: proves a whole ledger about as fast as the database can send it, or says that it cannot. What
// is wrong then, the other half finds out line by line (chain-check.ts). It accepts nothing that the other half would name.
//
// Lines come in the order of their ids, over several connections to one snapshot. That is nearly the order of the chain;
// what comes early waits for its neighbour.

/** Connections that read at once; one thread checks what they send. */
const readersMax = 2
/** Lines that one of them reads in one go. */
const batchLinesDefault = 100_000
// Those without their neighbour at one time: as many as several servers write while their clocks differ. Beyond, the other half
// decides, and so it does beyond so many lines that only a parser can read.
const looseMax = 200_000
const unusualMax = 1_000_000

export interface ChainProof {
  position: number
  /** Hash there, hexadecimal. */
  hash: string
  /** Payloads among the lines that are not `unusual`. */
  payloads: number
  /** Positions that a trusted signature confirms. */
  confirmed: number
  /** Positions of lines whose link holds and whose content only a parser can read. */
  unusual: number[]
}

/** Ends a reading: something is not as it is in an intact ledger. */
class NotProved extends Error {}

function insist(holds: boolean): asserts holds {
  if (!holds) throw new NotProved()
}

/**
 * Proves the links of all lines in the snapshot of `client` and the content of the usual ones, or returns nothing.
 * `said` has, by position, the hashes (hexadecimal) that trusted signatures give.
 */
export async function proveChain(
  client: pg.PoolClient,
  pool: pg.Pool,
  options: {
    said: ReadonlyMap<number, readonly string[]>
    batchLines?: number
    onProgress?: ((lines: number) => void) | undefined
  },
): Promise<ChainProof | undefined> {
  const chain = followLoosely()
  const unusual: number[] = []
  let lines = 0
  let payloads = 0
  let confirmed = 0
  const check = (tail: Tail): void => {
    insist(hasBody())
    const position = heldPosition()
    const hash = heldHash()
    if (!isPlainlyIntact()) insist(unusual.push(position) <= unusualMax)
    else if (hasPayload()) payloads += 1
    chain.take(tail, position, hash, heldBodyDigest())
    const signed = options.said.get(position)
    if (signed) {
      insist(signed.every(one => one === Buffer.from(hash, 'latin1').toString('hex')))
      confirmed += 1
    }
    lines += 1
    if (lines % 10_000 === 0) options.onProgress?.(lines)
  }
  try {
    await readBatches(client, pool, options.batchLines ?? batchLinesDefault, check, chain.leave)
    const head = chain.finish()
    insist(head.position === lines)
    for (const position of options.said.keys()) insist(position <= lines)
    return { position: lines, hash: Buffer.from(head.hash, 'latin1').toString('hex'), payloads, confirmed, unusual }
  } catch (error) {
    if (error instanceof NotProved) return undefined
    throw error
  }
}

/** Has all lines read, batch by batch, on the given connection and on others of the pool that see the same. */
async function readBatches(
  client: pg.PoolClient,
  pool: pg.Pool,
  batchLines: number,
  onLine: (tail: Tail) => void,
  onEnd: (tail: Tail) => void,
): Promise<void> {
  const bounds = [null, ...(await listBounds(client, batchLines)), null]
  let next = 0
  const readOn = async (reader: pg.PoolClient): Promise<void> => {
    while (next < bounds.length - 1) {
      const batch = next++
      const tail: Tail = { position: -1, hash: '' }
      await copyRows(reader, copyLinesBetween(bounds[batch]!, bounds[batch + 1]!), (bytes, at) => {
        holdRow(bytes, at)
        onLine(tail)
      })
      onEnd(tail)
    }
  }
  const readToEnd = (reader: pg.PoolClient): Promise<void> =>
    readOn(reader).catch((error: unknown) => {
      // What is not proved here is not proved by more reading.
      next = bounds.length
      throw error
    })
  const others = Math.min(readersMax, bounds.length - 1, pool.options.max) - 1
  const snapshot = others > 0 ? await exportSnapshot(client) : undefined
  const readings = await Promise.allSettled([
    readToEnd(client),
    ...Array.from({ length: others }, () => inSnapshot(pool, readToEnd, snapshot)),
  ])
  for (const reading of readings) if (reading.status === 'rejected') throw reading.reason
}

/** The last line of one reading, to which the next is usually chained. */
interface Tail {
  position: number
  hash: string
}

// 0x01 (version of this layout) | hash before (32) | position, big endian (8) | digest of the body (32): as in chain.ts, with
// binary strings, which are quicker than hexadecimal ones.
const link = Buffer.alloc(73)
link[0] = 1

function linkHash(before: string, position: number, digest: string): string {
  link.write(before, 1, 32, 'binary')
  link.writeUInt32BE(Math.floor(position / 0x1_0000_0000), 33)
  link.writeUInt32BE(position % 0x1_0000_0000, 37)
  link.write(digest, 41, 32, 'binary')
  return digestOf('sha256', link, 'binary')
}

/** Checks each link as soon as both of its ends are known. */
function followLoosely() {
  /** Hashes whose successor has not come, and lines whose predecessor has not. */
  const before = new Map<number, string>([[0, '\0'.repeat(32)]])
  const waiting = new Map<number, { hash: string; digest: string }>()

  function leave(tail: Tail): void {
    if (tail.position < 0) return
    before.set(tail.position, tail.hash)
    tail.position = -1
    insist(before.size + waiting.size <= looseMax)
  }

  return {
    take(tail: Tail, position: number, hash: string, digest: string): void {
      let previous: string | undefined = tail.hash
      if (tail.position !== position - 1) {
        leave(tail)
        previous = before.get(position - 1)
        before.delete(position - 1)
      }
      if (previous !== undefined) insist(linkHash(previous, position, digest) === hash)
      else {
        waiting.set(position, { hash, digest })
        insist(before.size + waiting.size <= looseMax)
      }
      tail.position = position
      tail.hash = hash
      const next = waiting.size > 0 ? waiting.get(position + 1) : undefined
      if (!next) return
      insist(linkHash(hash, position + 1, next.digest) === next.hash)
      waiting.delete(position + 1)
      tail.position = -1
    },
    leave,
    /** The one end that has no successor. */
    finish(): Tail {
      insist(waiting.size === 0 && before.size === 1)
      const [[position, hash]] = before as unknown as [[number, string]]
      return { position, hash }
    },
  }
}
