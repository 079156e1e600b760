import { emptyBatch } from '../flow/flow-batch.ts'
import type { FlowBatch } from '../flow/flow-batch.ts'
import { createDomains, protocols } from './domains.ts'
import type { Domain, Protocol } from './domains.ts'
import { createExporterTable } from './exporter-table.ts'
import type { ExporterTable } from './exporter-table.ts'
import type { InterfaceCounters } from './interface-counters.ts'
import { decodeIpfix } from './ipfix.ts'
import { decodeNetflow5, isFixedVersion } from './netflow5.ts'
import { decodeNetflow9 } from './netflow9.ts'
import { looksLikeExport } from './looks-like-export.ts'
import { decodeAwaited, forgetTemplate } from './sets.ts'
import { createFlowSampleReader } from './sflow-sample.ts'
import type { ReadFlowSample } from './sflow-sample.ts'
import { decodeSflow5 } from './sflow5.ts'
import { createWaitingSets } from './waiting-sets.ts'
import { defaultBounds, noteFault, rejectionReasons } from './wire-state.ts'
import type { DecoderBounds, DecoderCounters, Outcome, Rejection, WireState } from './wire-state.ts'

// The front door to the wire formats: a datagram in, rows in the batch out. Every datagram ends as decoded, waiting or
// rejected, and is counted so. Nothing on the wire makes it throw; what it keeps is bounded.

export interface DecoderOptions {
  /** Rows are written here; it has room for at least two. */
  batch: FlowBatch
  /** Takes the rows when the batch is full, and on `flush`; afterwards the batch is empty. */
  deliver(batch: FlowBatch): void
  exporters?: ExporterTable
  /** One in so many, where an exporter says nothing of sampling. */
  defaultSamplingRate?: number
  looksIntoTunnels?: boolean
  /** In sFlow: bytes by IP's own length, as a rule in a router sees it, instead of the frame's. */
  countsIpBytes?: boolean
  bounds?: Partial<DecoderBounds>
  onRejected?(rejection: Rejection): void
  onInterfaceCounters?(counters: InterfaceCounters): void
}

/** What is known of an observation domain; `lost`, in datagrams or records, is by its sequence. */
export interface DomainReport {
  protocol: Protocol
  exporter: number
  domain: number
  templates: number
  /** One in so many: what a header or a sample told last, or else what options say of the whole domain. */
  samplingRate: number
  lost: number
  lossUnit: 'datagrams' | 'records'
  late: number
  restarts: number
}

export interface Decoder {
  /**
   * Decodes `length` bytes from `offset` on: the payload of one UDP datagram. `exporter` is the sender's number in
   * `exporters`, -1 when that table is full; it is asked for each time, since a sender of whom nothing was decoded may lose
   * its number. `receivedMs` is when the datagram came, milliseconds since 1970.
   */
  decode(bytes: Uint8Array, offset: number, length: number, exporter: number, receivedMs: number): Outcome
  /** Hands on the rows that there are. */
  flush(): void
  readonly exporters: ExporterTable
  readonly counters: Readonly<DecoderCounters>
  /** Sets that wait now, their bytes, and those that were given up. */
  readonly waiting: { readonly sets: number; readonly bytes: number; readonly dropped: number }
  listDomains(): DomainReport[]
}

