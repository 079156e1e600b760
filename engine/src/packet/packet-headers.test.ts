import fc from 'fast-check'
import { expect, test } from 'vitest'
import { formatAddress } from '../flow/addresses.ts'
import { noLabel } from '../flow/flow-batch.ts'
import { encodeEthernet, encodeGre, encodeIp, encodeMpls, encodeTcp, encodeUdp, encodeVlan } from '../generate/encode-packet.ts'
import { createPacketHeaders, readPacket } from './packet-headers.ts'
import type { Link } from './packet-headers.ts'

const v4 = { source: '192.0.2.1', destination: '198.51.100.2' }
const v6 = { source: '2001:db8::1', destination: '2001:db8::2' }
const udp = encodeUdp(53, 4444, new Uint8Array(20))
const ip4 = encodeIp({ ...v4, protocol: 17, tos: 0xb8 }, udp)
const ip6 = encodeIp({ ...v6, protocol: 6, tos: 0x20 }, encodeTcp(80, 5555, 0x112))
const options = (length: number): Uint8Array => Uint8Array.from({ length }, (_, index) => (index === 0 ? (length + 1) / 8 - 1 : 0))

function read(packet: Uint8Array, link: Link = 'ethernet', looksIntoTunnels = false) {
  const headers = createPacketHeaders()
  const view = new DataView(packet.buffer, packet.byteOffset, packet.byteLength)
  if (!readPacket(headers, view, 0, packet.length, link, looksIntoTunnels)) return undefined
  const { family, sourceAt, destinationAt, ...rest } = headers
  const words = (at: number): number[] => [0, 4, 8, 12].map(word => (family === 4 && word > 0 ? 0 : view.getUint32(at + word)))
  return { ...rest, source: formatAddress(family, words(sourceAt)), destination: formatAddress(family, words(destinationAt)) }
}

const told4 = { source: '192.0.2.1', destination: '198.51.100.2', protocol: 17, tos: 0xb8, sourcePort: 53, destinationPort: 4444, vlan: 0 }
const told6 = {
  source: '2001:db8::1',
  destination: '2001:db8::2',
  protocol: 6,
  tos: 0x20,
  sourcePort: 80,
  destinationPort: 5555,
  tcpFlags: 0x112,
}

test.each([
  ['Ethernet and IPv4', encodeEthernet(0x0800, ip4), { ...told4, mplsLabel: noLabel, fragment: 0 }],
  ['Ethernet and IPv6', encodeEthernet(0x86dd, ip6), told6],
  ['a VLAN', encodeEthernet(0x8100, encodeVlan(0x6123, 0x0800, ip4)), { ...told4, vlan: 0x123 }],
  [
    'a VLAN in a VLAN: the outer one',
    encodeEthernet(0x88a8, encodeVlan(100, 0x8100, encodeVlan(200, 0x86dd, ip6))),
    { ...told6, vlan: 100 },
  ],
  ['MPLS: the outer label', encodeEthernet(0x8847, encodeMpls([16_001, 3, 77], ip4)), { ...told4, mplsLabel: 16_001 }],
  ['Ethernet in MPLS', encodeEthernet(0x8847, encodeMpls([16_001], encodeEthernet(0x0800, ip4))), { ...told4, mplsLabel: 16_001 }],
  [
    'Ethernet with a VLAN in MPLS, behind a control word',
    encodeEthernet(0x8847, encodeMpls([16_001, 17], Uint8Array.from([0, 0, 0, 3, ...encodeEthernet(0x8100, encodeVlan(9, 0x86dd, ip6))]))),
    { ...told6, mplsLabel: 16_001, vlan: 9 },
  ],
  ['IP in LLC', encodeEthernet(ip4.length + 3, Uint8Array.from([6, 6, 3, ...ip4])), told4],
  ['a VLAN, then MPLS with IPv6', encodeEthernet(0x8100, encodeVlan(5, 0x8847, encodeMpls([0], ip6))), { ...told6, mplsLabel: 0, vlan: 5 }],
  [
    'extension headers',
    encodeEthernet(
      0x86dd,
      encodeIp(
        {
          ...v6,
          protocol: 17,
          extensionHeaders: [
            { kind: 0, content: options(7) },
            { kind: 60, content: options(15) },
            { kind: 51, content: Uint8Array.from([4, ...new Uint8Array(22)]) },
          ],
        },
        udp,
      ),
    ),
    { protocol: 17, sourcePort: 53, destinationPort: 4444, fragment: 0 },
  ],
  [
    'a first fragment',
    encodeEthernet(0x0800, encodeIp({ ...v4, protocol: 17, hasMoreFragments: true }, udp)),
    { sourcePort: 53, fragment: 4 },
  ],
  [
    'a middle fragment: its bytes are no ports',
    encodeEthernet(0x0800, encodeIp({ ...v4, protocol: 17, hasMoreFragments: true, fragmentOffset: 1480 }, udp)),
    { protocol: 17, sourcePort: 0, destinationPort: 0, fragment: 2 },
  ],
  [
    'a last fragment',
    encodeEthernet(0x0800, encodeIp({ ...v4, protocol: 17, fragmentOffset: 1480 }, udp)),
    { sourcePort: 0, fragment: 10 },
  ],
  ['one that must not be split', encodeEthernet(0x0800, encodeIp({ ...v4, protocol: 17, isDontFragment: true }, udp)), { fragment: 1 }],
  [
    'a first fragment of IPv6',
    encodeEthernet(0x86dd, encodeIp({ ...v6, protocol: 17, hasMoreFragments: true }, udp)),
    { sourcePort: 53, fragment: 4 },
  ],
  [
    'a last fragment of IPv6',
    encodeEthernet(0x86dd, encodeIp({ ...v6, protocol: 17, fragmentOffset: 1232 }, udp)),
    { protocol: 17, sourcePort: 0, fragment: 10 },
  ],
  [
    'ICMP',
    encodeEthernet(0x0800, encodeIp({ ...v4, protocol: 1 }, Uint8Array.from([3, 1, 0, 0]))),
    { icmpType: 3, icmpCode: 1, sourcePort: 0 },
  ],
  [
    'GRE from outside',
    encodeEthernet(0x0800, encodeIp({ ...v4, protocol: 47 }, encodeGre(0x86dd, ip6))),
    { source: '192.0.2.1', protocol: 47 },
  ],
  ['LLC and SNAP', encodeEthernet(60, Uint8Array.from([0xaa, 0xaa, 3, 0, 0, 0, 8, 0, ...ip4])), told4],
  ['PPPoE', encodeEthernet(0x8864, Uint8Array.from([0x11, 0, 0, 1, 0, 50, 0, 0x21, ...ip4])), told4],
])('%s is read', (_name, packet, told) => expect(read(packet)).toMatchObject(told))

