import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { createCaptureReader } from '#capture/capture-reader.ts'
import type { CapturedPacket } from '#capture/capture-reader.ts'
import { createUdpExtractor } from '#capture/udp-datagrams.ts'
import { encodeEthernet, encodeGre, encodeIp, encodeMpls, encodeTcp, encodeUdp, encodeVlan } from '#generate/encode-packet.ts'
import { encodePcap, encodePcapng } from '#generate/encode-pcap.ts'
import { hostileSeeds } from '../test/hostile-seeds.ts'
import { links } from './packet-target.ts'

// What the fuzzers start from: the fixtures, which hold what exporters and BGP speakers sent, and what is rare in them.

const folder = path.resolve(import.meta.dirname, '../fixtures')
/** Of a fixture's datagrams so many of the first, which bring templates, and of the last, which bring flows: what lies between is more of the same. */
const datagramsOfEnds = 3
const packetsOfFixture = 3

function readPackets(fixture: string): CapturedPacket[] {
  const packets: CapturedPacket[] = []
  const reader = createCaptureReader(packet => packets.push(packet))
  reader.push(readFileSync(path.join(folder, fixture, 'export.pcap')))
  return packets
}

const fixtures = (isWanted: (name: string) => boolean): string[] =>
  readdirSync(folder, { withFileTypes: true })
    .filter(entry => entry.isDirectory() && isWanted(entry.name))
    .map(entry => entry.name)
    .sort()

/** Datagrams of the fixtures whose name has this in it, and those rare ones that begin with one of these versions. */
export function datagramSeeds(name: string, versions: readonly number[]): Uint8Array[] {
  const found: Uint8Array[] = []
  for (const fixture of fixtures(fixtureName => fixtureName.includes(name))) {
    const ofFixture: Uint8Array[] = []
    const extractor = createUdpExtractor(({ bytes, from, to }) => ofFixture.push(bytes.slice(from, to)))
    for (const packet of readPackets(fixture)) extractor.take(packet)
    found.push(...ofFixture.slice(0, datagramsOfEnds), ...ofFixture.slice(datagramsOfEnds).slice(-datagramsOfEnds))
  }
  return [...found, ...hostileSeeds.filter(seed => versions.includes(seed[0]! * 256 + seed[1]!))]
}

const v4 = { source: '192.0.2.1', destination: '198.51.100.2' }
const v6 = { source: '2001:db8::1', destination: '2001:db8::2' }
const udp = encodeUdp(5000, 2055, Uint8Array.from([9, 8, 7]))
const tcp = encodeTcp(443, 50_000, 0x12)
const ip4 = encodeIp({ ...v4, protocol: 17, tos: 0x28, isDontFragment: true }, udp)
const ip6 = encodeIp({ ...v6, protocol: 6 }, tcp)
const options = { kind: 0, content: Uint8Array.from([0, 1, 4, 0, 0, 0, 0]) }
const deep = encodeIp({ ...v6, protocol: 17, extensionHeaders: [options, { ...options, kind: 60 }], hasMoreFragments: true }, udp)
const frames = [
  encodeEthernet(0x0800, ip4),
  encodeEthernet(0x86dd, ip6),
  encodeEthernet(0x8100, encodeVlan(7, 0x8847, encodeMpls([5, 6], deep))),
  encodeEthernet(0x8864, Uint8Array.from([0x11, 0, 0, 1, 0, 22, 0, 0x21, ...ip4])),
  encodeEthernet(60, Uint8Array.from([0xaa, 0xaa, 3, 0, 0, 0, 8, 0, ...ip4])),
  encodeEthernet(0x0800, encodeIp({ ...v4, protocol: 47 }, encodeGre(0x0800, ip4, 5))),
  encodeEthernet(0x0800, encodeIp({ ...v4, protocol: 47 }, encodeGre(0x6558, encodeEthernet(0x86dd, ip6)))),
  encodeEthernet(0x0800, encodeIp({ ...v4, protocol: 41 }, encodeIp({ ...v6, protocol: 4 }, ip4))),
  encodeEthernet(0x0800, encodeIp({ ...v4, protocol: 17, fragmentOffset: 1480 }, new Uint8Array(8))),
  encodeEthernet(0x0800, encodeIp({ ...v4, protocol: 1 }, Uint8Array.from([3, 3, 0, 0]))),
]
const beginning = (link: (typeof links)[number], packet: Uint8Array, head: readonly number[] = []): Uint8Array =>
  Uint8Array.from([0x80 | links.indexOf(link), ...head, ...packet])

