import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createCollector } from '../../test/decode-kit.ts'
import { createFlowBatch, fragmentBit } from '../flow/flow-batch.ts'
import type { FlowBatch } from '../flow/flow-batch.ts'
import { readFlow } from '../flow/flow-record.ts'
import type { FlowRecord } from '../flow/flow-record.ts'
import { attackScenarios } from './attack-scenarios.ts'
import { createFlowExporter, exportFormats } from './flow-exporter.ts'
import type { ExportFormat } from './flow-exporter.ts'
import { planAttack } from './plan-attacks.ts'
import { createScenario } from './scenario.ts'

// What our exporters write, our decoders read back, in every format the same flows.

const nowMs = 1_772_366_400_000
const agent = '192.0.2.1'

interface FlowLike {
  is6: boolean
  protocol: number
  sourcePort: number
  destinationPort: number
  tcpFlags: number
  icmpType: number
  tos: number
  fragment: number
  looked: number
  length: number
  lastedMs: number
}

const arbitraryFlow: fc.Arbitrary<FlowLike> = fc
  .record({
    is6: fc.boolean(),
    protocol: fc.constantFrom(1, 6, 17, 47),
    sourcePort: fc.nat({ max: 65_535 }),
    destinationPort: fc.nat({ max: 65_535 }),
    tcpFlags: fc.nat({ max: 255 }),
    icmpType: fc.nat({ max: 255 }),
    tos: fc.nat({ max: 255 }),
    fragment: fc.constantFrom(0, fragmentBit.firstFragment, fragmentBit.isFragment, fragmentBit.isFragment | fragmentBit.lastFragment),
    looked: fc.integer({ min: 1, max: 9 }),
    length: fc.integer({ min: 80, max: 1500 }),
    lastedMs: fc.nat({ max: 60_000 }),
  })
  .map(flow => ({ ...flow, protocol: flow.protocol === 1 && flow.is6 ? 58 : flow.protocol }))

function batchOf(flows: readonly FlowLike[], samplingRate: number): FlowBatch {
  const batch = createFlowBatch(Math.max(1, flows.length))
  for (const [row, flow] of flows.entries()) {
    const hasPorts = (flow.protocol === 6 || flow.protocol === 17) && (flow.fragment & fragmentBit.isFragment) === 0
    batch.family[row] = flow.is6 ? 6 : 4
    batch.source.set(flow.is6 ? [0x2001_0db8, 1, 2, row] : [0xc612_0000 + row], row * 4)
    batch.destination.set(flow.is6 ? [0x2001_0db8, 3, 4, row] : [0xc000_0200 + row], row * 4)
    batch.protocol[row] = flow.protocol
    batch.sourcePort[row] = hasPorts ? flow.sourcePort : 0
    batch.destinationPort[row] = hasPorts ? flow.destinationPort : 0
    batch.tcpFlags[row] = flow.protocol === 6 && hasPorts ? flow.tcpFlags : 0
    const isIcmp = (flow.protocol === 1 || flow.protocol === 58) && (flow.fragment & fragmentBit.isFragment) === 0
    batch.icmpType[row] = isIcmp ? flow.icmpType : 0
    batch.tos[row] = flow.tos
    batch.fragment[row] = flow.fragment
    batch.packets[row] = flow.looked * samplingRate
    batch.bytes[row] = flow.looked * samplingRate * flow.length
    batch.samplingRate[row] = samplingRate
    batch.end[row] = nowMs
    batch.start[row] = nowMs - flow.lastedMs
    batch.inputInterface[row] = 1
    batch.outputInterface[row] = 2
    batch.sourceAs[row] = 64_497
    batch.destinationAs[row] = 64_496
  }
  batch.length = flows.length
  return batch
}

interface Export {
  format: ExportFormat
  samplingRate: number
}

/** What a collector makes of what the exporter sends. */
function sendThrough({ format, samplingRate }: Export, batches: readonly FlowBatch[]) {
  const collector = createCollector()
  const outcomes = new Set<string>()
  const exporter = createFlowExporter({
    format,
    samplingRate,
    agent,
    domain: 1,
    bootMs: nowMs - 86_400_000,
    send: datagram => {
      expect(datagram.length).toBeLessThanOrEqual(1472)
      outcomes.add(collector.take(datagram, { receivedMs: nowMs }))
    },
  })
  for (const batch of batches) exporter.take(batch, nowMs)
  return { flows: collector.all(), outcomes: [...outcomes], counters: exporter.counters, decoder: collector.decoder }
}

const told = (batch: FlowBatch): FlowRecord[] =>
  Array.from({ length: batch.length }, (_, row) => ({ ...readFlow(batch, row, () => agent), observationDomainId: 1 }))

test.each(['netflow9', 'ipfix'] as const)('%s gives back every field of every flow', format => {
  fc.assert(
    fc.property(fc.array(arbitraryFlow, { maxLength: 60 }), fc.constantFrom(1, 100, 16_383), (flows, samplingRate) => {
      const batch = batchOf(flows, samplingRate)
      const back = sendThrough({ format, samplingRate }, [batch])
      expect(back.outcomes).toEqual(['decoded'])
      // Both families of a datagram have a set of their own, so the order is theirs.
      const key = (flow: FlowRecord): string => JSON.stringify(flow)
      expect(back.flows.map(key).toSorted()).toEqual(told(batch).map(key).toSorted())
    }),
  )
})

