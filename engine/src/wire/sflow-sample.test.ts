import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createCollector } from '../../test/decode-kit.ts'
import { encodeEthernet, encodeIp, encodeTcp, encodeVlan } from '../generate/encode-packet.ts'
import { encodeSflow5, sampledHeader } from '../generate/encode-sflow5.ts'

// Most packets are read in a shorter way than others. Without its Ethernet header a packet always takes the longer one.

const headerProtocol = { ethernet: 1, ipv4: 11 } as const

const ipv4Packet = fc
  .record({
    bytes: fc.uint8Array({ minLength: 20, maxLength: 60 }),
    first: fc.oneof({ weight: 8, arbitrary: fc.constant(0x45) }, fc.integer({ min: 0, max: 255 })),
    protocol: fc.oneof({ weight: 6, arbitrary: fc.constantFrom(6, 17) }, fc.constantFrom(1, 4, 47, 58, 132)),
    fragmentation: fc.oneof({ weight: 6, arbitrary: fc.constantFrom(0, 0x4000, 0x8000, 0xc000) }, fc.integer({ min: 0, max: 0xffff })),
  })
  .map(({ bytes, first, protocol, fragmentation }) => {
    bytes.set([first], 0)
    bytes.set([fragmentation >>> 8, fragmentation & 255], 6)
    bytes.set([protocol], 9)
    return bytes
  })

function decode(protocol: number, packet: Uint8Array): object[] {
  const collector = createCollector()
  const parts = [sampledHeader(packet, { frameBytes: 1000, protocol })]
  expect(collector.take(encodeSflow5({ agent: '203.0.113.250', sequence: 7 }, [{ kind: 'flow', rate: 10, parts }]))).toBe('decoded')
  return collector.all()
}

test('a packet is read alike in the short way and in the long one', () => {
  let [rows, plain] = [0, 0]
  fc.assert(
    fc.property(ipv4Packet, packet => {
      const read = decode(headerProtocol.ethernet, encodeEthernet(0x0800, packet))
      expect(read).toEqual(decode(headerProtocol.ipv4, packet))
      rows += read.length
      if (packet[0] === 0x45 && packet.length >= 34 && (packet[6]! & 0x3f) === 0 && packet[7] === 0 && [6, 17].includes(packet[9]!)) plain++
    }),
    { numRuns: 1000 },
  )
  expect(plain).toBeGreaterThan(100)
  expect(rows - plain).toBeGreaterThan(100)
})

test("bytes are IP's own where that is asked, of padded and tagged frames as well", () => {
  const ip = encodeIp({ source: '192.0.2.7', destination: '198.51.100.8', protocol: 6 }, encodeTcp(443, 50_000, 2))
  const frames = [encodeEthernet(0x0800, ip), encodeEthernet(0x8100, encodeVlan(7, 0x0800, ip))]
  const samples = frames.map(frame => ({ kind: 'flow' as const, rate: 10, parts: [sampledHeader(frame, { frameBytes: 64 })] }))
  for (const [countsIpBytes, bytes] of [
    [true, ip.length],
    [false, 64],
  ] as const) {
    const collector = createCollector({ countsIpBytes })
    collector.take(encodeSflow5({ agent: '203.0.113.250', sequence: 7 }, samples))
    expect(collector.all()).toMatchObject(frames.map(() => ({ packetDeltaCount: 10, octetDeltaCount: bytes * 10 })))
  }
})
