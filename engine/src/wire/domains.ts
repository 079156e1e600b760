import type { RecordContext } from './record-context.ts'
import { createSamplingTable } from './sampling.ts'
import { createSequence } from './sequence.ts'
import type { Sequence } from './sequence.ts'
import type { Template } from './template.ts'

// An observation domain of an exporter: its templates, its sampling, its sequence. Nothing is shared between two of them.

export const protocols = ['netflow1', 'netflow5', 'netflow7', 'netflow9', 'ipfix', 'sflow5'] as const
export type Protocol = (typeof protocols)[number]

export interface Domain {
  readonly key: number
  readonly protocol: Protocol
  readonly exporter: number
  readonly domain: number
  readonly templates: Map<number, Template>
  /** Templates that data sets wait for (waiting-sets.ts). */
  readonly missingTemplates: Set<number>
  /** How many of them are of options. */
  optionsTemplates: number
  readonly sequence: Sequence
  /** Under what its records are decoded; the message being decoded writes its times into it. */
  readonly context: RecordContext
  /** Sampling rate that a header or a sample told last; 0 as long as none did (NetFlow v5, sFlow). */
  toldRate: number
  /** When the exporter started, if it said so in an options record (IPFIX); NaN otherwise. */
  systemInitMs: number
}

export interface Domains {
  readonly size: number
  /** The domain, made when it is new; undefined when there is no room for another. */
  findOrAdd(protocol: Protocol, exporter: number, domain: number): Domain | undefined
  /** Takes away the domains of an exporter whose number goes to another one, and returns them. */
  forget(exporter: number): Domain[]
  list(): Domain[]
}

export function createDomains(
  bounds: { maxDomains: number; maxDomainsPerExporter: number; maxSamplingRates: number },
  defaultRate: number,
): Domains {
  const room = { left: bounds.maxSamplingRates }
  const domains = new Map<number, Domain>()
  const ofExporter = new Map<number, Domain[]>()
  let latest: Domain | undefined

  return {
    get size() {
      return domains.size
    },
    findOrAdd(protocol, exporter, domain) {
      // A datagram is mostly followed by one of the same domain.
      if (latest?.domain === domain && latest.exporter === exporter && latest.protocol === protocol) return latest
      const key = (exporter * protocols.length + protocols.indexOf(protocol)) * 0x1_0000_0000 + domain
      let found = domains.get(key)
      if (!found) {
        const others = ofExporter.get(exporter) ?? []
        if (domains.size >= bounds.maxDomains || others.length >= bounds.maxDomainsPerExporter) return undefined
        const context = { exporter, domain, exportMs: 0, uptimeMs: Number.NaN, sampling: createSamplingTable(defaultRate, room) }
        found = {
          key,
          protocol,
          exporter,
          domain,
          templates: new Map(),
          missingTemplates: new Set(),
          optionsTemplates: 0,
          sequence: createSequence(),
          context,
          toldRate: 0,
          systemInitMs: Number.NaN,
        }
        domains.set(key, found)
        others.push(found)
        ofExporter.set(exporter, others)
      }
      latest = found
      return found
    },
    forget(exporter) {
      const forgotten = ofExporter.get(exporter) ?? []
      ofExporter.delete(exporter)
      for (const { key, context } of forgotten) {
        domains.delete(key)
        room.left += context.sampling.bySelector.size + context.sampling.byInterface.size
      }
      if (latest?.exporter === exporter) latest = undefined
      return forgotten
    },
    list: () => [...domains.values()],
  }
}
