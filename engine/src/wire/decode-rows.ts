import { blank, fragmentBit, noLabel } from '../flow/flow-batch.ts'
import type { FlowBatch } from '../flow/flow-batch.ts'
import { readFloat, readNumber, timeMs } from './read-field.ts'
import type { RecordContext } from './record-context.ts'
import { rateFrom, rateOf } from './sampling.ts'
import type { Plan, Template } from './template.ts'

// Decodes a record by following its template's plan field by field: for every template, whatever its fields. What comes
// often is decoded by code compiled from the same plan (compile-template.ts); a property test holds the two together.

const protocolIcmp = 1
const protocolIcmp6 = 58

/** Writes a record at byte `at` into the batch: one row, or two for a biflow that went both ways. There must be room for two. */
export function decodeRecord(batch: FlowBatch, view: DataView, at: number, template: Template, context: RecordContext): void {
  const { plan } = template
  const row = batch.length
  const number = (index: number): number => (index < 0 ? 0 : readNumber(view, at + template.offsets[index]!, template.lengths[index]!))

  const input = number(plan.inputInterface)
  const rate = readRate(template, view, at) ?? rateOf(context.sampling, plan.selector < 0 ? -1 : number(plan.selector), input)
  writeAddresses(batch, row, view, at, template)
  const protocol = number(plan.protocol)
  const destinationPort = number(plan.destinationPort)
  batch.sourcePort[row] = number(plan.sourcePort)
  const isIcmp = protocol === protocolIcmp || protocol === protocolIcmp6
  batch.destinationPort[row] = isIcmp ? 0 : destinationPort
  batch.protocol[row] = protocol
  batch.tcpFlags[row] = number(plan.tcpFlags)
  batch.tos[row] = number(plan.tos)
  batch.icmpType[row] = 0
  batch.icmpCode[row] = 0
  if (isIcmp) {
    // Exporters without a field for it put type and code where the destination port would be.
    const typeAndCode = number(plan.icmpTypeCode4) || number(plan.icmpTypeCode6)
    const isGiven = plan.icmpTypeCode4 >= 0 || plan.icmpTypeCode6 >= 0
    batch.icmpType[row] = plan.icmpType >= 0 ? number(plan.icmpType) : (isGiven ? typeAndCode : destinationPort) >>> 8
    batch.icmpCode[row] = plan.icmpCode >= 0 ? number(plan.icmpCode) : isGiven ? typeAndCode : destinationPort
  }
  batch.fragment[row] = fragmentBits(plan, number)
  batch.vlan[row] = number(plan.vlan)
  batch.mplsLabel[row] = plan.mplsLabel < 0 ? noLabel : number(plan.mplsLabel) >>> 4
  batch.packets[row] = number(plan.packets) * rate
  batch.bytes[row] = number(plan.bytes) * rate
  batch.samplingRate[row] = rate
  batch.exporter[row] = context.exporter
  batch.domain[row] = context.domain
  batch.inputInterface[row] = input
  batch.outputInterface[row] = number(plan.outputInterface)
  batch.sourceAs[row] = number(plan.sourceAs)
  batch.destinationAs[row] = number(plan.destinationAs)
  writeTimes(batch, row, view, at, template, context)
  batch.length = row + 1
  if (template.isBiflow) addReverse(batch, row, view, at, template, context)
}

/** Rate that the record itself carries; undefined when it carries none. */
export function readRate(template: Template, view: DataView, at: number): number | undefined {
  const { plan, offsets, lengths } = template
  const found = (index: number): number | undefined => (index < 0 ? undefined : readNumber(view, at + offsets[index]!, lengths[index]!))
  const probability = plan.samplingProbability
  return rateFrom({
    interval: found(plan.samplingRate),
    taken: found(plan.samplingPacketInterval),
    leftOut: found(plan.samplingPacketSpace),
    size: found(plan.samplingSize),
    population: found(plan.samplingPopulation),
    probability: probability < 0 ? undefined : readFloat(view, at + offsets[probability]!, lengths[probability]!),
  })
}

/** Of a template with fields for both families the IP version decides, else whether there is an IPv4 address in it. */
function writeAddresses(batch: FlowBatch, row: number, view: DataView, at: number, { plan, offsets, lengths }: Template): void {
  const word = (index: number, bytes: number): number => (index < 0 ? 0 : view.getUint32(at + offsets[index]! + bytes))
  const has4 = plan.source4 >= 0 || plan.destination4 >= 0
  const has6 = plan.source6 >= 0 || plan.destination6 >= 0
  let family = has6 ? 6 : has4 ? 4 : 0
  if (has4 && has6) {
    const version = plan.ipVersion < 0 ? 0 : readNumber(view, at + offsets[plan.ipVersion]!, lengths[plan.ipVersion]!)
    const isNamed = version === 4 || version === 6
    family = isNamed ? version : (word(plan.source4, 0) | word(plan.destination4, 0)) !== 0 ? 4 : 6
  }
  batch.family[row] = family
  for (let index = 0; index < 4; index++) {
    batch.source[row * 4 + index] = family === 6 ? word(plan.source6, index * 4) : index === 0 ? word(plan.source4, 0) : 0
    batch.destination[row * 4 + index] = family === 6 ? word(plan.destination6, index * 4) : index === 0 ? word(plan.destination4, 0) : 0
  }
}

