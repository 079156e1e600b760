import type { FlowBatch } from '../flow/flow-batch.ts'
import type { RecordContext } from './record-context.ts'
import { element as ie, netflow9Scope, netflow9ScopeInterface, reverseEnterprise } from './information-elements.ts'

// A template says which fields follow each other in a record. From it a plan is made once: for each column of the batch,
// the field that it is read from. Decoding a record then only follows the plan.

export interface TemplateField {
  /** 0 is IANA's registry. */
  enterprise: number
  id: number
  /** Bytes; `variableLength` when each record says it. */
  length: number
}

/** RFC 7011 §7: a field of this length carries its length in the record. */
export const variableLength = 0xffff

/** Which fields may feed a column, the best first. */
const sources = {
  ipVersion: [ie.ipVersion],
  source4: [ie.sourceIPv4Address, ie.sourceIPv4Prefix],
  destination4: [ie.destinationIPv4Address, ie.destinationIPv4Prefix],
  source6: [ie.sourceIPv6Address, ie.sourceIPv6Prefix],
  destination6: [ie.destinationIPv6Address, ie.destinationIPv6Prefix],
  sourcePort: [ie.sourceTransportPort, ie.udpSourcePort, ie.tcpSourcePort],
  destinationPort: [ie.destinationTransportPort, ie.udpDestinationPort, ie.tcpDestinationPort],
  protocol: [ie.protocolIdentifier],
  tcpFlags: [ie.tcpControlBits],
  tos: [ie.ipClassOfService, ie.postIpClassOfService],
  dscp: [ie.ipDiffServCodePoint],
  icmpTypeCode4: [ie.icmpTypeCodeIPv4],
  icmpTypeCode6: [ie.icmpTypeCodeIPv6],
  icmpType: [ie.icmpTypeIPv4, ie.icmpTypeIPv6],
  icmpCode: [ie.icmpCodeIPv4, ie.icmpCodeIPv6],
  icmpType6: [ie.icmpTypeIPv6],
  icmpCode6: [ie.icmpCodeIPv6],
  fragmentOffset: [ie.fragmentOffset],
  fragmentFlags: [ie.fragmentFlags],
  frameSection: [ie.dataLinkFrameSection],
  ipSection: [ie.ipHeaderPacketSection],
  packetBytes: [ie.dataLinkFrameSize, ie.ipTotalLength],
  vlan: [ie.vlanId, ie.dot1qVlanId, ie.postVlanId, ie.postDot1qVlanId, ie.dot1qCustomerVlanId],
  mplsLabel: [ie.mplsTopLabelStackSection],
  bytes: [
    ie.octetDeltaCount,
    ie.octetTotalCount,
    ie.initiatorOctets,
    ie.postOctetDeltaCount,
    ie.postOctetTotalCount,
    ie.layer2OctetDeltaCount,
    ie.layer2OctetTotalCount,
  ],
  packets: [ie.packetDeltaCount, ie.packetTotalCount, ie.initiatorPackets, ie.postPacketDeltaCount, ie.postPacketTotalCount],
  // Told instead, where the others are 0: of a flow that was looked at on its way out.
  postBytes: [ie.postOctetDeltaCount, ie.postOctetTotalCount],
  postPackets: [ie.postPacketDeltaCount, ie.postPacketTotalCount],
  samplingRate: [ie.samplingInterval, ie.samplerRandomInterval],
  // Of flows (RFC 7014 §6.3) it is the same to volumes as of packets.
  samplingPacketInterval: [ie.samplingPacketInterval, ie.samplingFlowInterval],
  samplingPacketSpace: [ie.samplingPacketSpace, ie.samplingFlowSpacing],
  samplingSize: [ie.samplingSize],
  samplingPopulation: [ie.samplingPopulation],
  samplingProbability: [ie.samplingProbability],
  selector: [ie.selectorId, ie.samplerId],
  start: [
    ie.flowStartMilliseconds,
    ie.flowStartMicroseconds,
    ie.flowStartNanoseconds,
    ie.flowStartSysUpTime,
    ie.flowStartSeconds,
    ie.flowStartDeltaMicroseconds,
    ie.observationTimeMilliseconds,
    ie.observationTimeMicroseconds,
    ie.observationTimeNanoseconds,
    ie.observationTimeSeconds,
  ],
  end: [
    ie.flowEndMilliseconds,
    ie.flowEndMicroseconds,
    ie.flowEndNanoseconds,
    ie.flowEndSysUpTime,
    ie.flowEndSeconds,
    ie.flowEndDeltaMicroseconds,
    // When it was told of, which a firewall says of a flow that ended.
    ie.observationTimeMilliseconds,
    ie.observationTimeMicroseconds,
    ie.observationTimeNanoseconds,
    ie.observationTimeSeconds,
  ],
  durationMs: [ie.flowDurationMilliseconds],
  durationMicroseconds: [ie.flowDurationMicroseconds],
  systemInit: [ie.systemInitTimeMilliseconds],
  inputInterface: [ie.ingressInterface, ie.ingressPhysicalInterface],
  outputInterface: [ie.egressInterface, ie.egressPhysicalInterface],
  sourceAs: [ie.bgpSourceAsNumber],
  destinationAs: [ie.bgpDestinationAsNumber],
} as const satisfies Record<string, readonly number[]>

