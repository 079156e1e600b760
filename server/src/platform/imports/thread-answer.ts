import { parentPort, workerData } from 'node:worker_threads'
import { Problem } from '#platform/http/problem.ts'
import type { ProblemDetails } from '#platform/http/problem.ts'

/** What a reading thread sends back, once. Errors lose their class on the way, so a refusal travels as its parts. */
export type ThreadAnswer = { read: unknown } | { refused: { status: number; code: string; details: ProblemDetails } }

/** The whole of a reading thread: reads the bytes that it was started with, answers, and is done. */
export async function answerOnce(read: (bytes: Uint8Array) => unknown): Promise<void> {
  let answer: ThreadAnswer
  try {
    answer = { read: await read(workerData as Uint8Array) }
  } catch (error) {
    if (!(error instanceof Problem)) throw error
    const { status, code, details } = error
    answer = { refused: { status, code, details } }
  }
  parentPort!.postMessage(answer)
}
