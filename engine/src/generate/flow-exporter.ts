import { formatAddress } from '../flow/addresses.ts'
import type { FlowBatch } from '../flow/flow-batch.ts'
import { encodeNetflow5 } from './encode-netflow5.ts'
import type { Netflow5Flow } from './encode-netflow5.ts'
import { encodeSflow5, sampledHeader } from './encode-sflow5.ts'
import type { SflowSample } from './encode-sflow5.ts'
import { encodeIpfix, encodeNetflow9 } from './encode-templated.ts'
import type { FieldValue } from './encode-templated.ts'
import { createExportTemplates } from './export-templates.ts'
import { encodeRowAsPacket } from './row-as-packet.ts'

// The way back: rows of a batch in, the datagrams of an exporter out, as one router would send them: with sequence numbers that
// go on, templates that are repeated, the rate of sampling told in each format's own way, and volumes as they were looked at.

export const exportFormats = ['netflow5', 'netflow9', 'ipfix', 'sflow5'] as const
export type ExportFormat = (typeof exportFormats)[number]

/** The most that a format can say: 14 bits of the header in NetFlow v5, 32 elsewhere. */
export const maxSamplingRate: Record<ExportFormat, number> = {
  netflow5: 0x3fff,
  netflow9: 1_000_000,
  ipfix: 1_000_000,
  sflow5: 1_000_000,
}

export interface FlowExporterOptions {
  format: ExportFormat
  samplingRate: number
  /** Observation domain, source id, engine id or sub-agent. */
  domain?: number
  /** The address that sFlow names as its agent. */
  agent?: string
  /** When the exporter was switched on, milliseconds since 1970. */
  bootMs: number
  /** Takes a datagram. */
  send(datagram: Uint8Array<ArrayBuffer>): void
}

export interface FlowExporter {
  /** Sends what the rows tell, all of it, at a time. IPv6 goes nowhere in NetFlow v5, and is counted. */
  take(batch: FlowBatch, nowMs: number): void
  /** `records` are samples in sFlow. */
  readonly counters: { readonly datagrams: number; readonly records: number; readonly leftOut: number }
}

/** UDP's payload on a path of 1500 bytes, with room for tunnels. */
const maxBytes = 1400
const templatesEveryMs = 20_000
/** Cisco's own limit (NetFlow v5), and what fills a datagram with headers of 128 bytes. */
const maxV5Flows = 30
const maxSamples = 7
/** A frame's checksum (IEEE 802.3 §3.2.9), which sFlow counts and does not send. */
const checkBytes = 4
const maxCount32 = 0xffff_ffff

export function createFlowExporter(options: FlowExporterOptions): FlowExporter {
  const counters = { datagrams: 0, records: 0, leftOut: 0 }
  const send = (datagram: Uint8Array<ArrayBuffer>): void => {
    counters.datagrams++
    options.send(datagram)
  }
  const shared: Shared = {
    ...options,
    domain: options.domain ?? 1,
    agent: options.agent ?? '127.0.0.1',
    send,
    counters,
    // A router's clock of milliseconds turns over after 49 days.
    uptimeMs: timeMs => Math.round(timeMs - options.bootMs) >>> 0,
  }
  const { format } = options
  if (format === 'netflow5') return createNetflow5(shared)
  return format === 'sflow5' ? createSflow5(shared) : createTemplated(shared, format)
}

interface Shared extends Required<FlowExporterOptions> {
  counters: { datagrams: number; records: number; leftOut: number }
  uptimeMs(timeMs: number): number
}

function createNetflow5({ samplingRate, domain, send, counters, uptimeMs }: Shared): FlowExporter {
  const count32 = (value: number): number => Math.min(maxCount32, Math.round(value / samplingRate))
  let sequence = 0
  return {
    counters,
    take(batch, nowMs) {
      let flows: Netflow5Flow[] = []
      const flush = (): void => {
        if (flows.length === 0) return
        const exportSeconds = Math.floor(nowMs / 1000)
        const exportNanoseconds = Math.round((nowMs - exportSeconds * 1000) * 1e6)
        // Mode 2 is random sampling.
        const sampling = samplingRate > 1 ? 0x8000 | samplingRate : 0
        send(encodeNetflow5({ uptimeMs: uptimeMs(nowMs), exportSeconds, exportNanoseconds, sequence, engine: domain, sampling }, flows))
        sequence = (sequence + flows.length) >>> 0
        counters.records += flows.length
        flows = []
      }
      for (let row = 0; row < batch.length; row++) {
        if (batch.family[row] !== 4) {
          counters.leftOut++
          continue
        }
        const isIcmp = batch.protocol[row] === 1
        flows.push({
          source: formatAddress(4, batch.source, row * 4),
          destination: formatAddress(4, batch.destination, row * 4),
          sourcePort: batch.sourcePort[row]!,
          destinationPort: isIcmp ? batch.icmpType[row]! * 256 + batch.icmpCode[row]! : batch.destinationPort[row]!,
          protocol: batch.protocol[row]!,
          tcpFlags: batch.tcpFlags[row]! & 0xff,
          tos: batch.tos[row]!,
          packets: count32(batch.packets[row]!),
          bytes: count32(batch.bytes[row]!),
          firstMs: uptimeMs(batch.start[row]!),
          lastMs: uptimeMs(batch.end[row]!),
          input: batch.inputInterface[row]!,
          output: batch.outputInterface[row]!,
          sourceAs: batch.sourceAs[row]!,
          destinationAs: batch.destinationAs[row]!,
        })
        if (flows.length === maxV5Flows) flush()
      }
      flush()
    },
  }
}

