import { createBatchReceiver } from './batch-receiver.ts'
import { createDgramReceiver } from './dgram-receiver.ts'
import type { ReceiveMethod, Receiver, ReceiverOptions, ReceiverReport } from './receiver.ts'

// One UDP socket, read as fast as the machine allows: by recvmmsg where that can be had, by node:dgram otherwise. Whoever
// takes the datagrams sees no difference.

export interface UdpReceiver {
  /** Opens the socket. Rejects with what the system says when the address cannot be had. */
  start(): Promise<void>
  stop(): Promise<void>
  /** The port it listens on; 0 before it was started. */
  readonly port: number
  /** Of the last start. */
  report(): ReceiverReport
}

const nothing = { datagrams: 0, droppedByKernel: 0, faults: 0, receiveBufferBytes: 0 }

export function createUdpReceiver(options: ReceiverOptions): UdpReceiver {
  let receiver: Receiver | undefined
  let method: ReceiveMethod = 'recvmmsg'
  let reason = ''
  let before: Omit<ReceiverReport, 'method' | 'reason'> = nothing
  let latest: Omit<ReceiverReport, 'method' | 'reason'> = nothing
  let isStopped = true

  async function openDgram(port: number, why: string): Promise<void> {
    method = 'dgram'
    reason = why
    receiver = await createDgramReceiver({ ...options, port })
  }

  /** The kernel refuses recvmmsg while it runs: what was counted stays counted, and dgram goes on. */
  async function goOnWithDgram(why: string): Promise<void> {
    const { port } = receiver!
    before = await receiver!.close()
    receiver = undefined
    await openDgram(port, why)
    if (isStopped) await stop()
  }

  async function stop(): Promise<void> {
    isStopped = true
    if (!receiver) return
    const closing = receiver
    receiver = undefined
    latest = await closing.close()
  }

  return {
    async start() {
      isStopped = false
      before = nothing
      if (options.method === 'dgram') return openDgram(options.port, '')
      const opened = createBatchReceiver(options, why => void goOnWithDgram(why))
      if (typeof opened === 'string') return openDgram(options.port, opened)
      method = 'recvmmsg'
      reason = ''
      receiver = opened
    },
    stop,
    get port() {
      return receiver?.port ?? 0
    },
    report() {
      const now = receiver?.report() ?? latest
      const { receiveBufferBytes } = now
      return {
        method,
        reason,
        datagrams: before.datagrams + now.datagrams,
        droppedByKernel: now.droppedByKernel < 0 ? now.droppedByKernel : before.droppedByKernel + now.droppedByKernel,
        faults: before.faults + now.faults,
        receiveBufferBytes,
      }
    },
  }
}
