import type { LinuxSockets, Watch } from './linux-sockets.ts'
import { linux, loadLinuxSockets } from './linux-sockets.ts'
import { createMessageVector } from './message-vector.ts'
import { spreadBySender } from './spread-senders.ts'
import { encodeSocketAddress, portOf, senderAt, socketAddressBytes } from './socket-address.ts'
import { defaultReceiveBufferBytes } from './receiver.ts'
import type { Receiver, ReceiverOptions } from './receiver.ts'

// Reads a socket in batches by recvmmsg, on the event loop of whichever thread calls it. While datagrams keep coming the socket
// is looked at once a millisecond, so that a batch is worth its call; after a quiet while the kernel wakes us again.

/** Messages a call: its cost is spread well. Fewer, when they are so large that what they hold would not stay in the cache. */
const maxMessages = 64
const minMessages = 8
const batchBytes = 192 * 1024
/** Calls at the end: more than the largest receive buffer holds; who sends on meanwhile is not waited for. */
const maxCallsAtEnd = 4096
/** Calls in one go, before others of this event loop have their turn. */
const maxCallsInRow = 32
/** A datagram of any length fits (65,507 bytes); the odd stride spreads the slots over the cache's sets. */
const slotBytes = 65_536 + 17 * 64
const lookAgainMs = 1
/** Looks that found nothing before the kernel is asked to wake us. */
const maxQuietLooks = 20
/** Faults one after the other before recvmmsg is given up. */
const maxFaultsInRow = 8
/** struct sk_meminfo: nine numbers, the last is the drops (linux/sock_diag.h). */
const memoryReport = { numbers: 9, receiveBuffer: 1, drops: 8 } as const

/** Opens a socket and reads it from now on; in words why it cannot. `onFault`: the kernel does not let us any more. */
export function createBatchReceiver(options: ReceiverOptions, onFault: (why: string) => void): Receiver | string {
  const loaded = loadLinuxSockets()
  if (typeof loaded === 'string') return loaded
  const opened = openSocket(loaded, options)
  if (typeof opened === 'string') return opened
  const sockets = loaded
  const fd = opened

  const { exporters, onDatagram, onPause } = options
  const numberOf = exporters.numberOf.bind(exporters)
  const vector = createMessageVector(sockets, maxMessages, slotBytes)
  const { bytes, view, headers } = vector
  let datagrams = 0
  /** Messages that the next call asks for. */
  let wanted = maxMessages
  let faults = 0
  let faultsInRow = 0
  let quietLooks = 0
  let isOpen = true
  let isWatching = true
  let watch: Watch | undefined

  /** One batch; whether there was any, and more may be waiting. */
  function receive(): 'none' | 'some' | 'full' {
    vector.offerControl()
    const asked = wanted
    const count = sockets.recvmmsg(fd, headers, asked, linux.MSG_DONTWAIT, null)
    if (count <= 0) {
      judgeFault(count)
      return 'none'
    }
    faultsInRow = 0
    const receivedMs = vector.readTimeMs() || Date.now()
    let sum = 0
    for (let index = 0; index < count; index++) {
      let left = vector.lengthOf(index)
      sum += left
      let at = vector.payloadAt(index)
      const each = vector.segmentBytesOf(index) || left
      // One of no bytes is a datagram too.
      do {
        const length = Math.min(each, left)
        onDatagram(bytes, at, length, senderAt(view, vector.nameAt(index), numberOf), receivedMs)
        datagrams++
        at += each
        left -= each
      } while (left > 0)
    }
    wanted = Math.max(minMessages, Math.min(maxMessages, Math.floor((batchBytes * count) / sum)))
    return count === asked ? 'full' : 'some'
  }

  function judgeFault(count: number): void {
    const errno = sockets.errno()
    if (count === 0 || errno === linux.EAGAIN || errno === linux.EINTR) return
    faults++
    faultsInRow++
    // Memory may come back; anything else stays as it is, and asking again would only spin.
    const isPassing = errno === linux.ENOMEM || errno === linux.ENOBUFS
    if (!isPassing || faultsInRow >= maxFaultsInRow) {
      halt()
      onFault(`recvmmsg failed with errno ${errno}`)
    }
  }

  function look(): void {
    let came = receive()
    const isQuiet = came === 'none'
    for (let calls = 1; came === 'full' && calls < maxCallsInRow; calls++) came = receive()
    if (!isOpen) return
    onPause(Date.now())
    if (came === 'full') {
      setImmediate(lookIfOpen)
      return
    }
    quietLooks = isQuiet ? quietLooks + 1 : 0
    if (quietLooks > maxQuietLooks) {
      if (!isWatching) watch!.resume()
      isWatching = true
    } else {
      if (isWatching) watch!.pause()
      isWatching = false
      timer.refresh()
    }
  }

  const lookIfOpen = (): void => {
    if (isOpen) look()
  }
  const timer = setTimeout(lookIfOpen, lookAgainMs)
  watch = sockets.watch(fd, () => {
    quietLooks = 0
    lookIfOpen()
  })

  function halt(): void {
    isOpen = false
    clearTimeout(timer)
  }

  const name = new Uint8Array(socketAddressBytes)
  sockets.getsockname(fd, name, new Uint32Array([name.length]))
  const port = portOf(name)
  const memory = new Uint32Array(memoryReport.numbers)
  const memoryLength = new Uint32Array(1)

  function report(): ReturnType<Receiver['report']> {
    memoryLength[0] = memory.byteLength
    const isTold = sockets.getsockopt(fd, linux.SOL_SOCKET, linux.SO_MEMINFO, memory, memoryLength) === 0
    return {
      datagrams,
      droppedByKernel: isTold ? memory[memoryReport.drops]! : -1,
      faults,
      receiveBufferBytes: isTold ? memory[memoryReport.receiveBuffer]! : 0,
    }
  }

  return {
    port,
    report,
    async close() {
      // What had come until now is read.
      for (let calls = 0; isOpen && calls < maxCallsAtEnd && receive() !== 'none';) calls++
      halt()
      const last = report()
      watch.close()
      sockets.close(fd)
      return last
    },
  }
}

