import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import type pg from 'pg'
import { exportSnapshot } from '#platform/database/snapshot.ts'
import { proveBatches, unusualMax } from './chain-range.ts'
import type { RangeProof, RangeWork } from './chain-range.ts'
import type { ReaderData, ReaderMessage } from './chain-range.worker.ts'
import { followLoosely, insist, NotProved } from './loose-chain.ts'
import { listBounds } from './verify.store.ts'

// The quick half of `verify`: proves a whole ledger about as fast as the database can send it, or says that it cannot. What
// is wrong then, the other half finds out line by line (chain-check.ts). It accepts nothing that the other half would name.
//
// Lines come in the order of their ids, read side by side by several threads in one snapshot. That is nearly the order of the
// chain; what a reader meets without its neighbour waits, within the reader and in the end for those of the other readers.

/** A reader waits for its connection a third of the time, so three keep two cores at work; four are slower there. */
const readersMax = Math.max(3, Math.min(4, availableParallelism() >> 1))
/** Lines that one of them reads in one go. */
const batchLinesDefault = 50_000

export interface ChainProof {
  position: number
  /** Hash there, hexadecimal. */
  hash: string
  /** Lines that no seal speaks of: whether they wait for the sealer is for the caller to find out. */
  unsealed: number
  /** Payloads among the lines that are not `unusual`. */
  payloads: number
  /** Positions that a trusted signature confirms. */
  confirmed: number
  /** Positions of lines whose link holds and whose content only a parser can read. */
  unusual: number[]
}

/**
 * Proves the links of all lines in the snapshot of `client` and the content of the usual ones, or returns nothing.
 * `said` has, by position, the hashes (hexadecimal) that trusted signatures give. A ledger of one batch is read here;
 * of a larger one the pool's address is read by threads as well.
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
  const bounds = [null, ...(await listBounds(client, options.batchLines ?? batchLinesDefault)), null]
  const work: RangeWork = { bounds, said: options.said, next: new Int32Array(new SharedArrayBuffer(4)) }
  let read = 0
  const onLines = (count: number): void => options.onProgress?.((read += count))
  const others = Math.min(readersMax, bounds.length - 1) - 1
  const snapshot = others > 0 ? await exportSnapshot(client) : ''
  const readings = await Promise.allSettled([
    ...Array.from({ length: others }, () => readInThread({ address: addressOf(pool), snapshot, work }, onLines)),
    proveBatches(client, work, onLines),
  ])
  const failures = readings.flatMap(reading => (reading.status === 'rejected' ? [reading.reason as unknown] : []))
  for (const failure of failures) if (!(failure instanceof NotProved)) throw failure
  if (failures.length > 0) return undefined
  try {
    return join(
      readings.flatMap(reading => (reading.status === 'fulfilled' ? [reading.value] : [])),
      options.said,
    )
  } catch (error) {
    if (error instanceof NotProved) return undefined
    throw error
  }
}

/** Compares the joints of what the readers proved each for itself. */
function join(proofs: readonly RangeProof[], said: ReadonlyMap<number, readonly string[]>): ChainProof {
  const chain = followLoosely()
  // What the first line is chained to.
  chain.join({ before: new Map([[0, '\0'.repeat(32)]]), waiting: new Map() })
  for (const { joints } of proofs) chain.join(joints)
  const head = chain.finish()
  const sum = (count: (proof: RangeProof) => number): number => proofs.reduce((total, proof) => total + count(proof), 0)
  const lines = sum(proof => proof.lines)
  insist(head.position === lines)
  for (const position of said.keys()) insist(position <= lines)
  const unusual = proofs.flatMap(proof => proof.unusual)
  insist(unusual.length <= unusualMax)
  return {
    position: lines,
    hash: Buffer.from(head.hash, 'latin1').toString('hex'),
    unsealed: sum(proof => proof.unsealed),
    payloads: sum(proof => proof.payloads),
    confirmed: sum(proof => proof.confirmed),
    unusual,
  }
}

/** As a thread can be told it: an address, and nothing that lives in this one. */
function addressOf({ options }: pg.Pool): pg.PoolConfig {
  const { connectionString, host, port, user, password, database, ssl, options: settings } = options
  return JSON.parse(JSON.stringify({ connectionString, host, port, user, password, database, ssl, options: settings })) as pg.PoolConfig
}

async function readInThread(data: ReaderData, onLines: (count: number) => void): Promise<RangeProof> {
  const worker = new Worker(new URL('./chain-range.worker.ts', import.meta.url), { workerData: data })
  try {
    return await new Promise<RangeProof>((resolve, reject) => {
      worker.on('message', (message: ReaderMessage) => {
        if (message === 'not-proved') reject(new NotProved())
        else if ('proof' in message) resolve(message.proof)
        else onLines(message.lines)
      })
      worker.once('error', reject)
      worker.once('exit', code => reject(new Error(`reading the ledger ended with ${code} and without an answer`)))
    })
  } finally {
    await worker.terminate()
  }
}
