import { readFileSync } from 'node:fs'
import { createCaptureReader } from '#capture/capture-reader.ts'
import { createUdpExtractor } from '#capture/udp-datagrams.ts'
import type { UdpCounters } from '#capture/udp-datagrams.ts'
import type { FlowRecord } from '#flow/flow-record.ts'
import type { InterfaceCounters } from '#wire/interface-counters.ts'
import type { DecoderCounters, Rejection } from '#wire/wire-state.ts'
import { createCollector } from './decode-kit.ts'

/** All flows of a capture, and what became of its datagrams. */
export function decodeCapture(file: string): {
  flows: FlowRecord[]
  interfaces: InterfaceCounters[]
  rejections: Rejection[]
  summary: DecoderCounters
  udp: UdpCounters
} {
  const collector = createCollector()
  const extractor = createUdpExtractor(({ bytes, from, to, timeMs }) => {
    collector.take(bytes.subarray(from, to), { receivedMs: timeMs })
  })
  const reader = createCaptureReader(packet => extractor.take(packet))
  reader.push(readFileSync(file))
  reader.end()
  if (reader.fault) throw new Error(`${file}: ${reader.fault.reason} at ${reader.fault.offset}`)
  const { rejections, interfaces, decoder } = collector
  return { flows: collector.all(), interfaces, rejections, summary: decoder.counters, udp: extractor.counters }
}
