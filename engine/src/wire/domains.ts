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
  /** How many of them are of options. */
  optionsTemplates: number
  readonly sequence: Sequence
  /** Under what its records are decoded; the message being decoded writes its times into it. */
  readonly context: RecordContext
  /** When the exporter started, if it said so in an options record (IPFIX); NaN otherwise. */
  systemInitMs: number
}

export interface Domains {
  readonly size: number
  /** The domain, made when it is new; undefined when there is no room for another. */
  findOrAdd(protocol: Protocol, exporter: number, domain: number): Domain | undefined
  list(): Domain[]
}

export function createDomains(
  bounds: { maxDomains: number; maxDomainsPerExporter: number; maxSamplingRates: number },
  defaultRate: number,
): Domains {
  const room = { left: bounds.maxSamplingRates }
  const domains = new Map<number, Domain>()
  const countOf = new Map<number, number>()
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
        const count = countOf.get(exporter) ?? 0
        if (domains.size >= bounds.maxDomains || count >= bounds.maxDomainsPerExporter) return undefined
        countOf.set(exporter, count + 1)
        const context = { exporter, domain, exportMs: 0, uptimeMs: Number.NaN, sampling: createSamplingTable(defaultRate, room) }
        found = {
          key,
          protocol,
          exporter,
          domain,
          templates: new Map(),
          optionsTemplates: 0,
          sequence: createSequence(),
          context,
          systemInitMs: Number.NaN,
        }
        domains.set(key, found)
      }
      latest = found
      return found
    },
    list: () => [...domains.values()],
  }
}
