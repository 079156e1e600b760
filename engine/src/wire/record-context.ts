import type { SamplingTable } from './sampling.ts'

/** What a record is decoded under: its message and its observation domain. Written once a message, read once a set. */
export interface RecordContext {
  exporter: number
  domain: number
  /** When the message left the exporter, milliseconds since 1970. */
  exportMs: number
  /** The exporter's uptime at that time, milliseconds modulo 2^32; NaN when it is not known (IPFIX may not tell). */
  uptimeMs: number
  sampling: SamplingTable
}
