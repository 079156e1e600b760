import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { openSync, readFileSync, readdirSync, readlinkSync } from 'node:fs'
import { createRequire } from 'node:module'
import type koffiModule from 'koffi'
import { expect, test } from 'vitest'
import { createExporterTable } from '../wire/exporter-table.ts'
import { createDatagramSender } from './datagram-sender.ts'
import { linux, loadLinuxSockets } from './linux-sockets.ts'
import type { LinuxSockets } from './linux-sockets.ts'
import { createMessageVector } from './message-vector.ts'
import type { ReceiveMethod, ReceiverOptions } from './receiver.ts'
import { encodeSocketAddress } from './socket-address.ts'
import { createUdpReceiver } from './udp-receiver.ts'

// Both ways to receive, side by side: nothing that is seen from outside may differ. recvmmsg is left out where it cannot be had.

const missing = loadLinuxSockets()
const methods: ReceiveMethod[] = typeof missing === 'string' ? ['dgram'] : ['recvmmsg', 'dgram']
if (typeof missing === 'string') console.warn(`recvmmsg is not tested: ${missing}`)

type Received = { bytes: number[]; sender: string; receivedMs: number }

/** Listens; `until(count)` waits for so many datagrams. */
async function listen(options: Pick<ReceiverOptions, 'address' | 'method'> & Partial<ReceiverOptions>) {
  const exporters = createExporterTable()
  const received: Received[] = []
  let arrived = Promise.withResolvers<void>()
  const receiver = createUdpReceiver({
    port: 0,
    exporters,
    onDatagram(bytes, offset, length, exporter, receivedMs) {
      received.push({ bytes: [...bytes.subarray(offset, offset + length)], sender: exporters.addressOf(exporter), receivedMs })
      arrived.resolve()
    },
    onPause() {},
    ...options,
  })
  await receiver.start()
  const until = async (count: number): Promise<Received[]> => {
    while (received.length < count) {
      arrived = Promise.withResolvers()
      await arrived.promise
    }
    return received
  }
  return { receiver, received, until }
}

async function send(to: string, port: number, ...payloads: Uint8Array[]): Promise<void> {
  const client = createSocket(to.includes(':') ? 'udp6' : 'udp4')
  for (const payload of payloads) await new Promise<void>(resolve => client.send(payload, port, to, () => resolve()))
  client.close()
  await once(client, 'close')
}

const addresses = [
  ['127.0.0.1', '127.0.0.1', '127.0.0.1'],
  ['::1', '::1', '::1'],
  ['::', '127.0.0.1', '127.0.0.1'],
  ['0.0.0.0', '127.0.0.1', '127.0.0.1'],
] as const

test.each(methods.flatMap(method => addresses.map(([address, to, sender]) => [method, address, to, sender] as const)))(
  '%s on %s: a datagram comes whole, with its sender and its time',
  async (method, address, to, sender) => {
    const { receiver, until } = await listen({ address, method })
    const large = Uint8Array.from({ length: 60_000 }, (_, index) => index)
    const sentMs = Date.now()
    await send(to, receiver.port, Uint8Array.from([1, 2, 3]), new Uint8Array(0), large)
    const received = await until(3)
    expect(received.map(({ bytes }) => bytes)).toEqual([[1, 2, 3], [], [...large]])
    expect(received.map(one => one.sender)).toEqual([sender, sender, sender])
    for (const { receivedMs } of received) {
      expect(receivedMs).toBeGreaterThanOrEqual(sentMs - 1)
      expect(receivedMs).toBeLessThanOrEqual(Date.now() + 1)
    }
    await receiver.stop()
    expect(receiver.report()).toMatchObject({ method, reason: '', datagrams: 3, droppedByKernel: 0, faults: 0 })
  },
)

test.each(methods)('%s: what the kernel has no room for is counted', async method => {
  const { receiver, until } = await listen({ address: '127.0.0.1', method, receiveBufferBytes: 16_384 })
  const client = createSocket('udp4')
  // Nobody reads meanwhile: sending is synchronous enough on loopback, and this thread is the reader's.
  const payload = new Uint8Array(1400)
  const sent = 2000
  const sending = Array.from(
    { length: sent },
    () => new Promise<void>(resolve => client.send(payload, receiver.port, '127.0.0.1', () => resolve())),
  )
  await Promise.all(sending)
  client.close()
  const lost = (): number => receiver.report().droppedByKernel
  expect(lost()).toBeGreaterThan(0)
  await until(sent - lost())
  await receiver.stop()
  expect(receiver.report().datagrams + lost()).toBe(sent)
})

test.each(methods)('%s: it can be stopped, and started again on the port that it gave up', async method => {
  const { receiver, until } = await listen({ address: '127.0.0.1', method })
  const { port } = receiver
  await receiver.stop()
  await receiver.stop()
  const other = await listen({ address: '127.0.0.1', method, port })
  await send('127.0.0.1', port, Uint8Array.from([7]))
  await other.until(1)
  await other.receiver.stop()
  await receiver.start()
  await send('127.0.0.1', receiver.port, Uint8Array.from([8]))
  expect(await until(1)).toMatchObject([{ bytes: [8] }])
  await receiver.stop()
})

test.each(methods)('%s: several sockets may share a port, one alone may not be joined', async method => {
  const { receiver: first } = await listen({ address: '127.0.0.1', method, sharedBy: 2 })
  const { receiver: second } = await listen({ address: '127.0.0.1', method, sharedBy: 2, port: first.port })
  expect(second.port).toBe(first.port)
  await expect(listen({ address: '127.0.0.1', method, port: first.port })).rejects.toMatchObject({ code: 'EADDRINUSE' })
  await first.stop()
  await second.stop()
})

