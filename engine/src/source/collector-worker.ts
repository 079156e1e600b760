import { parentPort, workerData } from 'node:worker_threads'
import type { MessagePort } from 'node:worker_threads'
import { createExporterTable } from '../wire/exporter-table.ts'
import { writeCounters } from './collector-counters.ts'
import { createFlowPipeline } from './flow-pipeline.ts'
import type { CreateConsumer, Decoding } from './flow-pipeline.ts'
import type { ReceiveMethod } from './receiver.ts'
import { createUdpReceiver } from './udp-receiver.ts'

// A thread of the collector: a socket of its own, its own decoder, its own consumer. Nothing crosses to another thread but
// counters in shared memory and what the consumer posts.

export interface WorkerSetup {
  worker: number
  workers: number
  socket: {
    address: string
    port: number
    sharedBy: number | undefined
    receiveBufferBytes: number | undefined
    method: ReceiveMethod | undefined
    joinsDatagrams: boolean | undefined
  }
  decoding: Pick<Decoding, 'defaultSamplingRate' | 'looksIntoTunnels' | 'bounds'>
  /** Address of a module that exports `createConsumer`. */
  consumerModule: string
  consumerOptions: unknown
  counters: SharedArrayBuffer
}

export type ToWorker = { kind: 'stop' } | { kind: 'describe'; id: number } | { kind: 'post'; message: unknown }
export type FromWorker =
  | { kind: 'started'; port: number }
  | { kind: 'stopped' }
  | { kind: 'described'; id: number; description: unknown }
  | { kind: 'posted'; message: unknown }

const port = parentPort as MessagePort
const setup = workerData as WorkerSetup
const say = (message: FromWorker): void => port.postMessage(message)

const exporters = createExporterTable()
const { createConsumer } = (await import(setup.consumerModule)) as { createConsumer: CreateConsumer }
const consumer = await createConsumer({
  worker: setup.worker,
  workers: setup.workers,
  options: setup.consumerOptions,
  exporters,
  post: message => say({ kind: 'posted', message }),
})
const pipeline = createFlowPipeline(consumer, setup.decoding, exporters)
const receiver = createUdpReceiver({
  ...setup.socket,
  exporters,
  onDatagram: pipeline.onDatagram,
  onPause(nowMs) {
    pipeline.onPause(nowMs)
    count(nowMs)
  },
})

const countEveryMs = 100
let countedMs = 0
function count(nowMs: number): void {
  if (nowMs - countedMs < countEveryMs && nowMs >= countedMs) return
  countedMs = nowMs
  writeCounters(setup.counters, setup.worker, receiver.report(), pipeline.decoder)
}
// Also when nothing comes, so that time goes on for the consumer.
const timer = setInterval(() => {
  pipeline.onPause(Date.now())
  count(Date.now())
}, countEveryMs)

port.on('message', (message: ToWorker) => {
  if (message.kind === 'post') consumer.onMessage?.(message.message)
  else if (message.kind === 'describe') {
    const { counters, waiting, listDomains } = pipeline.decoder
    const { sets, bytes, dropped } = waiting
    const domains = listDomains().map(({ exporter, ...domain }) => Object.assign({ exporter: exporters.addressOf(exporter) }, domain))
    say({ kind: 'described', id: message.id, description: { counters, waiting: { sets, bytes, dropped }, domains } })
  } else void stop()
})

async function stop(): Promise<void> {
  clearInterval(timer)
  await receiver.stop()
  pipeline.stop()
  writeCounters(setup.counters, setup.worker, receiver.report(), pipeline.decoder)
  say({ kind: 'stopped' })
  port.close()
}

await receiver.start()
say({ kind: 'started', port: receiver.port })
