import { networkInterfaces } from 'node:os'
import { parseAddress } from '../flow/addresses.ts'
import type { Family } from '../flow/addresses.ts'
import { linux } from './linux-sockets.ts'

// Addresses of sockets as Linux lays them out: sockaddr_in has 16 bytes, sockaddr_in6 has 28; the family is in the machine's
// order (little-endian on all machines we know the layout of), port and address are in the network's.

export const socketAddressBytes = 28

export interface SocketAddress {
  family: Family
  bytes: Uint8Array
}

/** An address in text (`fe80::1%eth0` too) and a port; undefined when the text is no address. */
export function encodeSocketAddress(text: string, port: number): SocketAddress | undefined {
  const address = parseAddress(text)
  if (!address) return undefined
  const { family, words } = address
  const bytes = new Uint8Array(family === 4 ? 16 : socketAddressBytes)
  const view = new DataView(bytes.buffer)
  view.setUint16(0, family === 4 ? linux.AF_INET : linux.AF_INET6, true)
  view.setUint16(2, port)
  for (let word = 0; word < (family === 4 ? 1 : 4); word++) view.setUint32((family === 4 ? 4 : 8) + word * 4, words[word]!)
  if (family === 6) view.setUint32(24, scopeOf(text), true)
  return { family, bytes }
}

/** A zone is a number or the name of an interface (RFC 4007 §11.2). */
function scopeOf(text: string): number {
  const zone = text.split('%')[1]
  if (zone === undefined) return 0
  if (/^\d+$/.test(zone)) return Number(zone)
  return networkInterfaces()[zone]?.find(one => one.family === 'IPv6')?.scopeid ?? 0
}

/** 127.0.0.0/8 (RFC 1122 §3.2.1.3) and `::1` (RFC 4291 §2.5.3), also as `::ffff:127.0.0.1`; false for what is no address. */
export function isLoopback(text: string): boolean {
  const address = parseAddress(text)
  if (!address) return false
  const [first, second, third, fourth] = address.words
  if (address.family === 4) return first >>> 24 === 127
  if (first !== 0 || second !== 0) return false
  return third === 0 ? fourth === 1 : third === 0xffff && fourth >>> 24 === 127
}

export const portOf = (bytes: Uint8Array): number => bytes[2]! * 256 + bytes[3]!

/**
 * Number of the sender whose address the kernel wrote at byte `at`. A socket for both families names IPv4 senders as
 * `::ffff:192.0.2.1` (RFC 4291 §2.5.5.2); they are the same exporters.
 */
export function senderAt(
  view: DataView,
  at: number,
  numberOf: (family: Family, first: number, second: number, third: number, fourth: number) => number,
): number {
  if (view.getUint16(at, true) === linux.AF_INET) return numberOf(4, view.getUint32(at + 4), 0, 0, 0)
  const [first, second, third, fourth] = [view.getUint32(at + 8), view.getUint32(at + 12), view.getUint32(at + 16), view.getUint32(at + 20)]
  if (first === 0 && second === 0 && third === 0xffff) return numberOf(4, fourth, 0, 0, 0)
  return numberOf(6, first, second, third, fourth)
}