/** The direction back of a biflow: RFC 5103, and the two counters that firewalls give for it. */
const reverseSources = {
  reverseBytes: [ie.octetDeltaCount, ie.octetTotalCount],
  reversePackets: [ie.packetDeltaCount, ie.packetTotalCount],
  reverseTcpFlags: [ie.tcpControlBits],
  reverseTos: [ie.ipClassOfService],
  reverseStart: [ie.flowStartMilliseconds, ie.flowStartMicroseconds, ie.flowStartNanoseconds, ie.flowStartSysUpTime, ie.flowStartSeconds],
  reverseEnd: [ie.flowEndMilliseconds, ie.flowEndMicroseconds, ie.flowEndNanoseconds, ie.flowEndSysUpTime, ie.flowEndSeconds],
} as const satisfies Record<string, readonly number[]>

type PlannedColumn = keyof typeof sources | keyof typeof reverseSources

/** For each column the index of its field in the template; -1 when the template has none. */
export type Plan = Readonly<Record<PlannedColumn, number>>

/** Decodes `count` records from byte `at` on; there is room for them in the batch. */
export type DecodeRows = (batch: FlowBatch, view: DataView, at: number, count: number, context: RecordContext) => void

export interface Template {
  readonly id: number
  readonly fields: readonly TemplateField[]
  /** The first so many fields say what an options record is about; 0 in a template of data. */
  readonly scopeFields: number
  /** Bytes of a record; the least that it can have when `isVariable`. At least 1. */
  readonly size: number
  readonly isVariable: boolean
  /** Where each field starts in a record, and its length; when `isVariable`, rewritten for each record for those that are read. */
  readonly offsets: Int32Array
  readonly lengths: Int32Array
  readonly plan: Plan
  /** The scope field that names an interface, for options records; -1 when there is none. */
  readonly scopeInterface: number
  /** How a record is walked when `isVariable`: bytes to pass over, then a field and its length, and so on; field -1 ends it. */
  readonly steps: Int32Array
  /** Whether its records tell of traffic at all. */
  readonly isFlow: boolean
  readonly isBiflow: boolean
  /** Whether its records are single packets, told by their first bytes (RFC 5477 §8.4). */
  readonly isPacket: boolean
  /** Whether both of its times are uptimes, and nothing in a record says since when. */
  readonly hasUptimesOnly: boolean
  /** Whether its records may carry a sampling rate themselves. */
  readonly tellsRate: boolean
  learntMs: number
  /** Records decoded field by field so far. */
  uses: number
  /** Its own loop, once it has been in use (compile-template.ts). */
  loop: DecodeRows | undefined
}

const addressBytes: Partial<Record<PlannedColumn, number>> = { source4: 4, destination4: 4, source6: 16, destination6: 16 }

/** Whether a field of this length can be read as what the column wants: a number of up to 64 bits, or an address. */
function fits(column: PlannedColumn, { length }: TemplateField): boolean {
  const wanted = addressBytes[column]
  if (wanted !== undefined) return length === wanted
  if (column === 'frameSection' || column === 'ipSection') return length > 0
  if (column === 'mplsLabel') return length === 3
  if (column === 'samplingProbability') return length === 4 || length === 8
  return length >= 1 && length <= 8
}

/** A column that a field may feed; the lowest rank does. */
interface Claim {
  column: PlannedColumn
  place: number
  rank: number
}

