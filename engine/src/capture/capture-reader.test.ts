import fc from 'fast-check'
import { expect, test } from 'vitest'
import { encodeEthernet, encodeIp, encodeUdp, encodeVlan } from '../generate/encode-packet.ts'
import { encodePcap, encodePcapng } from '../generate/encode-pcap.ts'
import { createCaptureReader } from './capture-reader.ts'
import { createUdpExtractor } from './udp-datagrams.ts'

const udp = encodeUdp(5000, 2055, Uint8Array.from([9, 8, 7]))
const v4 = encodeIp({ source: '192.0.2.1', destination: '192.0.2.2', protocol: 17 }, udp)
const v6 = encodeIp({ source: '2001:db8::1', destination: '2001:db8::2', protocol: 17 }, udp)
const packets = [
  { timeMs: 1_700_000_000_123.456, bytes: encodeEthernet(0x0800, v4) },
  { timeMs: 1_700_000_001_000, bytes: encodeEthernet(0x8100, encodeVlan(3, 0x86dd, v6)) },
  { timeMs: 1_700_000_002_000.5, bytes: encodeEthernet(0x0806, new Uint8Array(28)) },
]

function read(file: Uint8Array, pieceBytes = file.length) {
  const found: { timeMs: number; bytes: number[]; link: string | undefined }[] = []
  const reader = createCaptureReader(({ bytes, from, to, timeMs, link }) =>
    found.push({ timeMs, bytes: [...bytes.subarray(from, to)], link }),
  )
  for (let at = 0; at < file.length; at += pieceBytes) reader.push(file.slice(at, at + pieceBytes))
  reader.end()
  return { found, fault: reader.fault }
}

/** The same file with every number the other way round; packets are bytes and stay. */
function swapPcap(file: Uint8Array): Uint8Array {
  const swapped = file.slice()
  const [from, to] = [new DataView(file.buffer), new DataView(swapped.buffer)]
  for (const at of [0, 8, 12, 16, 20]) to.setUint32(at, from.getUint32(at), true)
  for (const at of [4, 6]) to.setUint16(at, from.getUint16(at), true)
  for (let at = 24; at < file.length; at += 16 + from.getUint32(at + 8))
    for (const word of [0, 4, 8, 12]) to.setUint32(at + word, from.getUint32(at + word), true)
  return swapped
}

const told = packets.map(({ timeMs, bytes }) => ({ timeMs: expect.closeTo(timeMs, 3) as number, bytes: [...bytes], link: 'ethernet' }))

test.each([
  ['pcap', encodePcap(packets)],
  ['pcap of the other byte order', swapPcap(encodePcap(packets))],
  ['pcapng', encodePcapng(packets)],
])('%s tells packets and times, in pieces of any size', (_name, file) => {
  for (const pieceBytes of [file.length, 1, 7, 64]) expect(read(file, pieceBytes)).toEqual({ found: told, fault: undefined })
})

test('every interface of a pcapng file has its own kind of link', () => {
  const { found } = read(encodePcapng([{ timeMs: 1, bytes: v4, linkType: 101 }, ...packets, { timeMs: 1, bytes: v4, linkType: 147 }]))
  expect(found.map(packet => packet.link)).toEqual(['ip', 'ethernet', 'ethernet', 'ethernet', undefined])
})

test('a file that is cut short or broken tells what comes before, and the place', () => {
  const file = encodePcap(packets)
  expect(read(file.subarray(0, file.length - 1))).toMatchObject({ found: told.slice(0, 2), fault: { reason: 'cut-short' } })
  const long = file.slice()
  new DataView(long.buffer).setUint32(24 + 8, 0xffff_ffff)
  expect(read(long)).toMatchObject({ found: [], fault: { reason: 'record-too-long', offset: 32 } })
  expect(read(new TextEncoder().encode('not a capture at all, but text'))).toMatchObject({ fault: { reason: 'not-a-capture', offset: 0 } })
  expect(read(new Uint8Array(0))).toMatchObject({ fault: { reason: 'not-a-capture' } })
})

test('UDP is found, its fragments and everything else are counted', () => {
  const ports: number[] = []
  const payloads: number[][] = []
  const extractor = createUdpExtractor(({ bytes, from, to, destinationPort }) => {
    ports.push(destinationPort)
    payloads.push([...bytes.subarray(from, to)])
  })
  const first = encodeEthernet(
    0x0800,
    encodeIp({ source: '192.0.2.1', destination: '192.0.2.2', protocol: 17, hasMoreFragments: true }, udp),
  )
  const last = encodeEthernet(0x0800, encodeIp({ source: '192.0.2.1', destination: '192.0.2.2', protocol: 17, fragmentOffset: 16 }, udp))
  const cut = encodeEthernet(0x0800, v4).subarray(0, 14 + 20 + 8 + 2)
  const padded = Uint8Array.from([...encodeEthernet(0x0800, v4), 0, 0, 0, 0])
  const reader = createCaptureReader(packet => extractor.take(packet))
  reader.push(encodePcap([...packets, ...[first, last, cut, padded].map(bytes => ({ timeMs: 0, bytes }))]))
  expect(extractor.counters).toEqual({ packets: 7, datagrams: 4, fragments: 2, cutShort: 1, others: 1 })
  expect(ports).toEqual([2055, 2055, 2055, 2055])
  expect(payloads).toEqual([
    [9, 8, 7],
    [9, 8, 7],
    [9, 8],
    [9, 8, 7],
  ])
})

test('no bytes make it throw', () => {
  const seeds = [encodePcap(packets), encodePcapng(packets)]
  fc.assert(
    fc.property(
      fc.constantFrom(...seeds),
      fc.array(fc.tuple(fc.nat({ max: 400 }), fc.nat({ max: 255 })), { maxLength: 8 }),
      fc.integer({ min: 1, max: 300 }),
      (seed, changes, pieceBytes) => {
        const file = seed.slice()
        for (const [at, value] of changes) if (at < file.length) file[at] = value
        const extractor = createUdpExtractor(() => {})
        const reader = createCaptureReader(packet => extractor.take(packet))
        for (let at = 0; at < file.length; at += pieceBytes) reader.push(file.slice(at, at + pieceBytes))
        reader.end()
      },
    ),
    { numRuns: 1500 },
  )
})
