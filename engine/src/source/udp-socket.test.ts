import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { expect, test } from 'vitest'
import { formatAddress } from '../flow/addresses.ts'
import { listenUdp } from './udp-socket.ts'

test.each([
  ['127.0.0.1', 'udp4', '127.0.0.1', '127.0.0.1'],
  ['::1', 'udp6', '::1', '::1'],
  ['::', 'udp4', '127.0.0.1', '127.0.0.1'],
] as const)('on %s a datagram comes with its sender', async (address, type, to, sender) => {
  const received = Promise.withResolvers<[number[], string]>()
  const socket = await listenUdp({ address, port: 0 }, (bytes, { family, words }) =>
    received.resolve([[...bytes], formatAddress(family, words)]),
  )
  const client = createSocket(type)
  client.send(Uint8Array.from([1, 2, 3]), socket.port, to)
  expect(await received.promise).toEqual([[1, 2, 3], sender])
  client.close()
  await once(client, 'close')
  await socket.close()
})

test('an address that is not of this machine is refused', async () => {
  await expect(listenUdp({ address: '203.0.113.1', port: 0 }, () => {})).rejects.toMatchObject({ syscall: 'bind' })
})