const plannedColumns = [...Object.keys(sources), ...Object.keys(reverseSources)] as PlannedColumn[]
const placeOf = Object.fromEntries(plannedColumns.map((column, place) => [column, place])) as Record<PlannedColumn, number>

/** By the number of a field, so that planning a template costs by its fields: whoever forges templates pays as much as we do. */
const claims = new Map<number, Claim[]>()
const reverseClaims = new Map<number, Claim[]>()

function addClaims(to: Map<number, Claim[]>, column: PlannedColumn, ids: readonly number[], firstRank = 0): void {
  for (const [index, id] of ids.entries()) to.set(id, [...(to.get(id) ?? []), { column, place: placeOf[column], rank: firstRank + index }])
}
for (const [column, ids] of Object.entries(sources)) addClaims(claims, column as PlannedColumn, ids)
for (const [column, ids] of Object.entries(reverseSources)) addClaims(reverseClaims, column as PlannedColumn, ids)
addClaims(claims, 'reverseBytes', [ie.responderOctets], 100)
addClaims(claims, 'reversePackets', [ie.responderPackets], 100)

const unclaimed: readonly Claim[] = []

function planColumns(fields: readonly TemplateField[]): Plan {
  const found = new Int32Array(plannedColumns.length).fill(-1)
  const ranks = new Uint8Array(plannedColumns.length).fill(255)
  for (let index = 0; index < fields.length; index++) {
    const field = fields[index]!
    const table = field.enterprise === 0 ? claims : field.enterprise === reverseEnterprise ? reverseClaims : undefined
    for (const { column, place, rank } of table?.get(field.id) ?? unclaimed)
      if (rank < ranks[place]! && fits(column, field)) {
        found[place] = index
        ranks[place] = rank
      }
  }
  const find = (column: PlannedColumn): number => found[placeOf[column]]!
  // Written out: an object that is filled by computed names is read many times slower, and this one is read for each record.
  return {
    ipVersion: find('ipVersion'),
    source4: find('source4'),
    destination4: find('destination4'),
    source6: find('source6'),
    destination6: find('destination6'),
    sourcePort: find('sourcePort'),
    destinationPort: find('destinationPort'),
    protocol: find('protocol'),
    tcpFlags: find('tcpFlags'),
    tos: find('tos'),
    dscp: find('dscp'),
    icmpTypeCode4: find('icmpTypeCode4'),
    icmpTypeCode6: find('icmpTypeCode6'),
    icmpType: find('icmpType'),
    icmpCode: find('icmpCode'),
    icmpType6: find('icmpType6'),
    icmpCode6: find('icmpCode6'),
    fragmentOffset: find('fragmentOffset'),
    fragmentFlags: find('fragmentFlags'),
    frameSection: find('frameSection'),
    ipSection: find('ipSection'),
    packetBytes: find('packetBytes'),
    vlan: find('vlan'),
    mplsLabel: find('mplsLabel'),
    bytes: find('bytes'),
    packets: find('packets'),
    postBytes: find('postBytes'),
    postPackets: find('postPackets'),
    samplingRate: find('samplingRate'),
    samplingPacketInterval: find('samplingPacketInterval'),
    samplingPacketSpace: find('samplingPacketSpace'),
    samplingSize: find('samplingSize'),
    samplingPopulation: find('samplingPopulation'),
    samplingProbability: find('samplingProbability'),
    selector: find('selector'),
    start: find('start'),
    end: isEndOfItsOwn(fields[find('end')], find('end') === find('start'), find('durationMs') >= 0 || find('durationMicroseconds') >= 0)
      ? find('end')
      : -1,
    durationMs: find('durationMs'),
    durationMicroseconds: find('durationMicroseconds'),
    systemInit: find('systemInit'),
    inputInterface: find('inputInterface'),
    outputInterface: find('outputInterface'),
    sourceAs: find('sourceAs'),
    destinationAs: find('destinationAs'),
    reverseBytes: find('reverseBytes'),
    reversePackets: find('reversePackets'),
    reverseTcpFlags: find('reverseTcpFlags'),
    reverseTos: find('reverseTos'),
    reverseStart: find('reverseStart'),
    reverseEnd: find('reverseEnd'),
  }
}

const observationTimes: ReadonlySet<number> = new Set([
  ie.observationTimeMilliseconds,
  ie.observationTimeMicroseconds,
  ie.observationTimeNanoseconds,
  ie.observationTimeSeconds,
])

