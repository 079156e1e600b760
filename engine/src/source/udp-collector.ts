import { Worker } from 'node:worker_threads'
import type { DomainReport } from '../wire/decoder.ts'
import type { DecoderCounters } from '../wire/wire-state.ts'
import { createCounters, readCounters } from './collector-counters.ts'
import type { CollectorCounters } from './collector-counters.ts'
import type { FromWorker, ToWorker, WorkerSetup } from './collector-worker.ts'
import type { ReceiveMethod } from './receiver.ts'

// Receives, decodes and consumes flows in threads of their own, so that nothing which the rest of the program does delays them.
// With several, the kernel spreads senders over their sockets (SO_REUSEPORT), so that an exporter keeps its worker, and with it
// its templates: by address, or where only dgram can be had by address and port.

export interface CollectorOptions {
  address: string
  /** 0 is any free one, the same for all workers. */
  port: number
  /** Threads, each with a socket; at most `maxWorkers`. */
  workers?: number
  /** What each worker does with flows: a module that exports `createConsumer` (flow-pipeline.ts), and what it is given. */
  consumer: { module: URL; options?: unknown }
  decoding?: WorkerSetup['decoding']
  receiveBufferBytes?: number
  method?: ReceiveMethod
  joinsDatagrams?: boolean
  /** What a consumer posted. */
  onMessage?(message: unknown, worker: number): void
  /** A worker ended by itself: a fault of the program. Flows of its senders are lost until the collector is started anew. */
  onFailure(error: Error): void
}

export interface WorkerDescription {
  counters: DecoderCounters
  waiting: { sets: number; bytes: number; dropped: number }
  domains: (Omit<DomainReport, 'exporter'> & { exporter: string })[]
}

export interface UdpCollector {
  /** Rejects, and leaves nothing behind, when the address cannot be had or a consumer cannot be made. */
  start(): Promise<void>
  /** Takes what was received until now to its end. */
  stop(): Promise<void>
  readonly port: number
  /** At most a tenth of a second old while it runs; exact after `stop`. */
  counters(): CollectorCounters
  /** In detail, from each worker; empty when it is not running. */
  describe(): Promise<WorkerDescription[]>
  /** To the consumers of all workers. */
  post(message: unknown): void
}

export const maxWorkers = 64

interface RunningWorker {
  thread: Worker
  started: PromiseWithResolvers<number>
  ended: PromiseWithResolvers<void>
  isStopping: boolean
  asked: Map<number, (description: WorkerDescription | undefined) => void>
}

export function createUdpCollector(options: CollectorOptions): UdpCollector {
  const workers = Math.min(Math.max(1, options.workers ?? 1), maxWorkers)
  const memory = createCounters(workers)
  let running: RunningWorker[] = []
  let port = 0
  let questions = 0

  function startWorker(worker: number, onPort: number): RunningWorker {
    const setup: WorkerSetup = {
      worker,
      workers,
      socket: {
        address: options.address,
        port: onPort,
        sharedBy: workers > 1 ? workers : undefined,
        receiveBufferBytes: options.receiveBufferBytes,
        method: options.method,
        joinsDatagrams: options.joinsDatagrams,
      },
      decoding: options.decoding ?? {},
      consumerModule: options.consumer.module.href,
      consumerOptions: options.consumer.options,
      counters: memory,
    }
    const thread = new Worker(new URL('./collector-worker.ts', import.meta.url), { workerData: setup })
    const one: RunningWorker = {
      thread,
      started: Promise.withResolvers(),
      ended: Promise.withResolvers(),
      isStopping: false,
      asked: new Map(),
    }
    let hasStarted = false
    const fail = (error: Error): void => {
      if (!hasStarted) one.started.reject(error)
      else if (!one.isStopping) options.onFailure(error)
    }
    thread.on('message', (message: FromWorker) => {
      if (message.kind === 'posted') options.onMessage?.(message.message, worker)
      else if (message.kind === 'described') {
        one.asked.get(message.id)?.(message.description as WorkerDescription)
        one.asked.delete(message.id)
      } else if (message.kind === 'started') {
        hasStarted = true
        one.started.resolve(message.port)
      }
    })
    thread.on('error', error => fail(error as Error))
    thread.on('exit', code => {
      fail(new Error(`A worker of the collector ended with code ${code}`))
      for (const answer of one.asked.values()) answer(undefined)
      one.ended.resolve()
    })
    return one
  }

  async function stop(): Promise<void> {
    const ending = running
    running = []
    for (const one of ending) {
      one.isStopping = true
      one.thread.postMessage({ kind: 'stop' } satisfies ToWorker)
    }
    await Promise.all(ending.map(one => one.ended.promise))
    port = 0
  }

  return {
    async start() {
      if (running.length > 0) throw new Error('The collector runs already')
      new Float64Array(memory).fill(0)
      try {
        // The first one finds the port when any will do.
        running.push(startWorker(0, options.port))
        port = await running[0]!.started.promise
        for (let worker = 1; worker < workers; worker++) running.push(startWorker(worker, port))
        await Promise.all(running.map(one => one.started.promise))
      } catch (error) {
        // A worker that never started does not listen: it is ended from outside.
        for (const one of running) one.isStopping = true
        await Promise.all(running.map(one => one.thread.terminate()))
        running = []
        port = 0
        throw error
      }
    },
    stop,
    get port() {
      return port
    },
    counters: () => readCounters(memory),
    async describe() {
      const answers = running.map(one => {
        const id = questions++
        const { promise, resolve } = Promise.withResolvers<WorkerDescription | undefined>()
        one.asked.set(id, resolve)
        one.thread.postMessage({ kind: 'describe', id } satisfies ToWorker)
        return promise
      })
      return (await Promise.all(answers)).filter(one => one !== undefined)
    },
    post(message) {
      for (const { thread } of running) thread.postMessage({ kind: 'post', message } satisfies ToWorker)
    },
  }
}
