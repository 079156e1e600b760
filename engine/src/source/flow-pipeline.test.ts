import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { expect, test } from 'vitest'
import { encodeNetflow5 } from '../generate/encode-netflow5.ts'
import { encodeEthernet, encodeIp, encodeUdp } from '../generate/encode-packet.ts'
import { encodePcap } from '../generate/encode-pcap.ts'
import { feedCapture } from './capture-source.ts'
import { createFlowPipeline } from './flow-pipeline.ts'
import type { FlowConsumer } from './flow-pipeline.ts'

const flowsOf = (bytes: number): Uint8Array<ArrayBuffer> =>
  encodeNetflow5({ uptimeMs: 5, exportSeconds: 1_700_000_000 }, [
    { source: '192.0.2.7', destination: '192.0.2.8', packets: 1, bytes, firstMs: 1, lastMs: 2 },
  ])

/** Writes down what a consumer is told, one word each. */
function createDiary(): { said: string[]; consumer: FlowConsumer } {
  const said: string[] = []
  const consumer: FlowConsumer = {
    take: (batch, receivedMs) => said.push(`took ${[...batch.bytes.subarray(0, batch.length)].join('+')} of ${receivedMs}`),
    tick: nowMs => said.push(`tick ${nowMs}`),
    stop: () => said.push('stop'),
  }
  return { said, consumer }
}

test('flows are handed on before the time that they came until is told, and at the end', () => {
  const { said, consumer } = createDiary()
  const { exporters, onDatagram, onPause, stop } = createFlowPipeline(consumer)
  const exporter = exporters.numberOf(4, 1)
  const give = (bytes: number, nowMs: number): void => onDatagram(flowsOf(bytes), 0, flowsOf(bytes).length, exporter, nowMs)
  onPause(1000)
  give(1, 1010)
  onPause(1010)
  give(2, 1049)
  onPause(1050)
  onPause(1060)
  // A clock that is set back does not stop the time.
  onPause(400)
  give(3, 410)
  stop()
  expect(said).toEqual(['tick 1000', 'took 1+2 of 1049', 'tick 1050', 'tick 400', 'took 3 of 410', 'stop'])
})

test('a full batch is handed on at once', () => {
  const { said, consumer } = createDiary()
  const { exporters, onDatagram } = createFlowPipeline(consumer)
  const exporter = exporters.numberOf(4, 1)
  for (let count = 0; count < 1025; count++) onDatagram(flowsOf(1), 0, flowsOf(1).length, exporter, count)
  expect(said).toHaveLength(1)
  expect(said[0]).toMatch(/of 1024$/)
})

test('a capture is fed under the times of its packets', async () => {
  const directory = mkdtempSync(path.join(os.tmpdir(), 'luytre-test-'))
  const file = path.join(directory, 'capture.pcap')
  const packets = [0, 20, 70].map((after, index) => {
    const datagram = encodeUdp(4000, 2055, flowsOf(index + 1))
    const packet = encodeIp({ source: '192.0.2.1', destination: '192.0.2.2', protocol: 17 }, datagram)
    return { timeMs: 1_700_000_000_000 + after, bytes: encodeEthernet(0x0800, packet) }
  })
  writeFileSync(file, encodePcap(packets))
  const { said, consumer } = createDiary()
  const pipeline = createFlowPipeline(consumer)
  const { fault, counters } = await feedCapture(file, pipeline, new Set([2055]))
  pipeline.stop()
  rmSync(directory, { recursive: true })
  expect({ fault, datagrams: counters.datagrams }).toEqual({ fault: undefined, datagrams: 3 })
  expect(pipeline.exporters.addressOf(0)).toBe('192.0.2.1')
  expect(said).toEqual(['tick 1700000000000', 'took 1+2 of 1700000000020', 'tick 1700000000070', 'took 3 of 1700000000070', 'stop'])
})