test('netflow5 gives back what it has fields for, of IPv4', () => {
  fc.assert(
    fc.property(fc.array(arbitraryFlow, { maxLength: 60 }), fc.constantFrom(1, 100, 16_383), (flows, samplingRate) => {
      const batch = batchOf(flows, samplingRate)
      const { flows: back, counters } = sendThrough({ format: 'netflow5', samplingRate }, [batch])
      const expected = told(batch).filter(flow => flow.sourceIPv4Address !== undefined)
      for (const flow of expected) delete flow.fragment
      expect(back).toEqual(expected)
      expect(counters.leftOut).toBe(flows.length - expected.length)
    }),
  )
})

test('sflow5 gives back each packet that was looked at, with the header and checksum of Ethernet in its bytes', () => {
  fc.assert(
    fc.property(fc.array(arbitraryFlow, { maxLength: 20 }), fc.constantFrom(1, 100, 65_536), (flows, samplingRate) => {
      const batch = batchOf(flows, samplingRate)
      const { flows: back } = sendThrough({ format: 'sflow5', samplingRate }, [batch])
      const expected = told(batch).flatMap((flow, row) => {
        const { looked, length } = flows[row]!
        const { bgpSourceAsNumber: _source, bgpDestinationAsNumber: _destination, ...packet } = flow
        return Array.from({ length: looked }, () => ({
          ...packet,
          packetDeltaCount: samplingRate,
          octetDeltaCount: (length + 18) * samplingRate,
          flowStartMilliseconds: nowMs,
        }))
      })
      expect(back).toEqual(expected)
    }),
  )
})

/** Attacks of every scenario in a second each. */
const scenarioOf = (seed: number) =>
  createScenario({
    seed,
    startMs: nowMs,
    networks: [{ firstHost: 0xc000_020a, hosts: 100 }],
    flowsPerSecond: 300,
    attacks: attackScenarios.flatMap(scenario =>
      planAttack({ scenario, target: { family: 4, words: [0xc000_020a, 0, 0, 0] }, startMs: nowMs, endMs: nowMs + 1000 }),
    ),
  })

function datagramsOf(format: ExportFormat, seed: number): string[] {
  const sent: string[] = []
  const exporter = createFlowExporter({
    format,
    samplingRate: 1,
    bootMs: nowMs - 1000,
    send: datagram => sent.push(Buffer.from(datagram).toString('base64')),
  })
  const batch = createFlowBatch(256)
  scenarioOf(seed).write(batch, nowMs, nowMs + 20, full => exporter.take(full, nowMs + 20))
  return sent
}

test.each(exportFormats)('%s: the same seed makes the same bytes, another one others', format => {
  expect(datagramsOf(format, 7)).toEqual(datagramsOf(format, 7))
  expect(datagramsOf(format, 7)).not.toEqual(datagramsOf(format, 8))
})

test.each(exportFormats)('%s: nothing is missing by its sequence numbers, and the rate of sampling is known', format => {
  const samplingRate = 50
  const flow = { is6: false, protocol: 17, sourcePort: 53, destinationPort: 9, tcpFlags: 0, icmpType: 0, tos: 0, fragment: 0 }
  const batches = Array.from({ length: 5 }, (_, index) =>
    batchOf(
      Array.from({ length: index * 31 }, () => ({ ...flow, looked: 1, length: 100, lastedMs: 0 })),
      samplingRate,
    ),
  )
  const { decoder, flows } = sendThrough({ format, samplingRate }, batches)
  expect(decoder.listDomains()).toMatchObject([{ protocol: format, domain: 1, lost: 0, late: 0, restarts: 0 }])
  expect(flows).toHaveLength(310)
  expect(new Set(flows.map(({ samplingInterval }) => samplingInterval))).toEqual(new Set([samplingRate]))
})

test.each(['netflow9', 'ipfix'] as const)('%s repeats its templates, so that a collector that comes late understands', format => {
  const collector = createCollector()
  let heard = false
  const exporter = createFlowExporter({
    format,
    samplingRate: 10,
    bootMs: nowMs,
    send: datagram => {
      if (heard) collector.take(datagram, { receivedMs: nowMs })
    },
  })
  const flow = { is6: true, protocol: 6, sourcePort: 1, destinationPort: 2, tcpFlags: 2, icmpType: 0, tos: 0, fragment: 0 }
  const batch = batchOf([{ ...flow, looked: 2, length: 60, lastedMs: 5 }], 10)
  exporter.take(batch, nowMs)
  heard = true
  exporter.take(batch, nowMs + 1000)
  expect(collector.all()).toEqual([])
  exporter.take(batch, nowMs + 20_000)
  expect(collector.all()).toMatchObject([{ packetDeltaCount: 20 }, { packetDeltaCount: 20 }])
})
