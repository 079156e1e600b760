import { parseArgs } from 'node:util'
import { createUdpCollector } from '#source/udp-collector.ts'
import { ordinaryNetworks } from './ordinary-networks.ts'

// The engine as a process that a bench can measure: it receives, decodes and consumes until SIGTERM, and then tells what
// it counted as one JSON value. Once it listens it says so.

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '2055' },
    workers: { type: 'string', default: '1' },
    buffer: { type: 'string', default: String(4 * 1024 * 1024) },
    consumer: { type: 'string', default: '../src/source/detecting-consumer.ts' },
    sampling: { type: 'string', default: '1' },
    method: { type: 'string', default: 'recvmmsg' },
    /** Datagrams come one by one. */
    apart: { type: 'boolean', default: false },
  },
})
const collector = createUdpCollector({
  address: '127.0.0.1',
  port: Number(values.port),
  workers: Number(values.workers),
  // The kernel is asked for half of it and doubles that.
  receiveBufferBytes: Number(values.buffer) * 2,
  joinsDatagrams: !values.apart,
  method: values.method === 'dgram' ? 'dgram' : 'recvmmsg',
  consumer: { module: new URL(values.consumer, import.meta.url), options: ordinaryNetworks(Number(values.sampling)) },
  onFailure(error) {
    throw error
  },
})
await collector.start()
console.log(JSON.stringify({ port: collector.port }))
process.once('SIGTERM', () => {
  void collector.stop().then(() => console.log(JSON.stringify(collector.counters())))
})
