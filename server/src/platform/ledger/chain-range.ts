import type pg from 'pg'
import { copyRows } from '#platform/database/copy-rows.ts'
import { followLoosely, insist } from './loose-chain.ts'
import type { Joints, Tail } from './loose-chain.ts'
import { hasBody, hasPayload, heldBodyDigest, heldHash, heldPosition, holdRow, isPlainlyIntact, isSealed } from './sealed-row.ts'
import { copyLinesBetween } from './verify.store.ts'

// One reader of a proof (chain-proof.ts): takes batch after batch until none is left, proves what lies within them and
// leaves the joints to be compared. Readers work side by side, each in a thread with a connection of its own.

/** Lines that only a parser can read: beyond, the other half of `verify` decides. */
export const unusualMax = 1_000_000
const toldEveryLines = 20_000

export interface RangeWork {
  /** Ids between which the batches lie; null before the first and after the last. */
  bounds: readonly (string | null)[]
  /** By position, the hashes (hexadecimal) that trusted signatures give. */
  said: ReadonlyMap<number, readonly string[]>
  /** Shared by the readers: the batch that is to be read next. */
  next: Int32Array
}

export interface RangeProof {
  joints: Joints
  /** Sealed ones. */
  lines: number
  /** Lines that no seal speaks of. */
  unsealed: number
  /** Payloads among the lines that are not `unusual`. */
  payloads: number
  /** Positions that a trusted signature confirms. */
  confirmed: number
  /** Positions of lines whose link holds and whose content only a parser can read. */
  unusual: number[]
}

/** Throws `NotProved` at the first thing that is not as in an intact ledger. */
export async function proveBatches(
  client: pg.PoolClient | pg.Client,
  { bounds, said, next }: RangeWork,
  onLines: (count: number) => void,
): Promise<RangeProof> {
  const chain = followLoosely()
  const unusual: number[] = []
  let lines = 0
  let unsealed = 0
  let payloads = 0
  let confirmed = 0
  const check = (tail: Tail): void => {
    if (!isSealed()) return void (unsealed += 1)
    insist(hasBody())
    const position = heldPosition()
    const hash = heldHash()
    if (!isPlainlyIntact()) insist(unusual.push(position) <= unusualMax)
    else if (hasPayload()) payloads += 1
    chain.take(tail, position, hash, heldBodyDigest())
    const signed = said.size > 0 ? said.get(position) : undefined
    if (signed) {
      insist(signed.every(one => one === Buffer.from(hash, 'latin1').toString('hex')))
      confirmed += 1
    }
    lines += 1
    if (lines % toldEveryLines === 0) onLines(toldEveryLines)
  }
  try {
    for (let batch = Atomics.add(next, 0, 1); batch < bounds.length - 1; batch = Atomics.add(next, 0, 1)) {
      const tail: Tail = { position: -1, hash: '' }
      await copyRows(client, copyLinesBetween(bounds[batch]!, bounds[batch + 1]!), (bytes, at) => {
        holdRow(bytes, at)
        check(tail)
      })
      chain.leave(tail)
    }
  } catch (error) {
    // What is not proved here is not proved by more reading.
    Atomics.store(next, 0, bounds.length)
    throw error
  }
  return { joints: chain.joints(), lines, unsealed, payloads, confirmed, unusual }
}
