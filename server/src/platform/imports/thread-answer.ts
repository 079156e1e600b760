import { once } from 'node:events'
import { parentPort, workerData } from 'node:worker_threads'
import { Problem } from '#platform/http/problem.ts'
import type { ProblemDetails } from '#platform/http/problem.ts'

/** What a reading thread sends back last. Errors lose their class on the way, so a refusal travels as its parts. */
export type ThreadAnswer = { read: unknown } | { refused: { status: number; code: string; details: ProblemDetails } }
export type ThreadMessage = ThreadAnswer | { batch: unknown }

/** The whole of a reading thread: reads the bytes that it was started with, answers, and is done. */
export async function answerOnce(read: (bytes: Uint8Array) => unknown): Promise<void> {
  await answer(async bytes => read(bytes))
}

/**
 * A reading thread that sends what it reads batch by batch and what the reader returns at the end. It is at most two batches
 * ahead of whoever takes them, so that however much is read, little of it is in memory.
 */
export async function answerInBatches(read: (bytes: Uint8Array) => Promise<Iterator<unknown, unknown, undefined>>): Promise<void> {
  await answer(async bytes => {
    const reader = await read(bytes)
    let taken: Promise<unknown> = Promise.resolve()
    for (;;) {
      const { done, value } = reader.next()
      await taken
      if (done) return value
      taken = once(parentPort!, 'message')
      parentPort!.postMessage({ batch: value } satisfies ThreadMessage)
    }
  })
}

async function answer(read: (bytes: Uint8Array) => Promise<unknown>): Promise<void> {
  let said: ThreadAnswer
  try {
    said = { read: await read(workerData as Uint8Array) }
  } catch (error) {
    if (!(error instanceof Problem)) throw error
    const { status, code, details } = error
    said = { refused: { status, code, details } }
  }
  parentPort!.postMessage(said)
  // A listener for what is taken would keep the thread alive.
  parentPort!.close()
}
