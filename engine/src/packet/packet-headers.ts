import { fragmentBit, noLabel } from '../flow/flow-batch.ts'

// Finds in the first bytes of a packet what a flow is made of: addresses, protocol, ports, flags. For packets that sFlow
// carries as they were sent, and for captures. Whatever is not there any more, because a packet was cut short, stays 0.

/** How a packet begins. */
export type Link = 'ethernet' | 'ip' | 'mpls' | 'ppp' | 'sll' | 'sll2' | 'null'

/** What was found; one object serves for all packets. Places are bytes of the view. */
export interface PacketHeaders {
  /** 4 or 6; 0 when the packet is not of IP or ends before its header does. */
  family: number
  sourceAt: number
  destinationAt: number
  protocol: number
  tos: number
  /** `fragmentBit`s. */
  fragment: number
  sourcePort: number
  destinationPort: number
  tcpFlags: number
  icmpType: number
  icmpCode: number
  /** Id of the outermost VLAN tag; 0 without. */
  vlan: number
  /** Outermost MPLS label, or `noLabel`. */
  mplsLabel: number
  /** Where the transport header starts, and where the packet ends by IP's own length, which may lie beyond what was kept. */
  transportAt: number
  packetEnd: number
}

export const createPacketHeaders = (): PacketHeaders => ({
  family: 0,
  sourceAt: 0,
  destinationAt: 0,
  protocol: 0,
  tos: 0,
  fragment: 0,
  sourcePort: 0,
  destinationPort: 0,
  tcpFlags: 0,
  icmpType: 0,
  icmpCode: 0,
  vlan: 0,
  mplsLabel: noLabel,
  transportAt: 0,
  packetEnd: 0,
})

// What is imported or exported is looked up each time that it is used: readers have constants of their own.
const unlabelled = noLabel
const { dontFragment, isFragment, firstFragment, lastFragment } = fragmentBit

const maxTags = 8
const maxLabels = 16
const maxExtensionHeaders = 16
/** Tunnels in tunnels that are followed. */
const maxDepth = 4

const etherType = { ipv4: 0x0800, ipv6: 0x86dd, mpls: 0x8847, mplsMulticast: 0x8848, pppoe: 0x8864, bridged: 0x6558 } as const
const isVlanTag = (type: number): boolean => type === 0x8100 || type === 0x88a8 || type === 0x9100 || type === 0x9200

export const protocolNumber = { icmp: 1, ipip: 4, tcp: 6, udp: 17, ipv6: 41, gre: 47, icmp6: 58 } as const
const { tcp, icmp, icmp6, ipip, ipv6: ipv6InIp, gre } = protocolNumber
/** TCP, UDP, DCCP, SCTP and UDP-Lite begin with their ports. */
const hasPorts = (protocol: number): boolean => protocol === 6 || protocol === 17 || protocol === 33 || protocol === 132 || protocol === 136

/**
 * Reads the packet at bytes `from` to `to`. With `looksIntoTunnels` GRE, IPv4 and IPv6 in IP are opened and the packet inside
 * is what is told. Returns whether there is a whole IP header.
 */
export function readPacket(
  headers: PacketHeaders,
  view: DataView,
  from: number,
  to: number,
  link: Link,
  looksIntoTunnels = false,
): boolean {
  headers.family = 0
  headers.vlan = 0
  headers.mplsLabel = unlabelled
  clearTransport(headers)
  readLink(headers, view, from, to, link)
  for (let depth = 0; looksIntoTunnels && headers.family !== 0 && depth < maxDepth; depth++) if (!openTunnel(headers, view, to)) break
  return headers.family !== 0
}

function clearTransport(headers: PacketHeaders): void {
  headers.protocol = 0
  headers.tos = 0
  headers.fragment = 0
  headers.sourcePort = 0
  headers.destinationPort = 0
  headers.tcpFlags = 0
  headers.icmpType = 0
  headers.icmpCode = 0
}

