import { createSocket } from 'node:dgram'
import type { RemoteInfo } from 'node:dgram'
import { readFileSync } from 'node:fs'
import { parseAddress } from '../flow/addresses.ts'
import type { Address } from '../flow/addresses.ts'
import { defaultReceiveBufferBytes } from './receiver.ts'
import type { Receiver, ReceiverOptions } from './receiver.ts'

// UDP by node:dgram: everywhere, at twice the cost.

/** Senders whose addresses are kept parsed; then all are forgotten and learnt again. */
const maxSenders = 16_384
const pauseEveryMs = 50

/** A socket for both families names IPv4 senders as `::ffff:192.0.2.1` (RFC 4291 §2.5.5.2); they are the same exporters. */
const withoutMapping = ({ family, words }: Address): Address =>
  family === 6 && words[0] === 0 && words[1] === 0 && words[2] === 0xffff ? { family: 4, words: [words[3], 0, 0, 0] } : { family, words }

/** Opens a socket and reads it from now on; rejects with what the system says. */
export async function createDgramReceiver(options: ReceiverOptions): Promise<Receiver> {
  const { address, exporters, onDatagram, onPause } = options
  const type = address.includes(':') ? 'udp6' : 'udp4'
  const socket = createSocket({ type, reusePort: options.sharedBy !== undefined })
  const senders = new Map<string, Address>()
  let datagrams = 0
  let faults = 0
  socket.on('message', (bytes: Buffer, { address: text }: RemoteInfo) => {
    let sender = senders.get(text)
    if (!sender) {
      const parsed = parseAddress(text)
      if (!parsed) return
      sender = withoutMapping(parsed)
      if (senders.size >= maxSenders) senders.clear()
      senders.set(text, sender)
    }
    datagrams++
    onDatagram(bytes, 0, bytes.length, exporters.numberOf(sender.family, ...sender.words), Date.now())
  })
  await new Promise<void>((resolve, reject) => {
    socket.once('error', reject)
    socket.bind({ address, port: options.port }, () => {
      socket.off('error', reject)
      resolve()
    })
  })
  socket.on('error', () => faults++)
  try {
    socket.setRecvBufferSize((options.receiveBufferBytes ?? defaultReceiveBufferBytes) / 2)
  } catch {
    faults++ // a kernel that gives its own size only; what it gives is in the report
  }
  const timer = setInterval(() => onPause(Date.now()), pauseEveryMs)
  const { port } = socket.address()

  const report: Receiver['report'] = () => ({
    datagrams,
    faults,
    droppedByKernel: readDrops(type, port),
    receiveBufferBytes: socket.getRecvBufferSize(),
  })

  return {
    port,
    report,
    async close() {
      clearInterval(timer)
      const last = report()
      await new Promise<void>(resolve => socket.close(() => resolve()))
      return last
    },
  }
}

/** Drops of all sockets on a port, from the kernel's table; -1 where it has none (Linux only). */
function readDrops(type: 'udp4' | 'udp6', port: number): number {
  let table: string
  try {
    table = readFileSync(type === 'udp4' ? '/proc/net/udp' : '/proc/net/udp6', 'utf8')
  } catch {
    return -1
  }
  // proc(5): the second column is local address and port in hexadecimal, the last one the drops.
  const suffix = `:${port.toString(16).toUpperCase().padStart(4, '0')}`
  let drops = 0
  for (const line of table.split('\n').slice(1)) {
    const columns = line.trim().split(/\s+/)
    if (columns[1]?.endsWith(suffix)) drops += Number(columns.at(-1))
  }
  return drops
}
