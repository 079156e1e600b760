import { formatAddress } from '../flow/addresses.ts'
import { fragmentBit } from '../flow/flow-batch.ts'
import type { FlowBatch } from '../flow/flow-batch.ts'
import { element as ie } from '../wire/information-elements.ts'
import type { EncodedSet, FieldSpecifier, FieldValue } from './encode-templated.ts'

// What our exporter of NetFlow v9 and IPFIX tells of a flow: the two differ in how they write times and sampling.

export type TemplatedFormat = 'netflow9' | 'ipfix'

interface Column {
  id: number
  length: number
  read(batch: FlowBatch, row: number): FieldValue
}

const templateIds = { ipv4: 256, ipv6: 257, sampling: 258 } as const
const templateIdOf = (family: number): number => (family === 6 ? templateIds.ipv6 : templateIds.ipv4)

/** fragmentFlags (IPFIX 197): the second bit is "don't", the third "more follow". An offset of 1480 bytes stands for any. */
function fragmentFlags(bits: number): number {
  const hasMore = (bits & fragmentBit.firstFragment) !== 0 || (bits & (fragmentBit.isFragment | fragmentBit.lastFragment)) === 2
  return ((bits & fragmentBit.dontFragment) !== 0 ? 0x40 : 0) | (hasMore ? 0x20 : 0)
}

/** `uptimeMs` is the exporter's clock at a time, modulo 2^32. */
function columnsOf(format: TemplatedFormat, family: 4 | 6, uptimeMs: (timeMs: number) => number): Column[] {
  const is6 = family === 6
  const address = is6 ? 16 : 4
  const times: Column[] =
    format === 'ipfix'
      ? [
          { id: ie.flowStartMilliseconds, length: 8, read: (batch, row) => Math.round(batch.start[row]!) },
          { id: ie.flowEndMilliseconds, length: 8, read: (batch, row) => Math.round(batch.end[row]!) },
        ]
      : [
          { id: ie.flowStartSysUpTime, length: 4, read: (batch, row) => uptimeMs(batch.start[row]!) },
          { id: ie.flowEndSysUpTime, length: 4, read: (batch, row) => uptimeMs(batch.end[row]!) },
        ]
  return [
    {
      id: is6 ? ie.sourceIPv6Address : ie.sourceIPv4Address,
      length: address,
      read: (batch, row) => formatAddress(family, batch.source, row * 4),
    },
    {
      id: is6 ? ie.destinationIPv6Address : ie.destinationIPv4Address,
      length: address,
      read: (batch, row) => formatAddress(family, batch.destination, row * 4),
    },
    { id: ie.sourceTransportPort, length: 2, read: (batch, row) => batch.sourcePort[row]! },
    { id: ie.destinationTransportPort, length: 2, read: (batch, row) => batch.destinationPort[row]! },
    { id: ie.protocolIdentifier, length: 1, read: (batch, row) => batch.protocol[row]! },
    { id: ie.tcpControlBits, length: 1, read: (batch, row) => batch.tcpFlags[row]! & 0xff },
    { id: ie.ipClassOfService, length: 1, read: (batch, row) => batch.tos[row]! },
    { id: ie.fragmentFlags, length: 1, read: (batch, row) => fragmentFlags(batch.fragment[row]!) },
    { id: ie.fragmentOffset, length: 2, read: (batch, row) => ((batch.fragment[row]! & fragmentBit.isFragment) !== 0 ? 185 : 0) },
    {
      id: is6 ? ie.icmpTypeCodeIPv6 : ie.icmpTypeCodeIPv4,
      length: 2,
      read: (batch, row) => batch.icmpType[row]! * 256 + batch.icmpCode[row]!,
    },
    { id: ie.octetDeltaCount, length: 8, read: (batch, row) => Math.round(batch.bytes[row]! / batch.samplingRate[row]!) },
    { id: ie.packetDeltaCount, length: 8, read: (batch, row) => Math.round(batch.packets[row]! / batch.samplingRate[row]!) },
    ...times,
    { id: ie.ingressInterface, length: 4, read: (batch, row) => batch.inputInterface[row]! },
    { id: ie.egressInterface, length: 4, read: (batch, row) => batch.outputInterface[row]! },
    { id: ie.bgpSourceAsNumber, length: 4, read: (batch, row) => batch.sourceAs[row]! },
    { id: ie.bgpDestinationAsNumber, length: 4, read: (batch, row) => batch.destinationAs[row]! },
  ]
}

export interface ExportTemplates {
  /** Bytes that a record takes. */
  bytesOf(family: number): number
  dataSet(family: number, records: readonly (readonly FieldValue[])[]): EncodedSet
  recordOf(batch: FlowBatch, row: number): FieldValue[]
  /** What a collector must hear before the rest: the templates, and how much is left out. `records` are records of data in them. */
  announce(samplingRate: number): { sets: EncodedSet[]; records: number }
}

export function createExportTemplates(
  format: TemplatedFormat,
  { domain, uptimeMs }: { domain: number; uptimeMs(timeMs: number): number },
): ExportTemplates {
  const columns = { 4: columnsOf(format, 4, uptimeMs), 6: columnsOf(format, 6, uptimeMs) }
  const of = (family: number): Column[] => columns[family === 6 ? 6 : 4]
  const fieldsOf = (family: number): FieldSpecifier[] => of(family).map(({ id, length }) => ({ id, length }))
  const fields = { 4: fieldsOf(4), 6: fieldsOf(6) }
  // RFC 5477 §8.2: so many packets taken, so many left out. NetFlow v9 has the interval itself (RFC 3954 §8), of the whole system.
  const scope = format === 'ipfix' ? { id: 149, length: 4 } : { id: 1, length: 4 }
  const sampling =
    format === 'ipfix'
      ? [ie.samplingPacketInterval, ie.samplingPacketSpace].map(id => ({ id, length: 4 }))
      : [
          { id: ie.samplingInterval, length: 4 },
          { id: 35, length: 1 },
        ]
  return {
    bytesOf: family => of(family).reduce((sum, { length }) => sum + length, 0),
    dataSet: (family, records) => ({ kind: 'data', id: templateIdOf(family), fields: fields[family === 6 ? 6 : 4], records }),
    recordOf: (batch, row) => of(batch.family[row]!).map(({ read }) => read(batch, row)),
    announce: samplingRate => ({
      sets: [
        { kind: 'options-templates', templates: [{ id: templateIds.sampling, scope: [scope], fields: sampling }] },
        {
          kind: 'data',
          id: templateIds.sampling,
          fields: [scope, ...sampling],
          // Random sampling is 2 in NetFlow v9.
          records: [format === 'ipfix' ? [domain, 1, samplingRate - 1] : [domain, samplingRate, 2]],
        },
        // Last, so that whoever kept flows that came before it knows their rate.
        {
          kind: 'templates',
          templates: [
            { id: templateIds.ipv4, fields: fields[4] },
            { id: templateIds.ipv6, fields: fields[6] },
          ],
        },
      ],
      records: 1,
    }),
  }
}
