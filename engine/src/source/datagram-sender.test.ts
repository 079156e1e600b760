import { expect, test } from 'vitest'
import { createExporterTable } from '../wire/exporter-table.ts'
import { createDatagramSender } from './datagram-sender.ts'
import { createUdpReceiver } from './udp-receiver.ts'

async function receive(address: string, count: number, sendTo: (port: number) => Promise<void>): Promise<[string, number, number][]> {
  const exporters = createExporterTable()
  const received: [string, number, number][] = []
  const all = Promise.withResolvers<void>()
  const receiver = createUdpReceiver({
    address,
    port: 0,
    exporters,
    onDatagram(bytes, offset, length, exporter) {
      received.push([exporters.addressOf(exporter), bytes[offset]!, length])
      if (received.length === count) all.resolve()
    },
    onPause() {},
  })
  await receiver.start()
  await sendTo(receiver.port)
  await all.promise
  await receiver.stop()
  return received
}

test.each([undefined, 'dgram'] as const)('by %s: each sender has an address of its own on loopback, in its order', async method => {
  const received = await receive('127.0.0.1', 300, async port => {
    const sender = createDatagramSender({ address: '127.0.0.1', port }, method)
    // More than a batch from one sender, then a turn of each.
    const order = [...Array.from({ length: 200 }, () => 0), ...Array.from({ length: 100 }, (_, index) => index % 3)]
    for (const [index, number] of order.entries()) await sender.send(number, Uint8Array.from([0, index, 0]), 1, 2)
    await sender.flush()
    await sender.close()
    expect({ sent: sender.sent, refused: sender.refused }).toEqual({ sent: 300, refused: 0 })
  })
  const of = Map.groupBy(received, ([sender]) => sender)
  expect([...of.keys()].sort()).toEqual(['127.0.0.1', '127.0.0.2', '127.0.0.3'])
  for (const datagrams of of.values()) {
    expect(datagrams.every(([, , length]) => length === 1)).toBe(true)
    const numbers = datagrams.map(([, number]) => number).filter(number => number >= 200)
    expect(numbers).toEqual(numbers.toSorted((one, other) => one - other))
  }
})

test.each([undefined, 'dgram'] as const)(
  'by %s: a large datagram goes over IPv6 too, a longer one than UDP has is refused',
  async method => {
    const received = await receive('::1', 1, async port => {
      const sender = createDatagramSender({ address: '::1', port }, method)
      await sender.send(0, new Uint8Array(65_530), 0, 65_530)
      await sender.send(5, new Uint8Array(65_000).fill(7), 0, 65_000)
      await sender.close()
      expect({ sent: sender.sent, refused: sender.refused }).toEqual({ sent: 1, refused: 1 })
    })
    expect(received).toEqual([['::1', 7, 65_000]])
  },
)
