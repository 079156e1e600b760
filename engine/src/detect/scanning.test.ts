import { expect, test } from 'vitest'
import { createFlowBatch } from '../flow/flow-batch.ts'
import { createPrefixTable, parsePrefix } from '../flow/prefix-table.ts'
import { createScanDetector } from './scanning.ts'
import type { ScanFinding } from './scanning.ts'

const networks = createPrefixTable([parsePrefix('192.0.2.0/24')!])

/** What is found when a source sends one flow to each of so many addresses, so many a second. */
function scan(
  {
    source = 0xc000_0205,
    destinations,
    perSecond,
    ...columns
  }: {
    source?: number
    destinations: number
    perSecond: number
    protocol?: number
    tcpFlags?: number
    packets?: number
    destinationPort?: number
  },
  { ports = false } = {},
): { findings: ScanFinding[]; evicted: number } {
  const findings: ScanFinding[] = []
  const detector = createScanDetector({ networks, onScan: finding => findings.push(finding) })
  for (let number = 0; number < destinations; number++) {
    const batch = createFlowBatch(1)
    batch.family[0] = 4
    batch.source[0] = source
    batch.destination[0] = 0x0800_0000 + (ports ? 0 : number)
    batch.destinationPort[0] = ports ? number : (columns.destinationPort ?? 23)
    batch.protocol[0] = columns.protocol ?? 6
    batch.tcpFlags[0] = columns.tcpFlags ?? 2
    batch.packets[0] = columns.packets ?? 1
    detector.take(batch, Int32Array.of(0), 1, 1_700_000_000_000 + (number / perSecond) * 1000)
  }
  return { findings, evicted: detector.counters.evicted }
}

test.each([
  ['addresses', {}],
  ['ports of one address', { ports: true }],
])('a host of ours that tries many %s is told once', (_, options) => {
  const { findings } = scan({ destinations: 3000, perSecond: 200 }, options)
  expect(findings).toMatchObject([{ family: 4, words: [0xc000_0205, 0, 0, 0], network: 0, limit: 500 }])
  expect(findings[0]!.destinations).toBeGreaterThanOrEqual(500)
  expect(findings[0]!.atMs - findings[0]!.sinceMs).toBeLessThan(10_000)
})

test.each([
  ['few in ten seconds', { destinations: 4000, perSecond: 30 }],
  ['conversations', { destinations: 3000, perSecond: 1000, tcpFlags: 0x1b, packets: 10 }],
  ['answers to others', { destinations: 3000, perSecond: 1000, tcpFlags: 0x12 }],
  ['questions to name servers', { destinations: 3000, perSecond: 1000, protocol: 17, destinationPort: 53 }],
  ['hosts that are not ours', { source: 0x0808_0808, destinations: 3000, perSecond: 1000 }],
  ['one destination again and again', { destinations: 3000, perSecond: 1000, protocol: 47 }],
])('no scan: %s', (_, flows) => expect(scan(flows).findings).toEqual([]))
