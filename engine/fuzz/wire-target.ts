import { createFlowBatch } from '#flow/flow-batch.ts'
import { createDecoder } from '#wire/decoder.ts'
import { createExporterTable } from '#wire/exporter-table.ts'
import { defaultBounds, rejectionReasons } from '#wire/wire-state.ts'
import type { DecoderBounds, DecoderCounters, Rejection } from '#wire/wire-state.ts'
import { checkBlank, checkRows } from './check-rows.ts'
import { hold, magnitude } from './fuzz-target.ts'
import type { FuzzTarget, Note } from './fuzz-target.ts'

// NetFlow, IPFIX and sFlow by the decoder's front door. An input is a datagram with two bytes before it: who sent it (one of
// eight exporters, or one that found no room) and how much later than the one before: milliseconds, minutes, or beyond the
// life of a template. Every other round has bounds so narrow that they are reached.

const narrow: DecoderBounds = {
  maxDomains: 8,
  maxDomainsPerExporter: 4,
  maxTemplatesPerDomain: 6,
  maxFieldsPerTemplate: 40,
  maxTemplateFields: 100,
  maxSamplingRates: 3,
  domainLifeMs: 60_000,
  templateLifeMs: 60_000,
  maxWaitingSets: 10,
  maxWaitingBytes: 2000,
  maxWaitingMs: 30_000,
}
const maxExporters = 64

const told = [
  'flows',
  'otherRecords',
  'optionsRecords',
  'ratesRefused',
  'templates',
  'withdrawals',
  'setsDecodedLate',
  'setsBrokenLate',
  'counterSamples',
  'otherSamples',
  'domainsGivenUp',
] as const satisfies readonly (keyof DecoderCounters)[]

const kind = { outcome: 0, reason: 1, waitingSets: 2, dropped: 3, changed: 4, told: 8, columns: 32, reasonAt: 96 } as const

const laterMs = (step: number): number => (step < 200 ? step : step < 255 ? (step - 199) * 60_000 : 25 * 3_600_000)

export const createWireTarget = (name: string, seeds: () => Uint8Array[]): FuzzTarget => ({
  name,
  maxInputBytes: 1474,
  seeds: () => seeds().map(datagram => Uint8Array.from([0, 1, ...datagram])),
  open: (note, round) => openDecoder(note, round),
})

function openDecoder(note: Note, round: number): ReturnType<FuzzTarget['open']> {
  const isNarrow = round % 2 === 1
  const bounds = isNarrow ? narrow : defaultBounds
  const exporters = createExporterTable(maxExporters)
  for (let number = 0; number < 8; number++) exporters.numberOf(4, 0xc000_0201 + number)
  const batch = createFlowBatch(isNarrow ? 7 : 61)
  let rows = 0
  let interfaces = 0
  let rejection: Rejection | undefined
  let rejections = 0
  const decoder = createDecoder({
    batch,
    exporters,
    bounds,
    looksIntoTunnels: round % 4 >= 2,
    deliver(full) {
      rows += full.length
      checkRows(full, exporters.size, note, kind.columns)
    },
    onRejected(one) {
      rejection = one
      rejections++
    },
    onInterfaceCounters(counters) {
      interfaces++
      hold(
        Object.values(counters).every(value => typeof value === 'boolean' || (value >= 0 && value < Infinity)),
        'counters are numbers from 0 on',
      )
    },
  })
  const { counters, waiting } = decoder
  const before = told.map(() => 0)
  let [datagrams, dropped, nowMs] = [0, 0, 1_700_000_000_000]

  return {
    take(input) {
      const sender = input.length > 0 ? input[0]! : 0
      nowMs += laterMs(input.length > 1 ? input[1]! : 0)
      const datagram = input.subarray(2)
      const [rowsBefore, rejectionsBefore] = [rows, rejections]
      const { decoded, waiting: waited, rejected } = counters
      const outcome = decoder.decode(datagram, 0, datagram.length, sender === 255 ? -1 : sender & 7, nowMs)
      decoder.flush()
      checkBlank(batch)
      datagrams++
      hold(counters.datagrams === datagrams, 'every datagram is counted')
      hold(counters.decoded - decoded === (outcome === 'decoded' ? 1 : 0), 'decoded is counted once')
      hold(counters.waiting - waited === (outcome === 'waiting' ? 1 : 0), 'waiting is counted once')
      hold(counters.rejected - rejected === (outcome === 'rejected' ? 1 : 0), 'rejected is counted once')
      hold(rejections - rejectionsBefore === counters.rejected - rejected, 'each rejection is told')
      if (rejection && outcome === 'rejected') {
        const { reason, offset } = rejection
        hold(offset >= 0 && offset <= datagram.length, 'a rejection has its place in the datagram')
        note(kind.reason, rejectionReasons.indexOf(reason))
        note(kind.reasonAt + rejectionReasons.indexOf(reason), magnitude(offset))
      }
      hold(rows - rowsBefore === counters.flows - before[0]!, 'every row is counted')
      hold(waiting.sets <= bounds.maxWaitingSets && waiting.bytes <= bounds.maxWaitingBytes, 'what waits is bounded')
      hold(waiting.sets >= 0 && waiting.bytes >= 0 && (waiting.sets > 0 || waiting.bytes === 0), 'what waits is counted')

      note(kind.outcome, outcome === 'decoded' ? 0 : outcome === 'waiting' ? 1 : 2)
      note(kind.waitingSets, magnitude(waiting.sets))
      note(kind.dropped, magnitude(waiting.dropped - dropped))
      dropped = waiting.dropped
      let changed = 0
      for (let index = 0; index < told.length; index++) {
        const now = counters[told[index]!]
        const by = now - before[index]!
        if (by > 0) changed |= 1 << index
        note(kind.told + index, magnitude(by))
        before[index] = now
      }
      note(kind.changed + (changed >>> 8), changed & 255)
    },
    settle() {
      const domains = decoder.listDomains()
      hold(domains.length <= bounds.maxDomains, 'domains are bounded')
      for (const domain of domains) hold(domain.templates <= bounds.maxTemplatesPerDomain, 'templates are bounded')
      hold(exporters.size <= maxExporters, 'exporters are bounded')
      hold(counters.decoded + counters.waiting + counters.rejected === counters.datagrams, 'every datagram ends as one of three')
      const rejected = rejectionReasons.reduce((sum, reason) => sum + counters.rejectedBy[reason], 0)
      hold(rejected === counters.rejected, 'every rejection has its reason')
      hold(interfaces === 0 || counters.counterSamples > 0, 'interfaces come from counter samples')
    },
  }
}
