import { Worker } from 'node:worker_threads'
import { Problem } from '#platform/http/problem.ts'
import { isZip, readTableBytes } from './read-table.ts'
import type { WorkerAnswer } from './read-table.worker.ts'
import { Unreadable } from './table.ts'
import type { Table, UnreadableReason } from './table.ts'

// The door of the room: bytes of a spreadsheet in, a bounded table out, or the Problem `import.unreadable` that says why not.

export type { Cell, Table, TableRow } from './table.ts'
export { mendLegacyText } from './vietnamese-legacy.ts'

/** `textHereBytes`: a text up to this size costs less to read than a thread to start. */
export const readLimits = { textHereBytes: 131_072, maxBytes: 10_000_000, timeoutMs: 20_000, memoryMb: 768, atOnce: 2, waiting: 8 }

let reading = 0
const waiting: (() => void)[] = []

const unreadable = (reason: UnreadableReason, params: Record<string, string | number> = {}): Problem =>
  new Problem(422, 'import.unreadable', { params: { ...params, reason } })

/** Reads xlsx or text with separators; what it is, its bytes say, not its name. */
export async function readTable(bytes: Uint8Array): Promise<Table> {
  if (bytes.length > readLimits.maxBytes) throw unreadable('too-large', { maximum: readLimits.maxBytes / 1_000_000 })
  if (bytes.length <= readLimits.textHereBytes && !isZip(bytes)) return readHere(bytes)
  if (reading >= readLimits.atOnce) {
    if (waiting.length >= readLimits.waiting) throw new Problem(503, 'import.busy')
    // The place is handed over by whoever ends, so nobody can slip in between.
    await new Promise<void>(resolve => waiting.push(resolve))
  } else reading++
  try {
    return await readInWorker(bytes)
  } finally {
    const next = waiting.shift()
    if (next) next()
    else reading--
  }
}

async function readHere(bytes: Uint8Array): Promise<Table> {
  try {
    return await readTableBytes(bytes)
  } catch (error) {
    if (error instanceof Unreadable) throw unreadable(error.reason, error.params)
    throw error
  }
}

async function readInWorker(bytes: Uint8Array): Promise<Table> {
  const worker = new Worker(new URL('./read-table.worker.ts', import.meta.url), {
    // Copied, and the copy handed over: the caller keeps its own.
    workerData: new Uint8Array(bytes),
    resourceLimits: { maxOldGenerationSizeMb: readLimits.memoryMb, maxYoungGenerationSizeMb: 64 },
  })
  let timer: NodeJS.Timeout | undefined
  try {
    const answer = await new Promise<WorkerAnswer>((resolve, reject) => {
      timer = setTimeout(() => reject(unreadable('too-slow')), readLimits.timeoutMs)
      worker.once('message', resolve)
      worker.once('error', (error: Error & { code?: string }) =>
        reject(error.code === 'ERR_WORKER_OUT_OF_MEMORY' ? unreadable('too-large', { maximum: readLimits.maxBytes / 1_000_000 }) : error),
      )
      worker.once('exit', code => reject(new Error(`reading a table ended with ${code} and without an answer`)))
    })
    if ('table' in answer) return answer.table
    throw unreadable(answer.reason as UnreadableReason, answer.params)
  } finally {
    clearTimeout(timer)
    await worker.terminate()
  }
}
