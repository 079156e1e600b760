import { parentPort, workerData } from 'node:worker_threads'
import { readTableBytes } from './read-table.ts'
import { Unreadable } from './table.ts'
import type { Table } from './table.ts'

// Reads one file in a thread of its own, whose memory is bounded and which can be ended: a hostile file costs that much
// and no more, and the server goes on answering meanwhile.

export type WorkerAnswer = { table: Table } | { reason: string; params: Record<string, string | number> }

let answer: WorkerAnswer
try {
  answer = { table: await readTableBytes(workerData as Uint8Array) }
} catch (error) {
  if (!(error instanceof Unreadable)) throw error
  answer = { reason: error.reason, params: error.params }
}
parentPort!.postMessage(answer)
