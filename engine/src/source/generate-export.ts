import { open } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { createFlowBatch } from '../flow/flow-batch.ts'
import { encodeEthernet, encodeIp, encodeUdp } from '../generate/encode-packet.ts'
import { encodePcapHeader, encodePcapPacket } from '../generate/encode-pcap.ts'
import { createFlowExporter } from '../generate/flow-exporter.ts'
import type { ExportFormat } from '../generate/flow-exporter.ts'
import type { Scenario } from '../generate/scenario.ts'
import { createDatagramSender } from './datagram-sender.ts'

// Generated traffic on its way out: to a collector at the pace of the clock, or into a capture as fast as it can be written.

export interface GeneratedExport {
  scenario: Scenario
  format: ExportFormat
  samplingRate: number
  domain: number
  startMs: number
  lastsMs: number
  /** Ends it early, after the step at hand. */
  signal?: AbortSignal
}

export interface ExportReport {
  datagrams: number
  /** Records of flows, samples in sFlow. */
  records: number
  /** Flows of IPv6, which NetFlow v5 cannot tell. */
  leftOut: number
  bytes: number
  /** When the last flows were told, milliseconds since 1970. */
  untilMs: number
}

/** An exporter tells what came in so long. */
const stepMs = 50
const batchRows = 4096
/** The exporter has run for a day; its clock begins at no round number. */
const upMs = 86_412_345

/** One step after the other: the datagrams of each, and when it is over. */
function* makeSteps(
  { scenario, format, samplingRate, domain, startMs, lastsMs }: GeneratedExport,
  agent: string,
  report: ExportReport,
): Generator<{ untilMs: number; datagrams: Uint8Array<ArrayBuffer>[] }> {
  let datagrams: Uint8Array<ArrayBuffer>[] = []
  const send = (datagram: Uint8Array<ArrayBuffer>): void => void datagrams.push(datagram)
  const exporter = createFlowExporter({ format, samplingRate, domain, agent, bootMs: startMs - upMs, send })
  const batch = createFlowBatch(batchRows)
  for (let from = startMs; from < startMs + lastsMs; from += stepMs) {
    const untilMs = Math.min(from + stepMs, startMs + lastsMs)
    datagrams = []
    scenario.write(batch, from, untilMs, full => exporter.take(full, untilMs))
    yield { untilMs, datagrams }
    report.untilMs = untilMs
    Object.assign(report, exporter.counters)
    report.bytes += datagrams.reduce((sum, { length }) => sum + length, 0)
  }
}

const blankReport = (startMs: number): ExportReport => ({ datagrams: 0, records: 0, leftOut: 0, bytes: 0, untilMs: startMs })

/** Sends at the pace of the clock; `startMs` is now. Throws when the place cannot be reached. */
export async function sendExport(
  wanted: GeneratedExport,
  to: { address: string; port: number },
): Promise<ExportReport & { sent: number; refused: number }> {
  const report = blankReport(wanted.startMs)
  const sender = createDatagramSender(to)
  const began = performance.now()
  try {
    for (const { untilMs, datagrams } of makeSteps(wanted, '127.0.0.1', report)) {
      const waitMs = untilMs - wanted.startMs - (performance.now() - began)
      if (waitMs > 0) await sleep(waitMs, undefined, wanted.signal ? { signal: wanted.signal } : {})
      if (wanted.signal?.aborted) break
      for (const datagram of datagrams) {
        const wait = sender.send(0, datagram, 0, datagram.length)
        if (wait) await wait
      }
      await sender.flush()
    }
  } catch (error) {
    if (!wanted.signal?.aborted) throw error
  } finally {
    await sender.close()
  }
  return { ...report, sent: sender.sent, refused: sender.refused }
}

/** Addresses of the exporter and the collector in a capture (RFC 5737). */
const exporterAddress = '198.51.100.1'
const collectorAddress = '198.51.100.2'

/** Writes a capture of what would be sent to a port; `-` is standard output. Throws what the file system says. */
export async function captureExport(wanted: GeneratedExport, path: string, port: number): Promise<ExportReport> {
  const report = blankReport(wanted.startMs)
  const file = path === '-' ? undefined : await open(path, 'w')
  async function write(bytes: Uint8Array): Promise<void> {
    if (file) await file.write(bytes)
    else if (!process.stdout.write(bytes)) await new Promise<void>(resolve => process.stdout.once('drain', resolve))
  }
  try {
    await write(encodePcapHeader())
    for (const { untilMs, datagrams } of makeSteps(wanted, exporterAddress, report)) {
      if (wanted.signal?.aborted) break
      for (const datagram of datagrams) {
        const udp = encodeUdp(50_000, port, datagram)
        const packet = encodeIp({ source: exporterAddress, destination: collectorAddress, protocol: 17 }, udp)
        await write(encodePcapPacket(untilMs, encodeEthernet(0x0800, packet)))
      }
    }
  } finally {
    await file?.close()
  }
  return report
}
