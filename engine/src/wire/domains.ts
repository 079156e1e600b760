import type { RecordContext } from './record-context.ts'
import { createSamplingTable } from './sampling.ts'
import { createSequence } from './sequence.ts'
import type { Sequence } from './sequence.ts'
import type { SamplingTable } from './sampling.ts'
import type { Template } from './template.ts'

// An observation domain of an exporter: its templates, its sampling, its sequence. Nothing is shared between two of them, but rates that one tells for others (`shareRates`).
// When there is no room for another, one that never brought anything goes, or one that was silent for long: headers with
// invented numbers do not shut out who comes after them.

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
  /** What it told of sampling itself. Its flows are decoded under `context.sampling`, which is another domain's as long as it told nothing. */
  readonly ownSampling: SamplingTable
  /** Whether it told a sampling rate, and whether it brought flows. */
  tellsRates: boolean
  hasFlows: boolean
  /** Sampling rate that a header or a sample told last; 0 as long as none did (NetFlow v5, sFlow). */
  toldRate: number
  /** When it last brought a template, a record or a sample, milliseconds since 1970; -Infinity as long as it never did. */
  usefulMs: number
  /** When the exporter started, if it said so in an options record (IPFIX); NaN otherwise. */
  systemInitMs: number
}

export interface Domains {
  readonly size: number
  /** The domain, made when it is new; undefined when there is no room for another. */
  findOrAdd(protocol: Protocol, exporter: number, domain: number, nowMs: number): Domain | undefined
  /** What the domain found last brought was of use. */
  noteUse(nowMs: number): void
  /**
   * Lets domains of the exporter that bring flows and told no rate be decoded under the rates of the one that told some and brings no flows, if
   * there is one and no other: routers with a process for options number it apart (Cisco IOS XE).
   */
  shareRates(protocol: Protocol, exporter: number): void
  /** Takes away the domains of an exporter whose number goes to another one, and returns them. */
  forget(exporter: number): Domain[]
  list(): Domain[]
}

/** Of those who may have to go, so many are looked at for a new one: what a datagram costs stays bounded. */
const maxLooks = 16

/** `onGivenUp` is told which domain goes to make room for another. */
export function createDomains(
  bounds: { maxDomains: number; maxDomainsPerExporter: number; maxSamplingRates: number; domainLifeMs: number },
  defaultRate: number,
  onGivenUp: (domain: Domain) => void,
): Domains {
  const room = { left: bounds.maxSamplingRates }
  const domains = new Map<number, Domain>()
  const ofExporter = new Map<number, Domain[]>()
  let latest: Domain | undefined

  function remove({ key, exporter, ownSampling }: Domain): void {
    domains.delete(key)
    room.left += ownSampling.bySelector.size + ownSampling.byInterface.size
    for (const other of ofExporter.get(exporter) ?? [])
      if (other.context.sampling === ownSampling) other.context.sampling = other.ownSampling
  }

  /** Gives up the first that may go of those longest not looked at; false when none of them may. */
  function giveUpOneOf(looks: number, next: () => Domain, nowMs: number): boolean {
    for (let look = 0; look < Math.min(looks, maxLooks); look++) {
      const domain = next()
      if (nowMs - domain.usefulMs <= bounds.domainLifeMs) continue
      remove(domain)
      const others = ofExporter.get(domain.exporter)!
      others.splice(others.indexOf(domain), 1)
      if (others.length === 0) ofExporter.delete(domain.exporter)
      if (latest === domain) latest = undefined
      onGivenUp(domain)
      return true
    }
    return false
  }

  /** Whoever was looked at goes to the end of the row. */
  function nextOfAll(): Domain {
    const [key, domain] = domains.entries().next().value!
    domains.delete(key)
    domains.set(key, domain)
    return domain
  }

  function isRoomFor(exporter: number, nowMs: number): boolean {
    const others = ofExporter.get(exporter) ?? []
    const nextOfExporter = (): Domain => {
      const domain = others.shift()!
      others.push(domain)
      return domain
    }
    if (others.length >= bounds.maxDomainsPerExporter && !giveUpOneOf(others.length, nextOfExporter, nowMs)) return false
    return domains.size < bounds.maxDomains || giveUpOneOf(domains.size, nextOfAll, nowMs)
  }

  return {
    get size() {
      return domains.size
    },
    findOrAdd(protocol, exporter, domain, nowMs) {
      // A datagram is mostly followed by one of the same domain.
      if (latest?.domain === domain && latest.exporter === exporter && latest.protocol === protocol) return latest
      const key = (exporter * protocols.length + protocols.indexOf(protocol)) * 0x1_0000_0000 + domain
      let found = domains.get(key)
      if (!found) {
        if (!isRoomFor(exporter, nowMs)) return undefined
        const others = ofExporter.get(exporter) ?? []
        const ownSampling = createSamplingTable(defaultRate, room)
        const context = { exporter, domain, exportMs: 0, uptimeMs: Number.NaN, sampling: ownSampling }
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
          ownSampling,
          tellsRates: false,
          hasFlows: false,
          toldRate: 0,
          usefulMs: Number.NEGATIVE_INFINITY,
          systemInitMs: Number.NaN,
        }
        domains.set(key, found)
        others.push(found)
        ofExporter.set(exporter, others)
      }
      latest = found
      return found
    },
    noteUse(nowMs) {
      if (latest) latest.usefulMs = nowMs
    },
    shareRates(protocol, exporter) {
      const others = (ofExporter.get(exporter) ?? []).filter(one => one.protocol === protocol)
      const tellers = others.filter(one => one.tellsRates && !one.hasFlows)
      if (tellers.length !== 1) return
      for (const one of others) if (!one.tellsRates) one.context.sampling = tellers[0]!.ownSampling
    },
    forget(exporter) {
      const forgotten = ofExporter.get(exporter) ?? []
      ofExporter.delete(exporter)
      for (const domain of forgotten) remove(domain)
      if (latest?.exporter === exporter) latest = undefined
      return forgotten
    },
    list: () => [...domains.values()],
  }
}