export const packetSeeds = (): Uint8Array[] => [
  ...frames.map(frame => beginning('ethernet', frame)),
  beginning('ip', ip4),
  beginning('ip', deep),
  beginning('mpls', encodeMpls([1, 2, 3], ip6)),
  beginning('ppp', ip4, [0xff, 0x03, 0, 0x21]),
  beginning('ppp', encodeMpls([9], ip4), [0x02, 0x81]),
  beginning('sll', ip4, [0, 0, 0, 1, 0, 6, 0, 0, 0, 0, 0, 0, 0, 0, 8, 0]),
  beginning('sll2', ip6, [0x86, 0xdd, ...new Uint8Array(18)]),
  beginning('null', ip4, [2, 0, 0, 0]),
]

const timed = (packets: readonly Uint8Array[]): { timeMs: number; bytes: Uint8Array }[] =>
  packets.map((bytes, index) => ({ timeMs: 1_700_000_000_000 + index * 1.5, bytes }))

/** Short files are changed and read more often. */
const inThrees = <Item>(items: readonly Item[]): Item[][] =>
  Array.from({ length: Math.ceil(items.length / 3) }, (_, index) => items.slice(index * 3, index * 3 + 3))

export const pcapSeeds = (): Uint8Array[] => [
  ...inThrees(frames).map(some => encodePcap(timed(some))),
  encodePcap(timed([ip4, deep]), { linkType: 101 }),
  ...fixtures(() => true)
    .slice(0, 4)
    .map(fixture =>
      encodePcap(
        readPackets(fixture)
          .slice(0, packetsOfFixture)
          .map(({ bytes, from, to, timeMs }) => ({ timeMs, bytes: bytes.slice(from, Math.min(to, from + 100)) })),
      ),
    ),
]

/** A block of pcapng in the other byte order than encodePcapng writes: type, body in words, and its length around it. */
function littleBlock(type: number, body: readonly number[]): Uint8Array {
  const view = new DataView(new ArrayBuffer(12 + body.length * 4))
  for (const [index, word] of [type, view.byteLength, ...body, view.byteLength].entries()) view.setUint32(index * 4, word, true)
  return new Uint8Array(view.buffer)
}

const concatenate = (parts: readonly Uint8Array[]): Uint8Array => Uint8Array.from(parts.flatMap(part => [...part]))

export const pcapngSeeds = (): Uint8Array[] => [
  ...inThrees(frames).map(some => encodePcapng(timed(some))),
  encodePcapng([{ timeMs: 5, bytes: ip4, linkType: 101 }, ...timed(frames.slice(0, 3))]),
  // Sections, an interface with a resolution and an offset, packets of all three kinds, statistics.
  concatenate([
    littleBlock(0x0a0d_0d0a, [0x1a2b_3c4d, 1, 0xffff_ffff, 0xffff_ffff]),
    littleBlock(1, [101, 65_535, 0x0001_0009, 0x89, 0x0008_000e, 7, 0, 0]),
    littleBlock(1, [1, 65_535, 0x0001_0009, 9, 0]),
    littleBlock(6, [0, 1, 2, 20, 20, 0x1c00_0045, 0, 0x1140, 1, 2]),
    littleBlock(2, [1, 1, 2, 20, 20, 0x1c00_0045, 0, 0x1140, 1, 2]),
    littleBlock(3, [20, 0x1c00_0045, 0, 0x1140, 1, 2]),
    littleBlock(5, [0, 1, 2]),
  ]),
]

interface Announced {
  family: number
  nlri: string
  communities: string
  communitiesIPv6: string
}
const bytesOf = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex, 'hex'))
const announced = (): Announced[] =>
  readdirSync(folder)
    .filter(name => /^flowspec-.*\.json$/.test(name))
    .sort()
    .flatMap(name => JSON.parse(readFileSync(path.join(folder, name), 'utf8')) as Announced[])

export const nlriSeeds = (family: 4 | 6): Uint8Array[] =>
  announced()
    .filter(update => update.family === family)
    .map(update => bytesOf(update.nlri))

export const communitySeeds = (): Uint8Array[] => [
  ...announced().map(({ communities, communitiesIPv6 }) =>
    Uint8Array.from([communities.length / 2, ...bytesOf(communities), ...bytesOf(communitiesIPv6)]),
  ),
  Uint8Array.from([8, ...bytesOf('010cc00002090001'), ...bytesOf('000c20010db80000000000000000000000090000')]),
  Uint8Array.from([24, ...bytesOf('800cfde9447a0000800600007fc000008006fde9c47a0000')]),
  Uint8Array.from([16, ...bytesOf('8208fa56ea0000078008fde90000029a')]),
]