export function createDecoder(options: DecoderOptions): Decoder {
  const { batch, onRejected } = options
  const bounds = { ...defaultBounds, ...options.bounds }
  const counters = createCounters()
  const state: WireState = {
    batch,
    deliver: rows => options.deliver(rows),
    exporters: options.exporters ?? createExporterTable(),
    domains: createDomains(bounds, options.defaultSamplingRate ?? 1, domain => {
      counters.domainsGivenUp++
      forgetContents(domain)
    }),
    waiting: createWaitingSets(bounds),
    bounds,
    counters,
    onInterfaceCounters: options.onInterfaceCounters && (one => options.onInterfaceCounters?.(one)),
    looksIntoTunnels: options.looksIntoTunnels ?? false,
    countsIpBytes: options.countsIpBytes ?? false,
    fault: undefined,
    faultAt: 0,
    hasWaiting: false,
    awaited: [],
    templateFields: 0,
  }
  const { exporters } = state
  const readFlowSample = createFlowSampleReader(state)
  let view: DataView = new DataView(new ArrayBuffer(0))

  function flush(): void {
    if (batch.length > 0) options.deliver(batch)
    emptyBatch(batch)
  }

  function forgetContents(domain: Domain): void {
    state.waiting.forget(domain)
    for (const id of domain.templates.keys()) forgetTemplate(state, domain, id)
  }

  exporters.whenReused(exporter => {
    const domains = state.domains.forget(exporter)
    // Rows still name the one who had the number.
    if (domains.length > 0) flush()
    for (const domain of domains) forgetContents(domain)
  })

  /** Counts how the datagram at hand ended. */
  function conclude(offset: number, exporter: number): Outcome {
    const { fault } = state
    if (fault !== undefined) {
      counters.rejected++
      counters.rejectedBy[fault]++
      onRejected?.({ reason: fault, offset: state.faultAt - offset, exporter })
      return 'rejected'
    }
    if (state.hasWaiting) {
      counters.waiting++
      return 'waiting'
    }
    counters.decoded++
    return 'decoded'
  }

  return {
    decode(bytes, offset, length, exporter, receivedMs) {
      // Datagrams of one receive buffer share a view.
      if (view.buffer !== bytes.buffer || view.byteOffset !== bytes.byteOffset || view.byteLength !== bytes.byteLength)
        view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
      state.fault = undefined
      state.hasWaiting = false
      counters.datagrams++
      decodeDatagram(state, readFlowSample, view, offset, offset + length, exporter, receivedMs)
      const outcome = conclude(offset, exporter)
      // Of those who are known for good, nothing more is asked.
      if (!exporters.isKept(exporter) && looksLikeExport(view, offset, offset + length)) exporters.vouchFor(exporter, outcome === 'decoded')
      return outcome
    },
    flush,
    exporters,
    counters,
    waiting: state.waiting,
    listDomains: () => state.domains.list().map(describeDomain),
  }
}

function decodeDatagram(
  state: WireState,
  readFlowSample: ReadFlowSample,
  view: DataView,
  from: number,
  to: number,
  exporter: number,
  receivedMs: number,
): void {
  if (exporter < 0) return noteFault(state, 'too-many-exporters', from)
  if (from + 2 > to) return noteFault(state, to === from ? 'empty' : 'unknown-version', from)
  const version = view.getUint16(from)
  const { counters } = state
  const { flows } = counters
  const useful = usefulOf(counters)
  let protocol: Protocol
  if (version === 9) {
    protocol = 'netflow9'
    decodeNetflow9(state, view, from, to, exporter, receivedMs)
  } else if (version === 10) {
    protocol = 'ipfix'
    decodeIpfix(state, view, from, to, exporter, receivedMs)
  } else if (isFixedVersion(version)) {
    protocol = version === 5 ? 'netflow5' : version === 1 ? 'netflow1' : 'netflow7'
    decodeNetflow5(state, view, from, to, exporter, receivedMs)
  } else if (from + 4 <= to && view.getUint32(from) === 5) {
    protocol = 'sflow5'
    decodeSflow5(state, readFlowSample, view, from, to, exporter, receivedMs)
  } else return noteFault(state, 'unknown-version', from)
  if (state.awaited.length > 0) decodeAwaited(state, receivedMs)
  if (usefulOf(counters) !== useful) state.domains.noteUse(receivedMs)
  counters.datagramsBy[protocol]++
  counters.flowsBy[protocol] += counters.flows - flows
}

/** Grows with each template, record and sample. */
const usefulOf = ({ templates, flows, otherRecords, optionsRecords, counterSamples, otherSamples }: DecoderCounters): number =>
  templates + flows + otherRecords + optionsRecords + counterSamples + otherSamples

const createCounters = (): DecoderCounters => ({
  datagrams: 0,
  decoded: 0,
  waiting: 0,
  rejected: 0,
  rejectedBy: Object.fromEntries(rejectionReasons.map(reason => [reason, 0])) as DecoderCounters['rejectedBy'],
  datagramsBy: Object.fromEntries(protocols.map(protocol => [protocol, 0])) as DecoderCounters['datagramsBy'],
  flows: 0,
  flowsBy: Object.fromEntries(protocols.map(protocol => [protocol, 0])) as DecoderCounters['flowsBy'],
  otherRecords: 0,
  optionsRecords: 0,
  ratesRefused: 0,
  domainsGivenUp: 0,
  templates: 0,
  withdrawals: 0,
  setsDecodedLate: 0,
  setsBrokenLate: 0,
  counterSamples: 0,
  otherSamples: 0,
})

const describeDomain = ({ protocol, exporter, domain, templates, sequence, context, toldRate }: Domain): DomainReport => ({
  protocol,
  exporter,
  domain,
  templates: templates.size,
  samplingRate: toldRate || context.sampling.rate,
  lost: sequence.lost,
  lossUnit: protocol === 'netflow9' || protocol === 'sflow5' ? 'datagrams' : 'records',
  late: sequence.late,
  restarts: sequence.restarts,
})
