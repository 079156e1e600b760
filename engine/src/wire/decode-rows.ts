import { blank, columnsOfOneNumber, fragmentBit, noLabel } from '../flow/flow-batch.ts'
import type { FlowBatch } from '../flow/flow-batch.ts'
import { readFloat, readNumber, timeMs } from './read-field.ts'
import { createPacketHeaders, readPacket } from '../packet/packet-headers.ts'
import type { RecordContext } from './record-context.ts'
import { rateFrom, rateOf } from './sampling.ts'
import type { Template } from './template.ts'
import { writePacket } from './write-packet.ts'

// Decodes a record by following its template's plan field by field: for every template, whatever its fields. What comes
// often is decoded by code compiled from the same plan (compile-template.ts); a property test holds the two together.

/** The number in a field of the plan; 0 when the template lacks it. Nothing here allocates: some templates are only decoded so. */
function numberOf(view: DataView, at: number, template: Template, index: number): number {
  return index < 0 ? 0 : readNumber(view, at + template.offsets[index]!, template.lengths[index]!)
}

function timeOf(view: DataView, at: number, template: Template, index: number, exportMs: number, uptimeMs: number): number {
  return timeMs(view, at + template.offsets[index]!, template.lengths[index]!, template.fields[index]!.id, exportMs, uptimeMs)
}

function wordOf(view: DataView, at: number, template: Template, index: number, part: number): number {
  return index < 0 ? 0 : view.getUint32(at + template.offsets[index]! + part * 4)
}

const protocolIcmp = 1
const protocolIcmp6 = 58

/**
 * Writes a record at byte `at` into the batch: one row, two for a biflow that went both ways, none for a sampled packet that
 * is not of IP. There must be room for two.
 */
export function decodeRecord(batch: FlowBatch, view: DataView, at: number, template: Template, context: RecordContext): void {
  const { plan } = template
  const row = batch.length

  const input = numberOf(view, at, template, plan.inputInterface)
  const own = template.tellsRate ? readRate(template, view, at) : undefined
  const rate = own ?? rateOf(context.sampling, plan.selector < 0 ? -1 : numberOf(view, at, template, plan.selector), input)
  writeAddresses(batch, row, view, at, template)
  const protocol = numberOf(view, at, template, plan.protocol)
  const destinationPort = numberOf(view, at, template, plan.destinationPort)
  batch.sourcePort[row] = numberOf(view, at, template, plan.sourcePort)
  const isIcmp = protocol === protocolIcmp || protocol === protocolIcmp6
  batch.destinationPort[row] = isIcmp ? 0 : destinationPort
  batch.protocol[row] = protocol
  batch.tcpFlags[row] = numberOf(view, at, template, plan.tcpFlags)
  batch.tos[row] = plan.tos < 0 ? numberOf(view, at, template, plan.dscp) << 2 : numberOf(view, at, template, plan.tos)
  batch.icmpType[row] = 0
  batch.icmpCode[row] = 0
  if (isIcmp) writeIcmp(batch, row, view, at, template, destinationPort)
  batch.fragment[row] = fragmentBits(view, at, template)
  batch.vlan[row] = numberOf(view, at, template, plan.vlan)
  // Zeros are no entry of a stack: its last one has a bit set (RFC 3032 §2.1).
  const label = numberOf(view, at, template, plan.mplsLabel)
  batch.mplsLabel[row] = label === 0 ? noLabel : label >>> 4
  let packets = numberOf(view, at, template, plan.packets)
  let bytes = numberOf(view, at, template, plan.bytes)
  if (packets === 0 && bytes === 0) {
    packets = numberOf(view, at, template, plan.postPackets)
    bytes = numberOf(view, at, template, plan.postBytes)
  }
  batch.packets[row] = packets * rate
  batch.bytes[row] = bytes * rate
  batch.samplingRate[row] = rate
  batch.exporter[row] = context.exporter
  batch.domain[row] = context.domain
  batch.inputInterface[row] = input
  batch.outputInterface[row] = numberOf(view, at, template, plan.outputInterface)
  batch.sourceAs[row] = numberOf(view, at, template, plan.sourceAs)
  batch.destinationAs[row] = numberOf(view, at, template, plan.destinationAs)
  const uptimeMs = writeTimes(batch, row, view, at, template, context)
  if (template.isPacket && !writeSection(batch, row, view, at, template)) return blank(batch, row, row + 1)
  batch.length = row + 1
  if (template.isBiflow) addReverse(batch, row, view, at, template, context.exportMs, uptimeMs)
}

