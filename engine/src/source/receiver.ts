import type { ExporterTable } from '../wire/exporter-table.ts'

// What a way of receiving datagrams is given and what it tells, whichever it is.

export interface ReceiverOptions {
  /** An address of this machine; `::` is every address of both families. */
  address: string
  /** 0 is any free one. */
  port: number
  exporters: Pick<ExporterTable, 'numberOf'>
  /** `length` bytes of a datagram from `offset` on, valid during the call; the sender's number (-1: no room), when it came. */
  onDatagram(bytes: Uint8Array, offset: number, length: number, exporter: number, receivedMs: number): void
  /** The socket was drained, or for now read long enough: time to hand on what was gathered. */
  onPause(nowMs: number): void
  /** Asked of the kernel, which may give less; enough for a second of a busy router. */
  receiveBufferBytes?: number | undefined
  /**
   * So many sockets have the same address and port, and the kernel spreads senders over them: by address where it lets us say so
   * (recvmmsg), otherwise by address and port. Without it the socket is alone.
   */
  sharedBy?: number | undefined
  /** `dgram` even where recvmmsg can be had. */
  method?: ReceiveMethod | undefined
  /** False: the kernel hands over each datagram by itself, also where it could join those that come together (UDP_GRO). */
  joinsDatagrams?: boolean | undefined
}

export type ReceiveMethod = 'recvmmsg' | 'dgram'

export interface ReceiverReport {
  method: ReceiveMethod
  /** Why it is dgram; empty when it is not, or was asked for. */
  reason: string
  datagrams: number
  /**
   * What the kernel had no room for: a receive buffer that is too small, or a reader that is too slow. Datagrams that it had joined count as
   * one. -1: it cannot be told.
   */
  droppedByKernel: number
  /** Calls of the kernel that failed and were tried again. */
  faults: number
  /** The receive buffer that the kernel granted; it counts its own bookkeeping in it. */
  receiveBufferBytes: number
}

/** How one of the two ways does it. */
export interface Receiver {
  readonly port: number
  report(): Omit<ReceiverReport, 'method' | 'reason'>
  /** The last report. */
  close(): Promise<Omit<ReceiverReport, 'method' | 'reason'>>
}

/** Large, so that a pause of the reader loses nothing; memory is only taken for what waits. */
export const defaultReceiveBufferBytes = 32 * 1024 * 1024
