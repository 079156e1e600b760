import { expect, test } from 'vitest'
import { createCollector, receivedMs } from '../../test/decode-kit.ts'
import { encodeNetflow9 } from '../generate/encode-templated.ts'
import type { EncodedSet } from '../generate/encode-templated.ts'
import { element as ie } from './information-elements.ts'

const hour = 3_600_000
const fields = [
  { id: ie.destinationIPv4Address, length: 4 },
  { id: ie.octetDeltaCount, length: 4 },
]
const templates: EncodedSet = { kind: 'templates', templates: [{ id: 260, fields }] }
const data: EncodedSet = { kind: 'data', id: 260, fields, records: [['203.0.113.9', 1000]] }
const message = (domain: number, ...sets: EncodedSet[]) => encodeNetflow9({ exportSeconds: 1, uptimeMs: 0, sequence: 1, domain }, sets)

const domainsOf = (collector: ReturnType<typeof createCollector>): number[] =>
  collector.decoder
    .listDomains()
    .map(({ domain }) => domain)
    .toSorted((one, other) => one - other)

test('headers with invented domains shut out neither an exporter that is known nor one that comes later', () => {
  const collector = createCollector({ bounds: { maxDomains: 64, maxDomainsPerExporter: 32 } })
  collector.take(message(1, templates, data))
  for (let domain = 1000; domain < 1200; domain++) {
    collector.take(message(domain), { exporter: 1 })
    collector.take(message(domain), { exporter: 2 })
    collector.take(message(domain, data), { exporter: 3 })
  }
  expect(collector.decoder.listDomains()).toHaveLength(64)
  expect(collector.take(message(1, data))).toBe('decoded')
  expect(collector.take(message(7, templates, data), { exporter: 4 })).toBe('decoded')
  expect(collector.decoder.counters.rejected).toBe(0)
  expect(collector.decoder.counters.domainsGivenUp).toBe(601 + 1 - 64)
})

test('who brings something stays; who brought nothing for an hour goes when another has no room', () => {
  const collector = createCollector({ bounds: { maxDomains: 3 } })
  for (const domain of [1, 2, 3]) collector.take(message(domain, templates, data))
  collector.take(message(2, data), { receivedMs: receivedMs + hour })
  expect(collector.take(message(4, templates), { receivedMs: receivedMs + hour })).toBe('rejected')
  expect(collector.rejections.at(-1)!.reason).toBe('too-many-domains')
  expect(collector.take(message(4, templates), { receivedMs: receivedMs + hour + 1 })).toBe('decoded')
  expect(collector.take(message(5, templates), { receivedMs: receivedMs + hour + 1 })).toBe('decoded')
  expect(collector.take(message(6, templates), { receivedMs: receivedMs + hour + 1 })).toBe('rejected')
  expect(domainsOf(collector)).toEqual([2, 4, 5])
})

test('what a domain held goes with it: its templates, their share of the bound, the sets that waited', () => {
  const collector = createCollector({ bounds: { maxDomains: 1, maxTemplateFields: 2 } })
  collector.take(message(1, templates))
  const unknown: EncodedSet = { ...data, id: 300 }
  expect(collector.take(message(1, unknown))).toBe('waiting')
  const later = { receivedMs: receivedMs + 2 * hour }
  expect(collector.take(message(2, templates, data), later)).toBe('decoded')
  expect(collector.decoder.waiting).toMatchObject({ sets: 0, bytes: 0, dropped: 1 })
  // Under its old number it begins without templates.
  expect(collector.take(message(1, data), { receivedMs: receivedMs + 4 * hour })).toBe('waiting')
  expect(collector.all()).toHaveLength(1)
})

test('a new domain costs a bounded search, however many are there', () => {
  const collector = createCollector({ bounds: { maxDomains: 40 } })
  for (let domain = 0; domain < 40; domain++) collector.take(message(domain, templates))
  const later = { receivedMs: receivedMs + hour + 1 }
  for (let domain = 0; domain < 39; domain++) collector.take(message(domain, data), later)
  // The one that may go is the last of forty; of sixteen looked at each time it comes up in the third.
  expect([1, 2, 3].map(() => collector.take(message(99, templates), later))).toEqual(['rejected', 'rejected', 'decoded'])
  expect(domainsOf(collector)).not.toContain(39)
})