/** From fragmentFlags (bit 1 is "don't", bit 2 is "more") and fragmentOffset to FlowSpec's bits. */
function fragmentBits(plan: Plan, number: (index: number) => number): number {
  const flags = number(plan.fragmentFlags)
  const isLater = (number(plan.fragmentOffset) & 0x1fff) !== 0
  const hasMore = (flags & 0x20) !== 0
  let bits = (flags & 0x40) !== 0 ? fragmentBit.dontFragment : 0
  if (isLater) bits |= fragmentBit.isFragment | (plan.fragmentFlags >= 0 && !hasMore ? fragmentBit.lastFragment : 0)
  else if (hasMore) bits |= fragmentBit.firstFragment
  return bits
}

function writeTimes(batch: FlowBatch, row: number, view: DataView, at: number, template: Template, context: RecordContext): void {
  const { plan, offsets, lengths } = template
  const number = (index: number): number => (index < 0 ? 0 : readNumber(view, at + offsets[index]!, lengths[index]!))
  let uptimeMs = context.uptimeMs
  if (plan.systemInit >= 0) uptimeMs = context.exportMs - number(plan.systemInit)
  const time = (index: number): number =>
    timeMs(view, at + offsets[index]!, lengths[index]!, template.fields[index]!.id, context.exportMs, uptimeMs)
  const durationMs = plan.durationMs >= 0 ? number(plan.durationMs) : number(plan.durationMicroseconds) / 1000
  let start = plan.start >= 0 ? time(plan.start) : Number.NaN
  let end = plan.end >= 0 ? time(plan.end) : plan.start >= 0 ? start + durationMs : context.exportMs
  if (plan.start < 0) start = end - durationMs
  if (!(start <= end)) start = end
  batch.start[row] = start
  batch.end[row] = end
}

/** The way back: ends swapped, its own volume, flags and times. A direction in which nothing went is no flow. */
function addReverse(batch: FlowBatch, row: number, view: DataView, at: number, template: Template, context: RecordContext): void {
  const { plan, offsets, lengths } = template
  const number = (index: number): number => (index < 0 ? 0 : readNumber(view, at + offsets[index]!, lengths[index]!))
  const packets = number(plan.reversePackets)
  const bytes = number(plan.reverseBytes)
  if (packets === 0 && bytes === 0) return
  const back = batch.length
  for (const column of columnsOfBoth) batch[column][back] = batch[column][row]!
  for (let index = 0; index < 4; index++) {
    batch.source[back * 4 + index] = batch.destination[row * 4 + index]!
    batch.destination[back * 4 + index] = batch.source[row * 4 + index]!
  }
  for (const [to, from] of swapped) {
    batch[to][back] = batch[from][row]!
    batch[from][back] = batch[to][row]!
  }
  const rate = batch.samplingRate[row]!
  batch.packets[back] = packets * rate
  batch.bytes[back] = bytes * rate
  batch.tcpFlags[back] = number(plan.reverseTcpFlags)
  if (plan.reverseTos >= 0) batch.tos[back] = number(plan.reverseTos)
  const time = (index: number): number =>
    timeMs(view, at + offsets[index]!, lengths[index]!, template.fields[index]!.id, context.exportMs, context.uptimeMs)
  const end = plan.reverseEnd >= 0 ? time(plan.reverseEnd) : batch.end[row]!
  const start = plan.reverseStart >= 0 ? time(plan.reverseStart) : batch.start[row]!
  batch.end[back] = end
  batch.start[back] = start <= end ? start : end
  if (batch.packets[row] === 0 && batch.bytes[row] === 0) {
    moveRow(batch, back, row)
    blank(batch, back, back + 1)
  } else batch.length = back + 1
}

function moveRow(batch: FlowBatch, from: number, to: number): void {
  for (const column of [...columnsOfBoth, ...columnsOfOne]) batch[column][to] = batch[column][from]!
  batch.source.copyWithin(to * 4, from * 4, from * 4 + 4)
  batch.destination.copyWithin(to * 4, from * 4, from * 4 + 4)
}

const columnsOfBoth = [
  'family',
  'protocol',
  'tos',
  'icmpType',
  'icmpCode',
  'fragment',
  'vlan',
  'mplsLabel',
  'samplingRate',
  'exporter',
  'domain',
] as const
const columnsOfOne = [
  'sourcePort',
  'destinationPort',
  'tcpFlags',
  'packets',
  'bytes',
  'start',
  'end',
  'inputInterface',
  'outputInterface',
  'sourceAs',
  'destinationAs',
] as const
const swapped = [
  ['sourcePort', 'destinationPort'],
  ['inputInterface', 'outputInterface'],
  ['sourceAs', 'destinationAs'],
] as const
