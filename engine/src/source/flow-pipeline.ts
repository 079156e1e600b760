import { createFlowBatch } from '../flow/flow-batch.ts'
import type { FlowBatch } from '../flow/flow-batch.ts'
import { createDecoder } from '../wire/decoder.ts'
import type { Decoder, DecoderOptions } from '../wire/decoder.ts'
import { createExporterTable } from '../wire/exporter-table.ts'
import type { ExporterTable } from '../wire/exporter-table.ts'

// From datagrams to whoever consumes flows, in one thread and without copying: the same for a socket, for a worker's socket
// and for a capture.

/** What is done with flows. It runs where the flows are decoded: in a worker, it is code that the worker imports. */
export interface FlowConsumer {
  /** Takes the rows of a batch, which is empty and used again afterwards. `receivedMs` is when the latest of them came. */
  take(batch: FlowBatch, receivedMs: number): void
  /** Time goes on, also when nothing comes: about every `tickEveryMs`, after the flows until then were taken. */
  tick?(nowMs: number): void
  /** What the collector's `post` sent. */
  onMessage?(message: unknown): void
  /** Nothing more will come. */
  stop?(): void
}

export interface ConsumerContext {
  /** Number of this worker, from 0 on, of how many. */
  worker: number
  workers: number
  /** As given to the collector; shared memory in it is shared. */
  options: unknown
  /** Numbers of this worker only: another one numbers exporters differently. */
  exporters: ExporterTable
  /** Sends to whoever started the collector: anything that can be cloned. */
  post(message: unknown): void
}

/** What a consumer's module exports as `createConsumer`. */
export type CreateConsumer = (context: ConsumerContext) => FlowConsumer | Promise<FlowConsumer>

export type Decoding = Pick<DecoderOptions, 'defaultSamplingRate' | 'looksIntoTunnels' | 'bounds' | 'onRejected' | 'onInterfaceCounters'>

export interface FlowPipeline {
  readonly decoder: Decoder
  readonly exporters: ExporterTable
  /** When the latest datagram came; 0 before the first. */
  readonly receivedMs: number
  /** As a receiver calls it (receiver.ts). */
  onDatagram(bytes: Uint8Array, offset: number, length: number, exporter: number, receivedMs: number): void
  onPause(nowMs: number): void
  /** Hands on what is left and ends the consumer. */
  stop(): void
}

/** Rows of a batch: enough to spread its costs over, few enough to stay in the cache until they were counted. */
const batchRows = 1024
/** How often flows are handed on at least, and the consumer is told the time. */
const tickEveryMs = 50

export function createFlowPipeline(consumer: FlowConsumer, decoding: Decoding = {}, exporters = createExporterTable()): FlowPipeline {
  let receivedMs = 0
  let tickedMs = Number.NEGATIVE_INFINITY
  const decoder = createDecoder({
    ...decoding,
    batch: createFlowBatch(batchRows),
    exporters,
    deliver: batch => consumer.take(batch, receivedMs),
  })

  return {
    decoder,
    exporters,
    get receivedMs() {
      return receivedMs
    },
    onDatagram(bytes, offset, length, exporter, nowMs) {
      receivedMs = nowMs
      decoder.decode(bytes, offset, length, exporter, nowMs)
    },
    onPause(nowMs) {
      // A clock that was set back starts anew.
      if (nowMs - tickedMs < tickEveryMs && nowMs >= tickedMs) return
      tickedMs = nowMs
      decoder.flush()
      consumer.tick?.(nowMs)
    },
    stop() {
      decoder.flush()
      consumer.stop?.()
    },
  }
}