function readLink(headers: PacketHeaders, view: DataView, from: number, to: number, link: Link): void {
  switch (link) {
    case 'ethernet':
      return from + 14 <= to ? readEtherType(headers, view, from + 12, to) : undefined
    case 'sll':
      return from + 16 <= to ? readEtherType(headers, view, from + 14, to) : undefined
    case 'sll2':
      // Linux cooked capture v2 begins with the type; its header has 20 bytes.
      return from + 20 <= to ? readTagged(headers, view, from + 20, to, view.getUint16(from)) : undefined
    case 'ip':
      return readIp(headers, view, from, to)
    case 'mpls':
      return readLabels(headers, view, from, to)
    case 'ppp':
      return readPpp(headers, view, from, to)
    case 'null':
      // An address family in the byte order of whoever captured; the IP version tells as much.
      return readIp(headers, view, from + 4, to)
  }
}

/** From the bytes that hold an EtherType on, through VLAN tags; a number up to 1500 is a length, with LLC behind it. */
function readEtherType(headers: PacketHeaders, view: DataView, from: number, to: number): void {
  readTagged(headers, view, from + 2, to, view.getUint16(from))
}

/** The same, of an EtherType that was read already. Inside of MPLS it is IP or nothing, so that there is no end of going inside. */
function readTagged(headers: PacketHeaders, view: DataView, from: number, to: number, firstType: number, isInside = false): void {
  let at = from
  let type = firstType
  for (let tags = 0; isVlanTag(type); tags++) {
    if (tags === maxTags || at + 4 > to) return
    if (tags === 0) headers.vlan = view.getUint16(at) & 0x0fff
    type = view.getUint16(at + 2)
    at += 4
  }
  // RFC 1042: LLC and SNAP, then an EtherType; or LLC alone, whose 6 is IP (RFC 948).
  if (type <= 1500 && at + 8 <= to && view.getUint16(at) === 0xaaaa) {
    type = view.getUint16(at + 6)
    at += 8
  } else if (type <= 1500 && at + 3 <= to && view.getUint16(at) === 0x0606) return readIp(headers, view, at + 3, to)
  if (!isInside || type === etherType.ipv4 || type === etherType.ipv6) readNetwork(headers, view, at, to, type)
}

function readNetwork(headers: PacketHeaders, view: DataView, from: number, to: number, type: number): void {
  if (type === etherType.ipv4 || type === etherType.ipv6) readIp(headers, view, from, to)
  else if (type === etherType.mpls || type === etherType.mplsMulticast) readLabels(headers, view, from, to)
  // PPPoE has six bytes before PPP (RFC 2516 §4).
  else if (type === etherType.pppoe) readPpp(headers, view, from + 6, to)
}

function readPpp(headers: PacketHeaders, view: DataView, from: number, to: number): void {
  let at = from
  // Address and control of HDLC-like framing may stand before the protocol (RFC 1662 §3.1).
  if (at + 4 <= to && view.getUint16(at) === 0xff03) at += 2
  if (at + 2 > to) return
  const protocol = view.getUint16(at)
  if (protocol === 0x0021 || protocol === 0x0057) readIp(headers, view, at + 2, to)
  else if (protocol === 0x0281) readLabels(headers, view, at + 2, to)
}

/**
 * MPLS tells nowhere what it carries: after the bottom of the stack the first four bits say whether it is IP. Else it may be Ethernet (RFC 4448),
 * behind a control word that begins with zeros (RFC 4385) or without one.
 */
function readLabels(headers: PacketHeaders, view: DataView, from: number, to: number): void {
  let at = from
  for (let labels = 0; labels < maxLabels && at + 4 <= to; labels++, at += 4) {
    const entry = view.getUint32(at)
    if (labels === 0 && headers.mplsLabel === unlabelled) headers.mplsLabel = entry >>> 12
    if ((entry & 0x100) === 0) continue
    readIp(headers, view, at + 4, to)
    const farthest = at + 4 < to && view.getUint8(at + 4) >>> 4 === 0 ? at + 8 : at + 4
    for (let frame = farthest; headers.family === 0 && frame >= at + 4; frame -= 4)
      if (frame + 14 <= to) readTagged(headers, view, frame + 14, to, view.getUint16(frame + 12), true)
    return
  }
}

function readIp(headers: PacketHeaders, view: DataView, from: number, to: number): void {
  if (from + 20 > to) return
  const version = view.getUint8(from) >>> 4
  if (version === 4) readIPv4(headers, view, from, to)
  else if (version === 6) readIPv6(headers, view, from, to)
}

