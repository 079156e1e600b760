import { createSocket } from 'node:dgram'
import type { RemoteInfo } from 'node:dgram'
import { parseAddress } from '../flow/addresses.ts'
import type { Address } from '../flow/addresses.ts'

/** What the kernel keeps while we are busy; it gives at most net.core.rmem_max. */
const receiveBufferBytes = 4 * 1024 * 1024
/** Senders whose addresses are kept parsed; then all are forgotten and learnt again. */
const maxSenders = 16_384

export interface UdpSocket {
  /** The port it listens on. */
  readonly port: number
  close(): Promise<void>
}

/** A socket for both families names IPv4 senders as `::ffff:192.0.2.1` (RFC 4291 §2.5.5.2); they are the same exporters. */
const withoutMapping = ({ family, words }: Address): Address =>
  family === 6 && words[0] === 0 && words[1] === 0 && words[2] === 0xffff ? { family: 4, words: [words[3], 0, 0, 0] } : { family, words }

/** Listens for datagrams on an address and port (0: any free one) and hands each out with its sender. Rejects when it cannot. */
export async function listenUdp(
  { address, port }: { address: string; port: number },
  onDatagram: (bytes: Uint8Array, sender: Address) => void,
): Promise<UdpSocket> {
  const socket = createSocket({ type: address.includes(':') ? 'udp6' : 'udp4' })
  const senders = new Map<string, Address>()
  socket.on('message', (bytes: Buffer, { address: text }: RemoteInfo) => {
    let sender = senders.get(text)
    if (!sender) {
      const parsed = parseAddress(text)
      if (!parsed) return
      sender = withoutMapping(parsed)
      if (senders.size >= maxSenders) senders.clear()
      senders.set(text, sender)
    }
    onDatagram(bytes, sender)
  })
  await new Promise<void>((resolve, reject) => {
    socket.once('error', reject)
    socket.bind({ address, port }, () => {
      socket.off('error', reject)
      resolve()
    })
  })
  socket.setRecvBufferSize(receiveBufferBytes)
  return {
    port: socket.address().port,
    close: () => new Promise(resolve => socket.close(() => resolve())),
  }
}