test.each<[Link, Uint8Array]>([
  ['ip', ip4],
  ['sll', Uint8Array.from([...new Uint8Array(14), 8, 0, ...ip4])],
  ['sll2', Uint8Array.from([8, 0, ...new Uint8Array(18), ...ip4])],
  ['null', Uint8Array.from([2, 0, 0, 0, ...ip4])],
  ['ppp', Uint8Array.from([0xff, 3, 0, 0x21, ...ip4])],
  ['mpls', encodeMpls([5], ip4)],
])('a packet is found behind %s', (link, packet) => expect(read(packet, link)).toMatchObject(told4))

test('tunnels are opened when that is wanted', () => {
  const open = (protocol: number, payload: Uint8Array) =>
    read(encodeEthernet(0x0800, encodeIp({ ...v4, protocol }, payload)), 'ethernet', true)
  expect(open(47, encodeGre(0x86dd, ip6, 99))).toMatchObject(told6)
  expect(open(47, encodeGre(0x6558, encodeEthernet(0x86dd, ip6)))).toMatchObject(told6)
  expect(open(41, ip6)).toMatchObject(told6)
  expect(open(4, encodeIp({ ...v4, protocol: 47 }, encodeGre(0x86dd, ip6)))).toMatchObject(told6)
  expect(open(47, encodeGre(0x880b, ip4))).toMatchObject({ source: '192.0.2.1', protocol: 47 })
})

test('a packet that was cut short tells what it still has', () => {
  const packet = encodeEthernet(0x86dd, ip6)
  expect(read(packet.subarray(0, 14 + 39))).toBeUndefined()
  expect(read(packet.subarray(0, 14 + 40))).toMatchObject({ source: '2001:db8::1', protocol: 6, sourcePort: 0 })
  expect(read(packet.subarray(0, 14 + 40 + 4))).toMatchObject({ sourcePort: 80, tcpFlags: 0 })
  expect(read(Uint8Array.from([1, 2, 3]))).toBeUndefined()
})

test('no bytes make it throw, and nothing beyond its end is read', () => {
  const link = fc.constantFrom<Link>('ethernet', 'ip', 'mpls', 'ppp', 'sll', 'sll2', 'null')
  const whole = [
    encodeEthernet(0x8100, encodeVlan(5, 0x8847, encodeMpls([0], ip6))),
    encodeEthernet(0x0800, encodeIp({ ...v4, protocol: 47 }, encodeGre(0x86dd, ip6))),
  ]
  const mutated = fc
    .tuple(fc.constantFrom(...whole), fc.array(fc.tuple(fc.nat({ max: 70 }), fc.nat({ max: 255 })), { maxLength: 6 }), fc.nat({ max: 90 }))
    .map(([packet, changes, length]) => {
      const bytes = packet.slice(0, length)
      for (const [at, value] of changes) if (at < bytes.length) bytes[at] = value
      return bytes
    })
  fc.assert(
    fc.property(fc.oneof(fc.uint8Array({ maxLength: 120 }), mutated), link, fc.boolean(), (bytes, kind, opens) => {
      read(bytes, kind, opens)
    }),
    { numRuns: 3000 },
  )
})

test('a tag of a VLAN is read in a cooked capture, too', () => {
  const packet = Uint8Array.from([0x81, 0, ...new Uint8Array(18), ...encodeVlan(7, 0x0800, ip4)])
  expect(read(packet, 'sll2')).toMatchObject({ ...told4, vlan: 7 })
})