/** A time of observation is an end where the flow has another start, and its duration is not told. */
const isEndOfItsOwn = (field: TemplateField | undefined, isStart: boolean, isDurationTold: boolean): boolean =>
  field !== undefined && (!observationTimes.has(field.id) || (!isStart && !isDurationTold))

/** NetFlow v9 has a scope of its own for it, IPFIX the field that flows have too. */
const findScopeInterface = (fields: readonly TemplateField[], scopeFields: number): number =>
  fields.findIndex(
    ({ enterprise, id, length }, index) =>
      index < scopeFields &&
      length >= 1 &&
      length <= 8 &&
      ((enterprise === netflow9Scope && id === netflow9ScopeInterface) || (enterprise === 0 && id === ie.ingressInterface)),
  )

/**
 * Stops at fields of variable length, which have a byte at least, and at those that are read; what lies between is passed over
 * at once. So the work for a record is bounded by its bytes, whatever fields of no length its template has.
 */
function planSteps(fields: readonly TemplateField[], read: ReadonlySet<number>): Int32Array {
  const steps: number[] = []
  let pass = 0
  for (const [index, { length }] of fields.entries()) {
    if (length !== variableLength && !read.has(index)) {
      pass += length
      continue
    }
    steps.push(pass, index, length)
    pass = 0
  }
  return Int32Array.from([...steps, pass, -1, 0])
}

/** Plans a template whose fields were checked: at least one, and a record of at least one byte. */
export function createTemplate(id: number, fields: readonly TemplateField[], scopeFields: number, learntMs: number): Template {
  const offsets = new Int32Array(fields.length)
  const lengths = new Int32Array(fields.length)
  let size = 0
  for (const [index, { length }] of fields.entries()) {
    offsets[index] = size
    lengths[index] = length
    size += length === variableLength ? 1 : length
  }
  const plan = planColumns(fields)
  const hasAddress = [plan.source4, plan.destination4, plan.source6, plan.destination6].some(index => index >= 0)
  const scopeInterface = findScopeInterface(fields, scopeFields)
  const isVariable = fields.some(field => field.length === variableLength)
  const isPacket = !hasAddress && (plan.frameSection >= 0 || plan.ipSection >= 0)
  return {
    id,
    fields,
    scopeFields,
    size,
    isVariable,
    offsets,
    lengths,
    plan,
    scopeInterface,
    steps: isVariable ? planSteps(fields, new Set([...Object.values(plan), scopeInterface])) : new Int32Array(0),
    isFlow: hasAddress || isPacket || plan.bytes >= 0 || plan.packets >= 0,
    isPacket,
    isBiflow: plan.reverseBytes >= 0 || plan.reversePackets >= 0,
    hasUptimesOnly: plan.systemInit < 0 && fields[plan.start]?.id === ie.flowStartSysUpTime && fields[plan.end]?.id === ie.flowEndSysUpTime,
    tellsRate: [plan.samplingRate, plan.samplingPacketInterval, plan.samplingSize, plan.samplingProbability].some(index => index >= 0),
    learntMs,
    uses: 0,
    loop: undefined,
  }
}

export const hasSameFields = (template: Template, fields: readonly TemplateField[], scopeFields: number): boolean =>
  template.scopeFields === scopeFields &&
  template.fields.length === fields.length &&
  template.fields.every((field, index) => {
    const other = fields[index]!
    return field.id === other.id && field.length === other.length && field.enterprise === other.enterprise
  })

/**
 * Finds where the fields of a record lie whose template has fields of variable length (RFC 7011 §7), and writes it into the
 * template's offsets and lengths. Returns the byte after the record, or -1 when it would end beyond `to`.
 */
export function locateFields(template: Template, view: DataView, from: number, to: number): number {
  const { steps, offsets, lengths } = template
  let at = from
  for (let step = 0; ; step += 3) {
    at += steps[step]!
    const index = steps[step + 1]!
    if (index < 0) return at > to ? -1 : at
    let length = steps[step + 2]!
    if (length === variableLength) {
      if (at + 1 > to) return -1
      length = view.getUint8(at)
      at += 1
      if (length === 255) {
        if (at + 2 > to) return -1
        length = view.getUint16(at)
        at += 2
      }
    }
    if (at + length > to) return -1
    offsets[index] = at - from
    lengths[index] = length
    at += length
  }
}
