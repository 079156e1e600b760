import { parentPort, workerData } from 'node:worker_threads'
import type { MessagePort } from 'node:worker_threads'
import { createConsumer } from '#source/detecting-consumer.ts'
import { createFlowPipeline } from '#source/flow-pipeline.ts'
import { makeDatagrams, makeTemplates, recordsOf, sequenceAt, sequenceStepOf } from './load-flows.ts'
import { ordinaryNetworks } from './ordinary-networks.ts'

// A thread that decodes, counts and judges the same datagrams from memory, as often as it is told: what a worker costs beside others,
// without the kernel.

const protocol = 'netflow9'
const slotBytes = 2048
const exportSeconds = 1_700_000_000

const port = parentPort as MessagePort
const { worker, workers } = workerData as { worker: number; workers: number }
const datagrams = makeDatagrams(protocol, 1024, exportSeconds)
const size = datagrams[0]!.length
const memory = new Uint8Array(datagrams.length * slotBytes)
const view = new DataView(memory.buffer)
for (const [index, datagram] of datagrams.entries()) memory.set(datagram, index * slotBytes)

const pipeline = createFlowPipeline(
  await createConsumer({ worker, workers, options: ordinaryNetworks(1), exporters: undefined!, post() {} }),
)
const exporter = pipeline.exporters.numberOf(4, 0x7f00_0001)
const templates = makeTemplates(protocol, exportSeconds)!
pipeline.onDatagram(templates, 0, templates.length, exporter, exportSeconds * 1000)
let sequence = 1

port.on('message', (count: number) => {
  for (let index = 0; index < count; index++) {
    const at = (index % datagrams.length) * slotBytes
    view.setUint32(at + sequenceAt[protocol], sequence)
    sequence = (sequence + sequenceStepOf[protocol]) >>> 0
    pipeline.onDatagram(memory, at, size, exporter, exportSeconds * 1000)
  }
  pipeline.onPause(exportSeconds * 1000)
  port.postMessage(count * recordsOf[protocol])
})
port.postMessage(0)
