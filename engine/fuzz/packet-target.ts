import { noLabel } from '#flow/flow-batch.ts'
import { createPacketHeaders, readPacket } from '#packet/packet-headers.ts'
import type { Link, PacketHeaders } from '#packet/packet-headers.ts'
import { hold, magnitude } from './fuzz-target.ts'
import type { FuzzTarget } from './fuzz-target.ts'

// Headers of packets, from the link to the transport. A byte before the packet says how it begins and whether tunnels are opened.

export const links: readonly Link[] = ['ethernet', 'ip', 'mpls', 'ppp', 'sll', 'sll2', 'null']
const tunnels = 0x80

const fields = [
  ['tos', 255],
  ['fragment', 15],
  ['sourcePort', 0xffff],
  ['destinationPort', 0xffff],
  ['tcpFlags', 0x1ff],
  ['icmpType', 255],
  ['icmpCode', 255],
  ['vlan', 0xfff],
  ['protocol', 255],
] as const satisfies readonly (readonly [keyof PacketHeaders, number])[]

export const createPacketTarget = (seeds: () => Uint8Array[]): FuzzTarget => ({
  name: 'packet',
  maxInputBytes: 513,
  seeds,
  open(note) {
    const reused = createPacketHeaders()
    return {
      take(input) {
        const head = input[0] ?? 0
        const link = links[(head & 15) % links.length]!
        const view = new DataView(input.buffer, input.byteOffset, input.length)
        const fresh = createPacketHeaders()
        const from = Math.min(1, input.length)
        const isIp = readPacket(reused, view, from, input.length, link, (head & tunnels) !== 0)
        hold(readPacket(fresh, view, from, input.length, link, (head & tunnels) !== 0) === isIp, 'nothing hangs on the packet before')
        hold(isIp === (reused.family !== 0), 'a packet of IP has its family')
        hold(reused.mplsLabel === noLabel || reused.mplsLabel < 2 ** 20, 'a label has 20 bits')
        for (const [index, [name, most]] of fields.entries()) {
          const value = reused[name]
          hold(value === fresh[name], 'nothing hangs on the packet before')
          hold(value >= 0 && value <= most, `${name} is at most ${most}`)
          note(8 + index, (reused.family === 6 ? 32 : 0) + magnitude(value))
        }
        note(0, link.length * 4 + (reused.family >>> 1))
        note(1, reused.protocol)
        note(2, (reused.fragment << 4) | (reused.mplsLabel === noLabel ? 0 : 1) | (reused.vlan === 0 ? 0 : 2))
        if (!isIp) return
        const { family, sourceAt, destinationAt, transportAt, packetEnd } = reused
        const addressBytes = family === 4 ? 4 : 16
        hold(sourceAt >= from && destinationAt === sourceAt + addressBytes, 'addresses follow each other')
        hold(destinationAt + addressBytes <= input.length, 'addresses lie in the packet')
        hold(
          sourceAt === fresh.sourceAt && transportAt === fresh.transportAt && packetEnd === fresh.packetEnd,
          'places hang on nothing else',
        )
        hold(transportAt >= destinationAt + addressBytes && packetEnd >= sourceAt - 12, 'the transport header follows')
        note(3, magnitude(sourceAt))
        note(4, magnitude(transportAt))
      },
      settle: () => {},
    }
  },
})