function readIPv4(headers: PacketHeaders, view: DataView, from: number, to: number): void {
  const headerBytes = (view.getUint8(from) & 15) * 4
  if (headerBytes < 20) return
  clearTransport(headers)
  headers.family = 4
  headers.tos = view.getUint8(from + 1)
  headers.protocol = view.getUint8(from + 9)
  headers.sourceAt = from + 12
  headers.destinationAt = from + 16
  headers.packetEnd = from + view.getUint16(from + 2)
  headers.transportAt = from + headerBytes
  const field = view.getUint16(from + 6)
  if ((field & 0x4000) !== 0) headers.fragment = dontFragment
  noteFragment(headers, (field & 0x1fff) !== 0, (field & 0x2000) !== 0)
  readTransport(headers, view, to)
}

function readIPv6(headers: PacketHeaders, view: DataView, from: number, to: number): void {
  if (from + 40 > to) return
  clearTransport(headers)
  headers.family = 6
  headers.tos = (view.getUint16(from) >>> 4) & 0xff
  headers.sourceAt = from + 8
  headers.destinationAt = from + 24
  headers.packetEnd = from + 40 + view.getUint16(from + 4)
  let next = view.getUint8(from + 6)
  let at = from + 40
  for (let count = 0; count < maxExtensionHeaders && isExtensionHeader(next) && at + 8 <= to; count++) {
    const kind = next
    next = view.getUint8(at)
    if (kind === 44) {
      const field = view.getUint16(at + 2)
      noteFragment(headers, field >>> 3 !== 0, (field & 1) !== 0)
      at += 8
      // What follows in a later fragment is data, no header.
      if (field >>> 3 !== 0) break
    } else at += kind === 51 ? (view.getUint8(at + 1) + 2) * 4 : (view.getUint8(at + 1) + 1) * 8
  }
  headers.protocol = next
  headers.transportAt = at
  readTransport(headers, view, to)
}

/** Hop-by-hop, routing, fragment, authentication, destination, mobility, HIP, shim6 (IANA, IPv6 extension header types). */
const isExtensionHeader = (next: number): boolean =>
  next === 0 || next === 43 || next === 44 || next === 51 || next === 60 || next === 135 || next === 139 || next === 140

function noteFragment(headers: PacketHeaders, isLater: boolean, hasMore: boolean): void {
  if (isLater) headers.fragment |= isFragment | (hasMore ? 0 : lastFragment)
  else if (hasMore) headers.fragment |= firstFragment
}

function readTransport(headers: PacketHeaders, view: DataView, to: number): void {
  const { protocol, transportAt: at } = headers
  if ((headers.fragment & isFragment) !== 0) return
  if (hasPorts(protocol)) {
    if (at + 4 > to) return
    headers.sourcePort = view.getUint16(at)
    headers.destinationPort = view.getUint16(at + 2)
    // The lower nine bits: FIN to CWR, and what was NS (RFC 9293 §3.1).
    if (protocol === tcp && at + 14 <= to) headers.tcpFlags = view.getUint16(at + 12) & 0x01ff
  } else if ((protocol === icmp || protocol === icmp6) && at + 2 <= to) {
    headers.icmpType = view.getUint8(at)
    headers.icmpCode = view.getUint8(at + 1)
  }
}

/** Goes on inside of a tunnel; false when the packet is none, or nothing of IP is inside. */
function openTunnel(headers: PacketHeaders, view: DataView, to: number): boolean {
  const { protocol, transportAt: at } = headers
  if ((headers.fragment & isFragment) !== 0) return false
  const before = headers.sourceAt
  if (protocol === ipip || protocol === ipv6InIp) readIp(headers, view, at, to)
  else if (protocol === gre && at + 4 <= to) {
    const flags = view.getUint16(at)
    // RFC 2784 and RFC 2890: checksum, key and sequence number if announced; routing and other versions are not followed.
    if ((flags & 0x4007) !== 0) return false
    const inner = at + 4 + ((flags & 0x8000) !== 0 ? 4 : 0) + ((flags & 0x2000) !== 0 ? 4 : 0) + ((flags & 0x1000) !== 0 ? 4 : 0)
    const type = view.getUint16(at + 2)
    if (type !== etherType.bridged) readNetwork(headers, view, inner, to, type)
    else if (inner + 14 <= to) readEtherType(headers, view, inner + 12, to)
  }
  return headers.sourceAt !== before
}
