import { Worker } from 'node:worker_threads'
import { Problem } from '#platform/http/problem.ts'
import { Unreadable } from './table.ts'
import type { ThreadAnswer } from './thread-answer.ts'

// Files are read in a thread of their own, whose memory and time are bounded and which can be ended: a hostile file costs
// that much and no more, and the server goes on answering meanwhile. What a reader makes of the bytes is its own matter.

/** `hereBytes`: a text up to this size costs less to read than a thread to start. */
export const threadLimits = { hereBytes: 131_072, timeoutMs: 20_000, memoryMb: 768, atOnce: 2, waiting: 8 }

let reading = 0
const waiting: (() => void)[] = []

/**
 * What the reader in `worker` (a module that calls `answerOnce`) makes of the bytes. Refuses with 503 when too many
 * wait, with 422 what takes too long or too much memory; `maxBytes` is what that refusal tells.
 */
export async function readInThread<Read>(worker: URL, bytes: Uint8Array, { maxBytes }: { maxBytes: number }): Promise<Read> {
  if (reading >= threadLimits.atOnce) {
    if (waiting.length >= threadLimits.waiting) throw new Problem(503, 'import.busy')
    // The place is handed over by whoever ends, so nobody can slip in between.
    await new Promise<void>(resolve => waiting.push(resolve))
  } else reading++
  try {
    return await runThread<Read>(worker, bytes, maxBytes)
  } finally {
    const next = waiting.shift()
    if (next) next()
    else reading--
  }
}

async function runThread<Read>(module: URL, bytes: Uint8Array, maxBytes: number): Promise<Read> {
  const worker = new Worker(module, {
    // Copied, and the copy handed over: the caller keeps its own.
    workerData: new Uint8Array(bytes),
    resourceLimits: { maxOldGenerationSizeMb: threadLimits.memoryMb, maxYoungGenerationSizeMb: 64 },
  })
  let timer: NodeJS.Timeout | undefined
  try {
    const answer = await new Promise<ThreadAnswer>((resolve, reject) => {
      timer = setTimeout(() => reject(new Unreadable('too-slow')), threadLimits.timeoutMs)
      worker.once('message', resolve)
      worker.once('error', (error: Error & { code?: string }) =>
        reject(error.code === 'ERR_WORKER_OUT_OF_MEMORY' ? new Unreadable('too-large', { maximum: maxBytes / 1_000_000 }) : error),
      )
      worker.once('exit', code => reject(new Error(`reading a file ended with ${code} and without an answer`)))
    })
    if ('read' in answer) return answer.read as Read
    throw new Problem(answer.refused.status, answer.refused.code, answer.refused.details)
  } finally {
    clearTimeout(timer)
    await worker.terminate()
  }
}
