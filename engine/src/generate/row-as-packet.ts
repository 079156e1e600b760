import { formatAddress } from '../flow/addresses.ts'
import { fragmentBit } from '../flow/flow-batch.ts'
import type { FlowBatch } from '../flow/flow-batch.ts'
import { encodeEthernet, encodeIp, encodeTcp, encodeUdp } from './encode-packet.ts'

/** One packet of a row, of its mean length, in an Ethernet frame. */
export function encodeRowAsPacket(batch: FlowBatch, row: number): Uint8Array<ArrayBuffer> {
  const family = batch.family[row]!
  const protocol = batch.protocol[row]!
  const fragment = batch.fragment[row]!
  const isLater = (fragment & fragmentBit.isFragment) !== 0
  const bytes = Math.round(batch.bytes[row]! / Math.max(1, batch.packets[row]!))
  const hasMore = (fragment & fragmentBit.firstFragment) !== 0 || (isLater && (fragment & fragmentBit.lastFragment) === 0)
  // IPv6 says in a header of eight bytes that a packet is a fragment (RFC 8200 §4.5).
  const headerBytes = family === 4 ? 20 : isLater || hasMore ? 48 : 40
  const content = (least: number): Uint8Array<ArrayBuffer> => new Uint8Array(Math.max(0, bytes - headerBytes - least))
  const [sourcePort, destinationPort] = [batch.sourcePort[row]!, batch.destinationPort[row]!]
  let payload: Uint8Array
  if (isLater) payload = content(0)
  else if (protocol === 6) payload = concatenate(encodeTcp(sourcePort, destinationPort, batch.tcpFlags[row]!), content(20))
  else if (protocol === 17) payload = encodeUdp(sourcePort, destinationPort, content(8))
  else if (protocol === 1 || protocol === 58)
    payload = concatenate(Uint8Array.of(batch.icmpType[row]!, batch.icmpCode[row]!, 0, 0, 0, 0, 0, 0), content(8))
  else payload = content(0)
  const packet = encodeIp(
    {
      source: formatAddress(family, batch.source, row * 4),
      destination: formatAddress(family, batch.destination, row * 4),
      protocol,
      tos: batch.tos[row]!,
      isDontFragment: (fragment & fragmentBit.dontFragment) !== 0,
      hasMoreFragments: hasMore,
      fragmentOffset: isLater ? 1480 : 0,
    },
    payload,
  )
  return encodeEthernet(family === 4 ? 0x0800 : 0x86dd, packet)
}

function concatenate(first: Uint8Array, second: Uint8Array): Uint8Array<ArrayBuffer> {
  const both = new Uint8Array(first.length + second.length)
  both.set(first)
  both.set(second, first.length)
  return both
}
