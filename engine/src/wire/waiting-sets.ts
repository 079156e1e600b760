import type { Domain } from './domains.ts'

// Data sets whose template has not come yet: over UDP a collector that starts anew hears data first, for minutes. They are
// kept within a bound, the oldest going first, and decoded when the template comes.

export interface WaitingSet {
  /** A copy of the set's records. */
  bytes: Uint8Array<ArrayBuffer>
  exportMs: number
  uptimeMs: number
  receivedMs: number
}

export interface WaitingSets {
  readonly sets: number
  readonly bytes: number
  /** Sets that went because of the bound, or because they had waited for too long. */
  readonly dropped: number
  keep(domain: Domain, templateId: number, set: WaitingSet): void
  /** The sets that wait for this template, in the order they came; they wait no longer. */
  take(domain: Domain, templateId: number, nowMs: number): WaitingSet[]
  /** Drops all that waits for templates of this domain. */
  forget(domain: Domain): void
}

export interface WaitingBounds {
  maxWaitingSets: number
  maxWaitingBytes: number
  maxWaitingMs: number
}

interface WaitingList {
  readonly domain: Domain
  readonly templateId: number
  readonly sets: WaitingSet[]
}

export function createWaitingSets(bounds: WaitingBounds): WaitingSets {
  // A Map keeps the order in which templates were first missed: the first list holds the oldest set, or nearly.
  const lists = new Map<string, WaitingList>()
  let sets = 0
  let bytes = 0
  let dropped = 0
  const keyOf = (domain: Domain, templateId: number): string => `${domain.key}/${templateId}`

  function dropOldest(): void {
    const [key, list] = lists.entries().next().value!
    const oldest = list.sets.shift()!
    sets--
    bytes -= oldest.bytes.length
    dropped++
    lists.delete(key)
    // To the end of the row, so that one loud domain does not crowd out the others.
    if (list.sets.length > 0) lists.set(key, list)
    else list.domain.missingTemplates.delete(list.templateId)
  }

  function remove(domain: Domain, templateId: number): WaitingSet[] {
    const key = keyOf(domain, templateId)
    const removed = lists.get(key)?.sets ?? []
    lists.delete(key)
    domain.missingTemplates.delete(templateId)
    sets -= removed.length
    for (const set of removed) bytes -= set.bytes.length
    return removed
  }

  return {
    get sets() {
      return sets
    },
    get bytes() {
      return bytes
    },
    get dropped() {
      return dropped
    },
    keep(domain, templateId, set) {
      if (set.bytes.length > bounds.maxWaitingBytes || bounds.maxWaitingSets < 1) {
        dropped++
        return
      }
      while (sets >= bounds.maxWaitingSets || bytes + set.bytes.length > bounds.maxWaitingBytes) dropOldest()
      const key = keyOf(domain, templateId)
      const list = lists.get(key)
      if (list) list.sets.push(set)
      else lists.set(key, { domain, templateId, sets: [set] })
      domain.missingTemplates.add(templateId)
      sets++
      bytes += set.bytes.length
    },
    take(domain, templateId, nowMs) {
      const removed = remove(domain, templateId)
      const fresh = removed.filter(set => nowMs - set.receivedMs <= bounds.maxWaitingMs)
      dropped += removed.length - fresh.length
      return fresh
    },
    forget(domain) {
      for (const templateId of domain.missingTemplates) dropped += remove(domain, templateId).length
    },
  }
}
