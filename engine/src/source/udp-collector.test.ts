import { createSocket } from 'node:dgram'
import { expect, test } from 'vitest'
import { encodeNetflow5 } from '../generate/encode-netflow5.ts'
import { createDatagramSender } from './datagram-sender.ts'
import { loadLinuxSockets } from './linux-sockets.ts'
import { createUdpCollector } from './udp-collector.ts'
import type { CollectorOptions } from './udp-collector.ts'

const telling = new URL('../../test/telling-consumer.ts', import.meta.url)

const flowsOf = (bytes: number): Uint8Array =>
  encodeNetflow5({ uptimeMs: 5, exportSeconds: 1_700_000_000 }, [
    { source: '192.0.2.7', destination: '192.0.2.8', packets: 1, bytes, firstMs: 1, lastMs: 2 },
  ])

/** A collector that keeps what its consumers post; `until` waits until as much of it fits. */
function createTold(options: Partial<CollectorOptions> & { consumerOptions?: unknown } = {}) {
  const told: Record<string, unknown>[] = []
  let changed = Promise.withResolvers<void>()
  const failed = Promise.withResolvers<Error>()
  const collector = createUdpCollector({
    address: '127.0.0.1',
    port: 0,
    consumer: { module: telling, options: options.consumerOptions ?? {} },
    onMessage(message) {
      told.push(message as Record<string, unknown>)
      changed.resolve()
    },
    onFailure: error => failed.resolve(error),
    ...options,
  })
  const until = async (key: string, count: number): Promise<Record<string, unknown>[]> => {
    for (;;) {
      const found = told.filter(one => key in one)
      if (found.length >= count) return found
      changed = Promise.withResolvers()
      await changed.promise
    }
  }
  return { collector, told, until, failed: failed.promise }
}

async function send(port: number, senders: number, ...payloads: Uint8Array[]): Promise<void> {
  const sender = createDatagramSender({ address: '127.0.0.1', port })
  for (let number = 0; number < senders; number++) for (const payload of payloads) await sender.send(number, payload, 0, payload.length)
  await sender.close()
}

test.each(['recvmmsg', 'dgram'] as const)('%s: flows reach the consumer in its thread, counted and with their exporter', async method => {
  const { collector, until } = createTold({ method })
  await collector.start()
  await send(collector.port, 1, flowsOf(100), Uint8Array.from([1, 2, 3]), flowsOf(200))
  expect(await until('bytes', 2)).toEqual([
    { worker: 0, exporter: '127.0.0.1', bytes: 100 },
    { worker: 0, exporter: '127.0.0.1', bytes: 200 },
  ])
  collector.post('are you there?')
  expect(await until('answer', 1)).toEqual([{ worker: 0, answer: 'are you there?' }])
  expect(await collector.describe()).toMatchObject([
    { counters: { rejectedBy: { 'unknown-version': 1 } }, domains: [{ exporter: '127.0.0.1', protocol: 'netflow5' }] },
  ])
  await collector.stop()
  expect(await until('stopped', 1)).toEqual([{ stopped: 0 }])
  expect(collector.counters()).toMatchObject({ datagrams: 3, decoded: 2, rejected: 1, flows: 2, droppedByKernel: 0, exporters: 1 })
  expect(await collector.describe()).toEqual([])
})

test('several workers share a port and memory; each sender keeps to one of them', async () => {
  const total = new SharedArrayBuffer(3 * 8)
  const { collector, until } = createTold({ workers: 3, consumerOptions: { total } })
  await collector.start()
  const senders = 40
  await send(collector.port, senders, flowsOf(10), flowsOf(1))
  const flows = await until('bytes', senders * 2)
  const workersOf = Map.groupBy(flows, ({ exporter }) => exporter)
  expect(workersOf.size).toBe(senders)
  for (const of of workersOf.values()) expect(new Set(of.map(({ worker }) => worker)).size).toBe(1)
  expect(new Set(flows.map(({ worker }) => worker)).size).toBeGreaterThan(1)
  await collector.stop()
  expect(collector.counters()).toMatchObject({ datagrams: 80, flows: 80, exporters: senders })
  expect(new Float64Array(total).reduce((sum, value) => sum + value)).toBe(senders * 11)
})

const missing = loadLinuxSockets()

test.skipIf(typeof missing === 'string').each([
  ['127.0.0.1', 'udp4'],
  ['::1', 'udp6'],
] as const)('an exporter at %s that sends from many ports has one worker', async (address, type) => {
  const { collector, until } = createTold({ address: '::', workers: 4 })
  await collector.start()
  for (let port = 0; port < 24; port++) {
    const client = createSocket(type)
    await new Promise<void>(resolve => client.send(flowsOf(port), collector.port, address, () => resolve()))
    client.close()
  }
  const flows = await until('bytes', 24)
  expect(new Set(flows.map(({ worker }) => worker)).size).toBe(1)
  await collector.stop()
})

test('a collector that cannot have its port says so, and can be tried again', async () => {
  const first = createTold()
  await first.collector.start()
  const second = createTold({ port: first.collector.port })
  await expect(second.collector.start()).rejects.toMatchObject({ code: 'EADDRINUSE' })
  await first.collector.stop()
  await second.collector.start()
  await second.collector.stop()
})

test('a consumer that fails is told to whoever started the collector', async () => {
  const { collector, failed } = createTold({ consumerOptions: { failOnFlow: true } })
  await collector.start()
  await send(collector.port, 1, flowsOf(1))
  expect(await failed).toMatchObject({ message: 'told to fail' })
  await collector.stop()
})
