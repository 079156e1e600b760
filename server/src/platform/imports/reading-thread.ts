import { Worker } from 'node:worker_threads'
import { Problem } from '#platform/http/problem.ts'
import { Unreadable } from './table.ts'
import type { ThreadMessage } from './thread-answer.ts'

// Files are read in a thread of their own, whose memory and time are bounded and which can be ended: a hostile file costs
// that much and no more, and the server goes on answering meanwhile. What a reader makes of the bytes is its own matter.

/**
 * `hereBytes`: a text up to this size costs less to read than a thread to start. `timeoutMs` is the time that the thread itself
 * takes, not what it waits for others; a workbook of 100,000 rows needs 15 seconds of it, several times that on a busy machine.
 */
export const threadLimits = { hereBytes: 131_072, timeoutMs: 120_000, memoryMb: 768, atOnce: 2, waiting: 8 }

let reading = 0
const waiting: (() => void)[] = []

/** Refuses with 503 when too many wait. */
async function takePlace(): Promise<void> {
  if (reading >= threadLimits.atOnce) {
    if (waiting.length >= threadLimits.waiting) throw new Problem(503, 'import.busy')
    // The place is handed over by whoever ends, so nobody can slip in between.
    await new Promise<void>(resolve => waiting.push(resolve))
  } else reading++
}

function leavePlace(): void {
  const next = waiting.shift()
  if (next) next()
  else reading--
}

/**
 * What the reader in `worker` (a module that calls `answerOnce`) makes of the bytes. Refuses with 503 when too many
 * wait, with 422 what takes too long or too much memory; `maxBytes` is what that refusal tells.
 */
export async function readInThread<Read>(worker: URL, bytes: Uint8Array, limits: { maxBytes: number }): Promise<Read> {
  const reader = streamInThread<never, Read>(worker, bytes, limits)
  const { value } = await reader.next()
  return value
}

/** The same of a module that calls `answerInBatches`: batch by batch, and in the end what its reader returned. */
export async function* streamInThread<Batch, End>(
  module: URL,
  bytes: Uint8Array,
  { maxBytes }: { maxBytes: number },
): AsyncGenerator<Batch, End, undefined> {
  await takePlace()
  try {
    const worker = new Worker(module, {
      // Copied, and the copy handed over: the caller keeps its own.
      workerData: new Uint8Array(bytes),
      resourceLimits: { maxOldGenerationSizeMb: threadLimits.memoryMb, maxYoungGenerationSizeMb: 16 },
    })
    try {
      const listen = listenTo(worker, maxBytes)
      for (;;) {
        const message = await listen()
        if ('refused' in message) throw new Problem(message.refused.status, message.refused.code, message.refused.details)
        if ('read' in message) return message.read as End
        yield message.batch as Batch
        worker.postMessage('taken')
      }
    } finally {
      await worker.terminate()
    }
  } finally {
    leavePlace()
  }
}

/** Returns a function that waits for the thread's next message. */
function listenTo(worker: Worker, maxBytes: number): () => Promise<ThreadMessage> {
  const messages: ThreadMessage[] = []
  let failure: Error | undefined
  let wake = (): void => {}
  worker.on('message', (message: ThreadMessage) => {
    messages.push(message)
    wake()
  })
  const fail = (error: Error): void => {
    failure ??= error
    wake()
  }
  worker.once('error', (error: Error & { code?: string }) =>
    fail(error.code === 'ERR_WORKER_OUT_OF_MEMORY' ? new Unreadable('too-large', { maximum: maxBytes / 1_000_000 }) : error),
  )
  worker.once('exit', code => fail(new Error(`reading a file ended with ${code} and without an answer`)))
  let leftMs = threadLimits.timeoutMs
  return async () => {
    const start = performance.now()
    const timer = setTimeout(() => fail(new Unreadable('too-slow')), Math.max(0, leftMs))
    try {
      while (messages.length === 0 && !failure) await new Promise<void>(resolve => (wake = resolve))
    } finally {
      clearTimeout(timer)
      leftMs -= performance.now() - start
    }
    const message = messages.shift()
    if (message) return message
    throw failure!
  }
}
