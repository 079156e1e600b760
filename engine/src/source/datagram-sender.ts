import { createSocket } from 'node:dgram'
import type { Socket } from 'node:dgram'
import { linux, loadLinuxSockets } from './linux-sockets.ts'
import type { LinuxSockets } from './linux-sockets.ts'
import { createMessageVector } from './message-vector.ts'
import { encodeSocketAddress } from './socket-address.ts'

// Sends datagrams to one place, in batches by sendmmsg where that can be had. Several senders share a batch's memory: what an
// exporter sends must come from an address of its own, since collectors know exporters by it.

const batchDatagrams = 64
const slotBytes = 65_536
/** Sockets of one sender each; later ones send through the last. */
const maxSenders = 1024

export interface DatagramSender {
  /**
   * Copies a datagram into the batch, and sends that when it is full. `sender` is a number from 0 on: to loopback each has an
   * address of its own, 127.0.0.1 and up, elsewhere a port.
   */
  send(sender: number, bytes: Uint8Array, from: number, to: number): Promise<void> | undefined
  flush(): Promise<void> | undefined
  close(): Promise<void>
  /** Datagrams that the kernel took, and those that it refused: nobody listens, no route, too long. */
  readonly sent: number
  readonly refused: number
}

const isLoopback4 = (address: string): boolean => address.startsWith('127.')

/** 127.0.0.1, 127.0.0.2, …: all of 127.0.0.0/8 is this machine (RFC 1122 §3.2.1.3); on Linux one may send from any of it. */
const loopbackOf = (sender: number): string => `127.0.${(sender + 1) >>> 8}.${(sender + 1) & 255}`

/** `method`: dgram even where sendmmsg can be had. */
export function createDatagramSender(to: { address: string; port: number }, method?: 'dgram'): DatagramSender {
  const sockets = loadLinuxSockets()
  return typeof sockets === 'string' || method === 'dgram' ? createDgramSender(to) : createBatchSender(sockets, to)
}

function createBatchSender(sockets: LinuxSockets, to: { address: string; port: number }): DatagramSender {
  const vector = createMessageVector(sockets, batchDatagrams, slotBytes, { withNames: false })
  const fds: number[] = []
  let [pending, pendingSender, sent, refused] = [0, 0, 0, 0]

  function socketOf(sender: number): number {
    const index = Math.min(sender, maxSenders - 1)
    return (fds[index] ??= openSocket(sockets, to, index))
  }

  function flush(): undefined {
    const fd = pending > 0 ? socketOf(pendingSender) : -1
    let done = 0
    // The kernel took a part of the batch, and does not say why no more.
    let isUntold = false
    while (done < pending) {
      const count = sockets.sendmmsg(fd, done === 0 ? vector.headers : vector.headers.subarray(done * 64), pending - done, 0)
      if (count > 0) {
        // The one that stopped it went out now: it was refused because of an earlier one.
        if (isUntold) refused++
        done += count
        isUntold = done < pending
        continue
      }
      isUntold = false
      if (count === 0 || sockets.errno() !== linux.EINTR) {
        // The first of what is left was refused; ECONNREFUSED tells of an earlier one, and this one was not tried.
        if (count === 0 || sockets.errno() !== linux.ECONNREFUSED) done++
        refused++
      }
    }
    sent += pending
    pending = 0
  }

  return {
    send(sender, bytes, from, end) {
      if (pending === batchDatagrams || (pending > 0 && sender !== pendingSender)) flush()
      pendingSender = sender
      const at = vector.payloadAt(pending)
      vector.bytes.set(bytes.subarray(from, end), at)
      vector.setPayload(pending, at, end - from)
      pending++
      return undefined
    },
    flush,
    async close() {
      flush()
      for (const fd of fds) if (fd !== undefined) sockets.close(fd)
    },
    get sent() {
      return sent - refused
    },
    get refused() {
      return refused
    },
  }
}

function openSocket(sockets: LinuxSockets, to: { address: string; port: number }, sender: number): number {
  const target = encodeSocketAddress(to.address, to.port)
  if (!target) throw new Error(`${to.address} is no address`)
  // Blocking: the kernel slows us when its send buffer is full.
  const fd = sockets.socket(target.family === 4 ? linux.AF_INET : linux.AF_INET6, linux.SOCK_DGRAM | linux.SOCK_CLOEXEC, 0)
  if (fd < 0) throw new Error(`No socket can be had (errno ${sockets.errno()})`)
  if (isLoopback4(to.address)) {
    const source = encodeSocketAddress(loopbackOf(sender), 0)!
    sockets.bind(fd, source.bytes, source.bytes.length)
  }
  if (sockets.connect(fd, target.bytes, target.bytes.length) === 0) return fd
  const errno = sockets.errno()
  sockets.close(fd)
  throw new Error(`${to.address} cannot be reached (errno ${errno})`)
}

function createDgramSender(to: { address: string; port: number }): DatagramSender {
  const family = encodeSocketAddress(to.address, to.port)?.family
  const open = new Map<number, Socket>()
  let [sent, refused] = [0, 0]

  async function socketOf(sender: number): Promise<Socket> {
    const index = Math.min(sender, maxSenders - 1)
    const known = open.get(index)
    if (known) return known
    const socket = createSocket(family === 6 ? 'udp6' : 'udp4')
    open.set(index, socket)
    socket.on('error', () => refused++)
    if (isLoopback4(to.address) && process.platform === 'linux')
      await new Promise<void>(resolve => socket.bind({ address: loopbackOf(index), port: 0 }, resolve))
    return socket
  }

  return {
    async send(sender, bytes, from, end) {
      const socket = await socketOf(sender)
      await new Promise<void>(resolve =>
        socket.send(bytes, from, end - from, to.port, to.address, error => {
          if (error) refused++
          else sent++
          resolve()
        }),
      )
    },
    flush: () => undefined,
    async close() {
      await Promise.all(Array.from(open.values(), socket => new Promise<void>(resolve => socket.close(() => resolve()))))
    },
    get sent() {
      return sent
    },
    get refused() {
      return refused
    },
  }
}