function createTemplated({ samplingRate, domain, send, counters, uptimeMs }: Shared, format: 'netflow9' | 'ipfix'): FlowExporter {
  const isIpfix = format === 'ipfix'
  const encode = isIpfix ? encodeIpfix : encodeNetflow9
  const templates = createExportTemplates(format, { domain, uptimeMs })
  const headerBytes = isIpfix ? 16 : 20
  /** A set's own header, and padding. */
  const setBytes = 8
  let sequence = 0
  let announcedMs = -Infinity

  const header = (nowMs: number) => ({ exportSeconds: Math.floor(nowMs / 1000), sequence, domain, uptimeMs: uptimeMs(nowMs) })
  /** IPFIX counts records of data, those of options among them (RFC 7011 §3.1); NetFlow v9 counts datagrams. */
  const goOn = (records: number): void => void (sequence = (sequence + (isIpfix ? records : 1)) >>> 0)

  return {
    counters,
    take(batch, nowMs) {
      // The header's second is whole: uptime and second are those of the same moment.
      const atMs = isIpfix ? nowMs : Math.floor(nowMs / 1000) * 1000
      if (nowMs - announcedMs >= templatesEveryMs || nowMs < announcedMs) {
        announcedMs = nowMs
        const { sets, records } = templates.announce(samplingRate)
        send(encode(header(atMs), sets))
        goOn(records)
      }
      let waiting: { 4: FieldValue[][]; 6: FieldValue[][] } = { 4: [], 6: [] }
      let bytes = headerBytes
      const flush = (): void => {
        const records = waiting[4].length + waiting[6].length
        if (records === 0) return
        const sets = ([4, 6] as const).filter(one => waiting[one].length > 0).map(one => templates.dataSet(one, waiting[one]))
        send(encode(header(atMs), sets))
        goOn(records)
        counters.records += records
        waiting = { 4: [], 6: [] }
        bytes = headerBytes
      }
      for (let row = 0; row < batch.length; row++) {
        const family = batch.family[row] === 6 ? 6 : 4
        const more = templates.bytesOf(family) + (waiting[family].length === 0 ? setBytes : 0)
        if (bytes + more > maxBytes) flush()
        bytes += templates.bytesOf(family) + (waiting[family].length === 0 ? setBytes : 0)
        waiting[family].push(templates.recordOf(batch, row))
      }
      flush()
    },
  }
}

function createSflow5({ samplingRate, domain, agent, send, counters, uptimeMs }: Shared): FlowExporter {
  let sequence = 0
  let sampleSequence = 0
  return {
    counters,
    take(batch, nowMs) {
      let samples: SflowSample[] = []
      const flush = (): void => {
        if (samples.length === 0) return
        send(encodeSflow5({ agent, subAgent: domain, sequence: ++sequence, uptimeMs: uptimeMs(nowMs) }, samples))
        counters.records += samples.length
        samples = []
      }
      for (let row = 0; row < batch.length; row++) {
        const looked = Math.round(batch.packets[row]! / samplingRate)
        if (looked === 0) continue
        // Every packet that was looked at is a sample of its own; here those of a flow are alike.
        const packet = encodeRowAsPacket(batch, row)
        const part = sampledHeader(packet, { frameBytes: packet.length + checkBytes, stripped: checkBytes })
        for (let sample = 0; sample < looked; sample++) {
          sampleSequence = (sampleSequence + 1) >>> 0
          samples.push({
            kind: 'flow',
            sequence: sampleSequence,
            pool: (sampleSequence * samplingRate) % 0x1_0000_0000,
            rate: samplingRate,
            input: batch.inputInterface[row]!,
            output: batch.outputInterface[row]!,
            parts: [part],
          })
          if (samples.length === maxSamples) flush()
        }
      }
      flush()
    },
  }
}