/** Type and code, by the fields of the family where there are both; exporters without any put them where the destination port would be. */
function writeIcmp(batch: FlowBatch, row: number, view: DataView, at: number, template: Template, destinationPort: number): void {
  const { plan } = template
  const is6 = batch.protocol[row] === protocolIcmp6
  const typeField = is6 && plan.icmpType6 >= 0 ? plan.icmpType6 : plan.icmpType
  const codeField = is6 && plan.icmpCode6 >= 0 ? plan.icmpCode6 : plan.icmpCode
  const isGiven = plan.icmpTypeCode4 >= 0 || plan.icmpTypeCode6 >= 0
  const both = isGiven
    ? numberOf(view, at, template, plan.icmpTypeCode4) || numberOf(view, at, template, plan.icmpTypeCode6)
    : destinationPort
  batch.icmpType[row] = typeField >= 0 ? numberOf(view, at, template, typeField) : both >>> 8
  batch.icmpCode[row] = codeField >= 0 ? numberOf(view, at, template, codeField) : both
}

const headers = createPacketHeaders()

/** A packet that was sampled whole: what its first bytes tell, and its length, which is told apart or by its IP header. */
function writeSection(batch: FlowBatch, row: number, view: DataView, at: number, template: Template): boolean {
  const { plan, offsets, lengths } = template
  const isFrame = plan.frameSection >= 0
  const index = isFrame ? plan.frameSection : plan.ipSection
  const from = at + offsets[index]!
  if (!readPacket(headers, view, from, from + lengths[index]!, isFrame ? 'ethernet' : 'ip')) return false
  writePacket(batch, row, view, headers)
  const rate = batch.samplingRate[row]!
  if (plan.packets < 0) batch.packets[row] = rate
  const told = numberOf(view, at, template, plan.packetBytes)
  if (plan.bytes < 0) batch.bytes[row] = (told > 0 ? told : headers.packetEnd - from) * rate
  return true
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
function writeAddresses(batch: FlowBatch, row: number, view: DataView, at: number, template: Template): void {
  const { plan } = template
  const has4 = plan.source4 >= 0 || plan.destination4 >= 0
  const has6 = plan.source6 >= 0 || plan.destination6 >= 0
  let family = has6 ? 6 : has4 ? 4 : 0
  if (has4 && has6) {
    const version = numberOf(view, at, template, plan.ipVersion)
    const is4 = (wordOf(view, at, template, plan.source4, 0) | wordOf(view, at, template, plan.destination4, 0)) !== 0
    family = version === 4 || version === 6 ? version : is4 ? 4 : 6
  }
  const source = family === 6 ? plan.source6 : plan.source4
  const destination = family === 6 ? plan.destination6 : plan.destination4
  batch.family[row] = family
  for (let part = 0; part < (family === 6 ? 4 : 1); part++) {
    batch.source[row * 4 + part] = wordOf(view, at, template, source, part)
    batch.destination[row * 4 + part] = wordOf(view, at, template, destination, part)
  }
}

/** From fragmentFlags (bit 1 is "don't", bit 2 is "more") and fragmentOffset to FlowSpec's bits. */
function fragmentBits(view: DataView, at: number, template: Template): number {
  const { plan } = template
  if (plan.fragmentFlags < 0 && plan.fragmentOffset < 0) return 0
  const flags = numberOf(view, at, template, plan.fragmentFlags)
  const isLater = (numberOf(view, at, template, plan.fragmentOffset) & 0x1fff) !== 0
  const hasMore = (flags & 0x20) !== 0
  let bits = (flags & 0x40) !== 0 ? fragmentBit.dontFragment : 0
  if (isLater) bits |= fragmentBit.isFragment | (plan.fragmentFlags >= 0 && !hasMore ? fragmentBit.lastFragment : 0)
  else if (hasMore) bits |= fragmentBit.firstFragment
  return bits
}

/** Returns the exporter's uptime as it was taken. */
function writeTimes(batch: FlowBatch, row: number, view: DataView, at: number, template: Template, context: RecordContext): number {
  const { plan } = template
  let uptimeMs = context.uptimeMs
  if (plan.systemInit >= 0) uptimeMs = context.exportMs - numberOf(view, at, template, plan.systemInit)
  // Since when its uptime counts the exporter does not say: the flow ended when it was told of, which keeps its length.
  else if (template.hasUptimesOnly && Number.isNaN(uptimeMs)) uptimeMs = numberOf(view, at, template, plan.end)
  const durationMs =
    plan.durationMs >= 0 ? numberOf(view, at, template, plan.durationMs) : numberOf(view, at, template, plan.durationMicroseconds) / 1000
  let start = plan.start >= 0 ? timeOf(view, at, template, plan.start, context.exportMs, uptimeMs) : Number.NaN
  let end =
    plan.end >= 0
      ? timeOf(view, at, template, plan.end, context.exportMs, uptimeMs)
      : plan.start >= 0
        ? start + durationMs
        : context.exportMs
  if (plan.start < 0) start = end - durationMs
  if (!(start <= end)) start = end
  batch.start[row] = start
  batch.end[row] = end
  return uptimeMs
}

/** The way back: ends swapped, its own volume, flags and times. A direction in which nothing went is no flow. */
function addReverse(
  batch: FlowBatch,
  row: number,
  view: DataView,
  at: number,
  template: Template,
  exportMs: number,
  uptimeMs: number,
): void {
  const { plan } = template
  const packets = numberOf(view, at, template, plan.reversePackets)
  const bytes = numberOf(view, at, template, plan.reverseBytes)
  if (packets === 0 && bytes === 0) return
  const back = batch.length
  for (let part = 0; part < 4; part++) {
    batch.source[back * 4 + part] = batch.destination[row * 4 + part]!
    batch.destination[back * 4 + part] = batch.source[row * 4 + part]!
  }
  batch.sourcePort[back] = batch.destinationPort[row]!
  batch.destinationPort[back] = batch.sourcePort[row]!
  batch.inputInterface[back] = batch.outputInterface[row]!
  batch.outputInterface[back] = batch.inputInterface[row]!
  batch.sourceAs[back] = batch.destinationAs[row]!
  batch.destinationAs[back] = batch.sourceAs[row]!
  batch.family[back] = batch.family[row]!
  batch.protocol[back] = batch.protocol[row]!
  batch.tos[back] = batch.tos[row]!
  batch.icmpType[back] = batch.icmpType[row]!
  batch.icmpCode[back] = batch.icmpCode[row]!
  batch.fragment[back] = batch.fragment[row]!
  batch.vlan[back] = batch.vlan[row]!
  batch.mplsLabel[back] = batch.mplsLabel[row]!
  batch.samplingRate[back] = batch.samplingRate[row]!
  batch.exporter[back] = batch.exporter[row]!
  batch.domain[back] = batch.domain[row]!
  const rate = batch.samplingRate[row]!
  batch.packets[back] = packets * rate
  batch.bytes[back] = bytes * rate
  batch.tcpFlags[back] = numberOf(view, at, template, plan.reverseTcpFlags)
  if (plan.reverseTos >= 0) batch.tos[back] = numberOf(view, at, template, plan.reverseTos)
  const end = plan.reverseEnd >= 0 ? timeOf(view, at, template, plan.reverseEnd, exportMs, uptimeMs) : batch.end[row]!
  const start = plan.reverseStart >= 0 ? timeOf(view, at, template, plan.reverseStart, exportMs, uptimeMs) : batch.start[row]!
  batch.end[back] = end
  batch.start[back] = start <= end ? start : end
  if (batch.packets[row] === 0 && batch.bytes[row] === 0) {
    moveRow(batch, back, row)
    blank(batch, back, back + 1)
  } else batch.length = back + 1
}

function moveRow(batch: FlowBatch, from: number, to: number): void {
  for (const column of columnsOfOneNumber) batch[column][to] = batch[column][from]!
  batch.source.copyWithin(to * 4, from * 4, from * 4 + 4)
  batch.destination.copyWithin(to * 4, from * 4, from * 4 + 4)
}
