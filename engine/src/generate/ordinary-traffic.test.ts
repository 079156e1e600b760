import { expect, test } from 'vitest'
import { createFlowBatch, emptyBatch } from '../flow/flow-batch.ts'
import { createOrdinaryTraffic } from './ordinary-traffic.ts'
import { createRandom } from './random.ts'

const dayStartMs = 1_772_323_200_000
const hourMs = 3_600_000
const firstHost = 0xc000_020a
const activeTimeoutMs = 60_000

interface Told {
  key: string
  protocol: number
  start: number
  end: number
  isIn: boolean
}

function flowsOf(fromMs: number, lastsMs: number, flowsPerSecond: number): Told[] {
  const traffic = createOrdinaryTraffic(createRandom(5), {
    networks: [{ firstHost, hosts: 50 }],
    flowsPerSecond,
    dayStartMs,
    samplingRate: 1,
    activeTimeoutMs,
    isIncomingOnly: false,
  })
  const flows: Told[] = []
  const batch = createFlowBatch(512)
  const take = (): void => {
    for (let row = 0; row < batch.length; row++) {
      const [source, destination] = [batch.source[row * 4]!, batch.destination[row * 4]!]
      const [protocol, from, to] = [batch.protocol[row]!, batch.sourcePort[row]!, batch.destinationPort[row]!]
      const isIn = destination >= firstHost && destination < firstHost + 50
      expect(isIn || (source >= firstHost && source < firstHost + 50)).toBe(true)
      flows.push({
        key: [source, destination, protocol, from, to].join(),
        protocol,
        start: batch.start[row]!,
        end: batch.end[row]!,
        isIn,
      })
    }
    emptyBatch(batch)
  }
  for (let at = fromMs; at < fromMs + lastsMs; at += 500) {
    traffic.write(batch, at, at + 500, () => batch.length === batch.capacity && take())
    take()
  }
  return flows
}

test('a day rises and falls: noon has three times as much as midnight', () => {
  const midnight = flowsOf(dayStartMs, 60_000, 200).length
  const noon = flowsOf(dayStartMs + 12 * hourMs, 60_000, 200).length
  expect(noon / midnight).toBeGreaterThan(2.4)
  expect(noon / midnight).toBeLessThan(3.6)
})

test('several protocols, in both directions', () => {
  const flows = flowsOf(dayStartMs + 12 * hourMs, 30_000, 200)
  expect(new Set(flows.map(({ protocol }) => protocol))).toEqual(new Set([1, 6, 17, 50]))
  expect(flows.filter(({ isIn }) => isIn).length / flows.length).toBeCloseTo(0.5, 1)
})

test('a flow that goes on is told in parts that follow each other, none longer than the timeout', () => {
  const flows = flowsOf(dayStartMs + 12 * hourMs, 5 * 60_000, 100)
  const parts = [...Map.groupBy(flows, ({ key }) => key).values()].filter(some => some.length > 2)
  expect(parts.length).toBeGreaterThan(10)
  for (const some of parts)
    for (const [index, { start, end }] of some.entries()) {
      expect(end - start).toBeLessThanOrEqual(activeTimeoutMs)
      if (index > 0) expect(end - some[index - 1]!.end).toBeCloseTo(activeTimeoutMs, 3)
    }
})
