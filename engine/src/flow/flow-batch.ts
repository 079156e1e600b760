// Flows by column, on typed arrays: a decoder writes a row by index and allocates nothing, and whoever counts reads the
// few columns that it needs. A row is a flow in one direction, its volume already corrected for sampling. Rows that are not
// taken are blank, so that a decoder writes only what an exporter tells.

/** Which fragment of a packet was seen: the bits of FlowSpec's component 12 (RFC 8955 §4.2.2.12). */
export const fragmentBit = { dontFragment: 1, isFragment: 2, firstFragment: 4, lastFragment: 8 } as const

/** No label was given: labels have 20 bits (RFC 3032 §2.1), and 0 is one of them. */
export const noLabel = 0xffff_ffff

export interface FlowBatch {
  readonly capacity: number
  /** Rows that count, from 0 on. */
  length: number
  /** 4, 6, or 0 when the record names no address. */
  readonly family: Uint8Array
  /** Four 32-bit words a row, most significant first. An IPv4 address is word 0; the others are then 0. */
  readonly source: Uint32Array
  readonly destination: Uint32Array
  /** 0 where the protocol has no ports; ICMP's type and code have columns of their own. */
  readonly sourcePort: Uint16Array
  readonly destinationPort: Uint16Array
  /** IANA protocol number. */
  readonly protocol: Uint8Array
  /** TCP control bits, OR over the flow's packets. */
  readonly tcpFlags: Uint16Array
  /** IPv4's TOS or IPv6's traffic class. */
  readonly tos: Uint8Array
  /** Type and code of ICMP and ICMPv6; 0 elsewhere. */
  readonly icmpType: Uint8Array
  readonly icmpCode: Uint8Array
  /** `fragmentBit`s. */
  readonly fragment: Uint8Array
  /** VLAN id; 0 when none was given. */
  readonly vlan: Uint16Array
  /** Outermost MPLS label, or `noLabel`. */
  readonly mplsLabel: Uint32Array
  /** As the exporter counted, times `samplingRate`. */
  readonly packets: Float64Array
  readonly bytes: Float64Array
  /** One packet in so many was looked at; 1 is every packet. */
  readonly samplingRate: Float64Array
  /** Milliseconds since 1970, first and last packet; start ≤ end. */
  readonly start: Float64Array
  readonly end: Float64Array
  /** Number of the exporter in its table (exporter-table.ts). */
  readonly exporter: Uint32Array
  /** IPFIX's observation domain, NetFlow v9's source id, NetFlow v5's engine type and id, sFlow's sub-agent. */
  readonly domain: Uint32Array
  /** SNMP interface indexes; 0 when not given. */
  readonly inputInterface: Uint32Array
  readonly outputInterface: Uint32Array
  /** Autonomous system numbers; 0 when not given. */
  readonly sourceAs: Uint32Array
  readonly destinationAs: Uint32Array
}

/** An empty batch of `capacity` rows, about 110 bytes a row; `shared` puts it where other threads can read it. */
export function createFlowBatch(capacity: number, { shared = false }: { shared?: boolean } = {}): FlowBatch {
  const make = <Column>(kind: { new (memory: ArrayBufferLike): Column; BYTES_PER_ELEMENT: number }, perRow = 1): Column => {
    const size = kind.BYTES_PER_ELEMENT * capacity * perRow
    return new kind(shared ? new SharedArrayBuffer(size) : new ArrayBuffer(size))
  }
  const batch: FlowBatch = {
    capacity,
    length: 0,
    family: make(Uint8Array),
    source: make(Uint32Array, 4),
    destination: make(Uint32Array, 4),
    sourcePort: make(Uint16Array),
    destinationPort: make(Uint16Array),
    protocol: make(Uint8Array),
    tcpFlags: make(Uint16Array),
    tos: make(Uint8Array),
    icmpType: make(Uint8Array),
    icmpCode: make(Uint8Array),
    fragment: make(Uint8Array),
    vlan: make(Uint16Array),
    mplsLabel: make(Uint32Array),
    packets: make(Float64Array),
    bytes: make(Float64Array),
    samplingRate: make(Float64Array),
    start: make(Float64Array),
    end: make(Float64Array),
    exporter: make(Uint32Array),
    domain: make(Uint32Array),
    inputInterface: make(Uint32Array),
    outputInterface: make(Uint32Array),
    sourceAs: make(Uint32Array),
    destinationAs: make(Uint32Array),
  }
  blank(batch, 0, capacity)
  return batch
}

/** Columns with one number a row: all but the addresses. */
export const columnsOfOneNumber = [
  'family',
  'sourcePort',
  'destinationPort',
  'protocol',
  'tcpFlags',
  'tos',
  'icmpType',
  'icmpCode',
  'fragment',
  'vlan',
  'packets',
  'bytes',
  'start',
  'end',
  'exporter',
  'domain',
  'inputInterface',
  'outputInterface',
  'sourceAs',
  'destinationAs',
  'mplsLabel',
  'samplingRate',
] as const satisfies readonly (keyof FlowBatch)[]

/** Makes the rows `from` to `to` blank: zeros, no label, a sampling rate of 1. */
export function blank(batch: FlowBatch, from: number, to: number): void {
  for (const column of columnsOfOneNumber) batch[column].fill(0, from, to)
  batch.source.fill(0, from * 4, to * 4)
  batch.destination.fill(0, from * 4, to * 4)
  batch.mplsLabel.fill(noLabel, from, to)
  batch.samplingRate.fill(1, from, to)
}

/** Takes all rows out, for the next ones. */
export function emptyBatch(batch: FlowBatch): void {
  blank(batch, 0, batch.length)
  batch.length = 0
}