/** A bound socket that answers to recvmmsg; in words why there is none. What is wrong with the address, dgram says better. */
function openSocket(sockets: LinuxSockets, options: ReceiverOptions): number | string {
  const address = encodeSocketAddress(options.address, options.port)
  if (!address) return `${options.address} is no address`
  const family = address.family === 4 ? linux.AF_INET : linux.AF_INET6
  const fd = sockets.socket(family, linux.SOCK_DGRAM | linux.SOCK_NONBLOCK | linux.SOCK_CLOEXEC, 0)
  if (fd < 0) return `socket failed with errno ${sockets.errno()}`
  const set = (level: number, option: number, value: number): boolean =>
    sockets.setsockopt(fd, level, option, new Uint8Array(new Int32Array([value]).buffer), 4) === 0
  if (options.sharedBy) set(linux.SOL_SOCKET, linux.SO_REUSEPORT, 1)
  if (family === linux.AF_INET6) set(linux.IPPROTO_IPV6, linux.IPV6_V6ONLY, 0)
  // The kernel doubles what is asked for. Beyond its bound it gives only to root.
  const wanted = (options.receiveBufferBytes ?? defaultReceiveBufferBytes) / 2
  if (!set(linux.SOL_SOCKET, linux.SO_RCVBUFFORCE, wanted)) set(linux.SOL_SOCKET, linux.SO_RCVBUF, wanted)
  set(linux.SOL_SOCKET, linux.SO_TIMESTAMPNS, 1)
  // Before Linux 5.0 there is none, and datagrams come one by one.
  if (options.joinsDatagrams !== false) set(linux.SOL_UDP, linux.UDP_GRO, 1)
  let failed = ''
  if (sockets.bind(fd, address.bytes, address.bytes.length) !== 0) failed = 'bind'
  else if (sockets.recvmmsg(fd, new Uint8Array(0), 0, linux.MSG_DONTWAIT, null) < 0 && sockets.errno() !== linux.EAGAIN) failed = 'recvmmsg'
  if (failed === '') {
    if (options.sharedBy) spreadBySender(sockets, fd, options.sharedBy)
    return fd
  }
  const reason = `${failed} failed with errno ${sockets.errno()}`
  sockets.close(fd)
  return reason
}
