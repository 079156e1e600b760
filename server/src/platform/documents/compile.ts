import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'
import { Problem } from '#platform/http/problem.ts'
import type { CompileReply, CompileRequest } from './compile.worker.ts'

// Documents are set by Typst and leave as tagged PDF (PDF/UA-1). One compiler works through them one at a time; it is
// started by the first document and keeps its fonts loaded.

export interface DocumentOrder {
  /** A `.typ` file beside the module that it belongs to. It reads its data with `json(bytes(sys.inputs.data))`. */
  template: URL
  /** Plain JSON. Texts in it appear literally, whatever they hold. */
  data: unknown
  madeAt: Date
}

/** Documents that may wait. More than that and the caller is told to come back: each takes a fraction of a second. */
const maxWaiting = 20
/** Characters of data: a plan with 1,000 gaps stays below. The compiler cannot be interrupted, so its input is bounded. */
const maxDataLength = 3_000_000

interface Waiting {
  resolve(bytes: Uint8Array): void
  reject(error: Error): void
}

let worker: Worker | undefined
const waiting = new Map<number, Waiting>()
let lastId = 0

/** Compiles a document. Refuses with 503 when too many wait, with 422 when there is too much to print. */
export function compileDocument({ template, data, madeAt }: DocumentOrder): Promise<Uint8Array> {
  if (waiting.size >= maxWaiting) return Promise.reject(new Problem(503, 'document.busy'))
  if (JSON.stringify(data).length > maxDataLength) return Promise.reject(new Problem(422, 'document.too-large'))
  worker ??= startWorker()
  const id = ++lastId
  const request: CompileRequest = { id, template: fileURLToPath(template), data, madeAt: Math.floor(madeAt.getTime() / 1000) }
  const { promise, resolve, reject } = Promise.withResolvers<Uint8Array>()
  waiting.set(id, { resolve, reject })
  // Work keeps the process alive, an idle compiler does not.
  worker.ref()
  worker.postMessage(request)
  return promise
}

function startWorker(): Worker {
  const started = new Worker(new URL('./compile.worker.ts', import.meta.url))
  started.unref()
  started.on('message', (reply: CompileReply) => {
    const order = waiting.get(reply.id)
    waiting.delete(reply.id)
    if (waiting.size === 0) started.unref()
    if ('bytes' in reply) order?.resolve(reply.bytes)
    else order?.reject(new Error(`document: ${reply.error}`))
  })
  // A compiler that falls takes the documents at hand with it; the next document gets a new one.
  const fall = (error: Error): void => {
    if (worker !== started) return
    worker = undefined
    const lost = [...waiting.values()]
    waiting.clear()
    for (const order of lost) order.reject(error)
  }
  started.on('error', error => fall(error instanceof Error ? error : new Error(String(error))))
  started.on('exit', code => fall(new Error(`document: the compiler stopped with code ${code}`)))
  return started
}