test.each(methods)('%s: an address that is not of this machine is refused', async method => {
  await expect(listen({ address: '203.0.113.1', method })).rejects.toMatchObject({ syscall: 'bind' })
})

/** The descriptor of our socket on a port, by the kernel's tables. */
function descriptorOf(port: number): number {
  const suffix = `:${port.toString(16).toUpperCase().padStart(4, '0')}`
  const rows = readFileSync('/proc/self/net/udp', 'utf8').split('\n').slice(1)
  const inode = rows.map(line => line.trim().split(/\s+/)).find(columns => columns[1]?.endsWith(suffix))?.[9]
  const isOurs = (fd: string): boolean => {
    try {
      return readlinkSync(`/proc/self/fd/${fd}`) === `socket:[${inode}]`
    } catch {
      return false // the descriptor that listed the folder
    }
  }
  return Number(readdirSync('/proc/self/fd').find(isOurs))
}

test.skipIf(typeof missing === 'string')(
  'when the kernel refuses recvmmsg in the middle, dgram goes on and nothing counted is lost',
  async () => {
    const koffi = createRequire(import.meta.url)('koffi') as typeof koffiModule
    const dup2 = koffi.load(null).func('int dup2(int, int)')
    const exporters = createExporterTable()
    const received: number[] = []
    let arrived = Promise.withResolvers<void>()
    const receiver = createUdpReceiver({
      address: '127.0.0.1',
      port: 0,
      exporters,
      onDatagram(bytes, offset) {
        received.push(bytes[offset]!)
        // From now on the descriptor is no socket.
        if (received.length === 1) dup2(openSync('/dev/null', 'r'), descriptorOf(receiver.port))
        arrived.resolve()
      },
      onPause() {},
    })
    await receiver.start()
    const { port } = receiver
    await send('127.0.0.1', port, Uint8Array.from([1]))
    await arrived.promise
    while (receiver.report().method === 'recvmmsg' || receiver.port === 0) await new Promise(resolve => setImmediate(resolve))
    arrived = Promise.withResolvers()
    await send('127.0.0.1', port, Uint8Array.from([2]))
    await arrived.promise
    expect(received).toEqual([1, 2])
    await receiver.stop()
    expect(receiver.report()).toMatchObject({ method: 'dgram', reason: 'recvmmsg failed with errno 88', datagrams: 2, faults: 1 })
  },
)

/** Sends `bytes` in one piece that stands for datagrams of `each` bytes (UDP_SEGMENT). */
function sendInPieces(to: string, port: number, bytes: Uint8Array, each: number): void {
  const sockets = loadLinuxSockets() as LinuxSockets
  const address = encodeSocketAddress(to, port)!
  const fd = sockets.socket(address.family === 4 ? linux.AF_INET : linux.AF_INET6, linux.SOCK_DGRAM, 0)
  const vector = createMessageVector(sockets, 1, bytes.length, { withNames: false })
  vector.bytes.set(bytes, vector.payloadAt(0))
  expect(sockets.setsockopt(fd, linux.SOL_UDP, linux.UDP_SEGMENT, new Uint8Array(new Int32Array([each]).buffer), 4)).toBe(0)
  expect(sockets.connect(fd, address.bytes, address.bytes.length)).toBe(0)
  expect(sockets.sendmmsg(fd, vector.headers, 1, 0)).toBe(1)
  sockets.close(fd)
}

test
  .skipIf(typeof missing === 'string')
  .each([true, false].flatMap(joinsDatagrams => addresses.map(([address, to, sender]) => ({ joinsDatagrams, address, to, sender }))))(
  'datagrams that the kernel joins come apart again: $address from $to, joined: $joinsDatagrams',
  async one => {
    const { joinsDatagrams, address, to, sender } = one
    const { receiver, until } = await listen({ address, method: 'recvmmsg', joinsDatagrams })
    const bytes = Uint8Array.from({ length: 1003 }, (_, index) => index)
    sendInPieces(to, receiver.port, bytes, 100)
    await send(to, receiver.port, Uint8Array.from([1, 2]))
    const received = await until(12)
    const expected = Array.from({ length: 11 }, (_, index) => [...bytes.subarray(index * 100, index * 100 + 100)])
    expect(received.map(datagram => datagram.bytes)).toEqual([...expected, [1, 2]])
    expect(new Set(received.map(datagram => datagram.sender))).toEqual(new Set([sender]))
    await receiver.stop()
    expect(receiver.report()).toMatchObject({ method: 'recvmmsg', datagrams: 12, droppedByKernel: 0, faults: 0 })
  },
)

test.skipIf(typeof missing === 'string')('what had come when it was stopped is read', async () => {
  const { receiver, received } = await listen({ address: '127.0.0.1', method: 'recvmmsg' })
  const sender = createDatagramSender({ address: '127.0.0.1', port: receiver.port })
  // By sendmmsg, without a turn of the event loop.
  for (let index = 0; index < 500; index++) void sender.send(0, Uint8Array.from([index]), 0, 1)
  void sender.flush()
  expect(received).toHaveLength(0)
  await receiver.stop()
  expect(received.map(({ bytes }) => bytes[0])).toEqual(Array.from({ length: 500 }, (_, index) => index & 255))
  expect(receiver.report()).toMatchObject({ datagrams: 500, droppedByKernel: 0 })
  await sender.close()
})
