import { ByteWriter } from './byte-writer.ts'

// Packets as they are sent, from the outside in. Each layer takes what it carries. Checksums are left 0: nothing that reads
// flows looks at them.

export interface IpOptions {
  source: string
  destination: string
  protocol: number
  tos?: number
  /** In bytes, a multiple of 8. */
  fragmentOffset?: number
  hasMoreFragments?: boolean
  isDontFragment?: boolean
  /** IPv6 only: headers before the payload, as number and content. */
  extensionHeaders?: readonly { kind: number; content: Uint8Array }[]
}

export const encodeEthernet = (type: number, payload: Uint8Array): Uint8Array<ArrayBuffer> =>
  new ByteWriter().raw([2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2]).u16(type).raw(payload).done()

/** A VLAN tag and the EtherType after it: what follows an EtherType of 0x8100. */
export const encodeVlan = (id: number, type: number, payload: Uint8Array): Uint8Array<ArrayBuffer> =>
  new ByteWriter().u16(id, type).raw(payload).done()

/** A stack of labels, outermost first. */
export function encodeMpls(labels: readonly number[], payload: Uint8Array): Uint8Array<ArrayBuffer> {
  const writer = new ByteWriter()
  for (const [index, label] of labels.entries()) writer.u32(((label << 12) | (index === labels.length - 1 ? 0x100 : 0) | 64) >>> 0)
  return writer.raw(payload).done()
}

export function encodeIp(options: IpOptions, payload: Uint8Array): Uint8Array<ArrayBuffer> {
  return options.source.includes(':') ? encodeIPv6(options, payload) : encodeIPv4(options, payload)
}

function encodeIPv4(options: IpOptions, payload: Uint8Array): Uint8Array<ArrayBuffer> {
  const { source, destination, protocol, tos = 0, fragmentOffset = 0, hasMoreFragments = false, isDontFragment = false } = options
  const fragment = (isDontFragment ? 0x4000 : 0) | (hasMoreFragments ? 0x2000 : 0) | (fragmentOffset / 8)
  const writer = new ByteWriter()
    .u8(0x45, tos)
    .u16(20 + payload.length, 1, fragment)
    .u8(64, protocol)
    .u16(0)
  return writer.address(source).address(destination).raw(payload).done()
}

function encodeIPv6(options: IpOptions, payload: Uint8Array): Uint8Array<ArrayBuffer> {
  const { source, destination, protocol, tos = 0, fragmentOffset = 0, hasMoreFragments = false, extensionHeaders = [] } = options
  const headers = [...extensionHeaders]
  if (fragmentOffset > 0 || hasMoreFragments) {
    const content = new ByteWriter()
      .u8(0)
      .u16(fragmentOffset | (hasMoreFragments ? 1 : 0))
      .u32(7)
      .done()
    headers.push({ kind: 44, content })
  }
  const chain = new ByteWriter()
  for (const [index, { content }] of headers.entries()) chain.u8(headers[index + 1]?.kind ?? protocol).raw(content)
  const writer = new ByteWriter().u32((0x6000_0000 | (tos << 20)) >>> 0).u16(chain.length + payload.length)
  writer
    .u8(headers[0]?.kind ?? protocol, 64)
    .address(source)
    .address(destination)
  return writer.raw(chain.done()).raw(payload).done()
}

export const encodeUdp = (sourcePort: number, destinationPort: number, payload: Uint8Array): Uint8Array<ArrayBuffer> =>
  new ByteWriter()
    .u16(sourcePort, destinationPort, 8 + payload.length, 0)
    .raw(payload)
    .done()

export const encodeTcp = (sourcePort: number, destinationPort: number, flags: number): Uint8Array<ArrayBuffer> =>
  new ByteWriter()
    .u16(sourcePort, destinationPort)
    .u32(1, 2)
    .u16(0x5000 | flags, 1024, 0, 0)
    .done()

/** GRE (RFC 2784) around a packet of this EtherType, with a key (RFC 2890) if one is given. */
export function encodeGre(type: number, payload: Uint8Array, key?: number): Uint8Array<ArrayBuffer> {
  const writer = new ByteWriter().u16(key === undefined ? 0 : 0x2000, type)
  if (key !== undefined) writer.u32(key)
  return writer.raw(payload).done()
}
