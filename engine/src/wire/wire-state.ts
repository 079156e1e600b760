import { emptyBatch } from '../flow/flow-batch.ts'
import type { FlowBatch } from '../flow/flow-batch.ts'
import type { Domain, Domains, Protocol } from './domains.ts'
import type { ExporterTable } from './exporter-table.ts'
import type { InterfaceCounters } from './interface-counters.ts'
import type { Template } from './template.ts'
import type { WaitingSets } from './waiting-sets.ts'

// What the decoders of all protocols share: where rows go, what is known of whom, and what was counted.

/** Why a datagram was rejected, in whole or from some byte on. */
export const rejectionReasons = [
  'empty',
  'unknown-version',
  'header-truncated',
  'records-truncated',
  'message-length-wrong',
  'set-length-wrong',
  'set-beyond-message',
  'set-id-reserved',
  'set-without-record',
  'record-beyond-set',
  'template-truncated',
  'template-id-reserved',
  'template-without-fields',
  'template-with-too-many-fields',
  'template-of-no-bytes',
  'template-scope-wrong',
  'too-many-templates',
  'too-many-domains',
  'too-many-exporters',
  'address-type-unknown',
  'sample-beyond-datagram',
  'sample-truncated',
  'samples-missing',
] as const
export type RejectionReason = (typeof rejectionReasons)[number]

export interface Rejection {
  reason: RejectionReason
  /** Byte of the datagram at which it shows. */
  offset: number
  exporter: number
}

/** How a datagram ended: every one is exactly one of them. */
export type Outcome = 'decoded' | 'waiting' | 'rejected'

export interface DecoderCounters {
  datagrams: number
  decoded: number
  /** Datagrams with data whose template has not come yet. */
  waiting: number
  rejected: number
  readonly rejectedBy: Record<RejectionReason, number>
  readonly datagramsBy: Record<Protocol, number>
  /** Rows written: a biflow counts twice. */
  flows: number
  readonly flowsBy: Record<Protocol, number>
  /** Records that tell of no traffic. */
  otherRecords: number
  optionsRecords: number
  /** Sampling rates of samplers and interfaces for which there was no room. */
  ratesRefused: number
  /** Observation domains that made room for others. */
  domainsGivenUp: number
  /** Templates learnt or changed; those repeated are not counted. */
  templates: number
  withdrawals: number
  /** Data sets that waited and were decoded when their template came. */
  setsDecodedLate: number
  /** Those that then turned out not to fit it. */
  setsBrokenLate: number
  counterSamples: number
  /** sFlow samples without a packet of IP, or of a kind that is not decoded. */
  otherSamples: number
}

export interface DecoderBounds {
  maxDomains: number
  maxDomainsPerExporter: number
  /** A domain that brought nothing for so long goes when another has no room. */
  domainLifeMs: number
  maxTemplatesPerDomain: number
  maxFieldsPerTemplate: number
  /** Of all templates together. */
  maxTemplateFields: number
  /** Of samplers and interfaces of all domains together; one domain keeps 4096 of each. */
  maxSamplingRates: number
  /** A template that was not repeated for so long is forgotten (RFC 7011 §8.4, RFC 3954 §9). */
  templateLifeMs: number
  maxWaitingSets: number
  maxWaitingBytes: number
  maxWaitingMs: number
}

/** About 100 MB when somebody uses them up on purpose; a network of a thousand routers takes a fiftieth. */
export const defaultBounds: DecoderBounds = {
  maxDomains: 16_384,
  maxDomainsPerExporter: 1024,
  domainLifeMs: 3_600_000,
  maxTemplatesPerDomain: 2048,
  maxFieldsPerTemplate: 512,
  maxTemplateFields: 500_000,
  maxSamplingRates: 262_144,
  templateLifeMs: 24 * 3_600_000,
  maxWaitingSets: 8192,
  maxWaitingBytes: 8 * 1024 * 1024,
  maxWaitingMs: 3_600_000,
}

export interface AwaitedTemplate {
  readonly domain: Domain
  readonly template: Template
}

export interface WireState {
  readonly batch: FlowBatch
  readonly deliver: (batch: FlowBatch) => void
  readonly exporters: ExporterTable
  readonly domains: Domains
  readonly waiting: WaitingSets
  readonly bounds: DecoderBounds
  readonly counters: DecoderCounters
  readonly onInterfaceCounters: ((counters: InterfaceCounters) => void) | undefined
  /** Whether GRE and IP in IP are looked into: then a flow is what travels inside. */
  readonly looksIntoTunnels: boolean
  /** Whether bytes of a sampled header are those of IP instead of the frame's. */
  readonly countsIpBytes: boolean
  /** First fault of the datagram at hand. */
  fault: RejectionReason | undefined
  faultAt: number
  /** Whether a set of the datagram at hand waits for its template. */
  hasWaiting: boolean
  /** Templates that the datagram at hand brought and sets wait for. */
  readonly awaited: AwaitedTemplate[]
  /** Fields of all templates that are known now. */
  templateFields: number
}

/** Notes that the datagram is wrong at byte `at` of the view; the first fault counts. */
export function noteFault(state: WireState, reason: RejectionReason, at: number): void {
  if (state.fault !== undefined) return
  state.fault = reason
  state.faultAt = at
}

/** Hands the batch on when fewer than `rows` rows are free. */
export function makeRoom(state: WireState, rows: number): void {
  const { batch } = state
  if (batch.length + rows <= batch.capacity) return
  state.deliver(batch)
  emptyBatch(batch)
}
