import { parentPort, workerData } from 'node:worker_threads'
import pg from 'pg'
import { inSnapshot } from '#platform/database/snapshot.ts'
import { proveBatches } from './chain-range.ts'
import type { RangeProof, RangeWork } from './chain-range.ts'
import { NotProved } from './loose-chain.ts'

/** What a reader in a thread is started with. */
export interface ReaderData {
  address: pg.PoolConfig
  /** What the other readers see. */
  snapshot: string
  work: RangeWork
}

/** What it says: lines as it reads them, and once how it ended. Errors lose their class on the way. */
export type ReaderMessage = { lines: number } | { proof: RangeProof } | 'not-proved'

const { address, snapshot, work } = workerData as ReaderData
const pool = new pg.Pool({ ...address, max: 1 })
// A lost connection ends the reading that uses it.
pool.on('error', () => {})
const say = (message: ReaderMessage): void => parentPort!.postMessage(message)
try {
  say({ proof: await inSnapshot(pool, client => proveBatches(client, work, lines => say({ lines })), snapshot) })
} catch (error) {
  if (!(error instanceof NotProved)) throw error
  say('not-proved')
} finally {
  await pool.end()
}
