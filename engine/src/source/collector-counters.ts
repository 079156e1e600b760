import type { Decoder } from '../wire/decoder.ts'
import type { ReceiverReport } from './receiver.ts'

// What each worker of a collector counted, in memory that all threads see: a row a worker, written a few times a second, read
// whenever somebody looks.

/** Sums over workers, but for the receive buffers, which are the smallest's, and `byDgram`: how many workers lack recvmmsg. */
export interface CollectorCounters {
  datagrams: number
  decoded: number
  waiting: number
  rejected: number
  flows: number
  /** -1 where the kernel does not tell. */
  droppedByKernel: number
  faults: number
  receiveBufferBytes: number
  /** Of whom something was decoded. */
  exporters: number
  byDgram: number
}

const fields = 16

export const createCounters = (workers: number): SharedArrayBuffer => new SharedArrayBuffer(workers * fields * 8)

export function writeCounters(memory: SharedArrayBuffer, worker: number, receiver: ReceiverReport, { counters, exporters }: Decoder): void {
  const row = new Float64Array(memory, worker * fields * 8, fields)
  row[0] = receiver.datagrams
  row[1] = counters.decoded
  row[2] = counters.waiting
  row[3] = counters.rejected
  row[4] = counters.flows
  row[5] = receiver.droppedByKernel
  row[6] = receiver.faults
  row[7] = receiver.receiveBufferBytes
  row[8] = exporters.kept
  row[9] = receiver.method === 'dgram' ? 1 : 0
}

export function readCounters(memory: SharedArrayBuffer): CollectorCounters {
  const rows = new Float64Array(memory)
  const workers = rows.length / fields
  const column = (index: number): number[] => Array.from({ length: workers }, (_, worker) => rows[worker * fields + index]!)
  const sum = (index: number): number => column(index).reduce((total, value) => total + value, 0)
  return {
    datagrams: sum(0),
    decoded: sum(1),
    waiting: sum(2),
    rejected: sum(3),
    flows: sum(4),
    droppedByKernel: column(5).some(value => value < 0) ? -1 : sum(5),
    faults: sum(6),
    receiveBufferBytes: Math.min(...column(7)),
    exporters: sum(8),
    byDgram: sum(9),
  }
}
