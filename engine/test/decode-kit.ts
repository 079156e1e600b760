import { createFlowBatch } from '#flow/flow-batch.ts'
import { readFlow } from '#flow/flow-record.ts'
import type { FlowRecord } from '#flow/flow-record.ts'
import { createDecoder } from '#wire/decoder.ts'
import type { Decoder, DecoderOptions } from '#wire/decoder.ts'
import type { InterfaceCounters } from '#wire/interface-counters.ts'
import type { Outcome, Rejection } from '#wire/wire-state.ts'

export interface Collector {
  decoder: Decoder
  flows: FlowRecord[]
  rejections: Rejection[]
  interfaces: InterfaceCounters[]
  /** Takes a datagram from 192.0.2.1, or from another exporter by the last number of its address. */
  take(datagram: Uint8Array, from?: { exporter?: number; receivedMs?: number }): Outcome
  /** Flows so far, those that lie in the batch included. */
  all(): FlowRecord[]
}

export const receivedMs = 1_700_000_000_000

/** A decoder that keeps what it finds as objects. */
export function createCollector(options: Partial<DecoderOptions> & { rows?: number } = {}): Collector {
  const flows: FlowRecord[] = []
  const rejections: Rejection[] = []
  const interfaces: InterfaceCounters[] = []
  const decoder: Decoder = createDecoder({
    batch: createFlowBatch(options.rows ?? 64),
    deliver(batch) {
      for (let row = 0; row < batch.length; row++) flows.push(readFlow(batch, row, decoder.exporters.addressOf))
    },
    onRejected: rejection => rejections.push(rejection),
    onInterfaceCounters: counters => interfaces.push(counters),
    ...options,
  })
  return {
    decoder,
    flows,
    rejections,
    interfaces,
    take(datagram, from = {}) {
      const number = decoder.exporters.numberOf(4, 0xc000_0200 + (from.exporter ?? 1))
      // Not at the start of its buffer: places are counted from the datagram's own start.
      const bytes = new Uint8Array(datagram.length + 7)
      bytes.set(datagram, 3)
      return decoder.decode(bytes, 3, datagram.length, number, from.receivedMs ?? receivedMs)
    },
    all() {
      decoder.flush()
      return flows
    },
  }
}
