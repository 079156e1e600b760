import { looksLikeExport } from '#wire/looks-like-export.ts'
import { createCaptureTarget } from './capture-target.ts'
import { createCommunitiesTarget, createNlriTarget } from './flowspec-targets.ts'
import { hold } from './fuzz-target.ts'
import type { FuzzTarget } from './fuzz-target.ts'
import { createPacketTarget } from './packet-target.ts'
import { communitySeeds, datagramSeeds, nlriSeeds, packetSeeds, pcapngSeeds, pcapSeeds } from './seeds.ts'
import { createWireTarget } from './wire-target.ts'

// Every decoder of the engine.

const all = [1, 5, 7, 9, 10, 0]

const looksLikeExportTarget: FuzzTarget = {
  name: 'looks-like-export',
  maxInputBytes: 200,
  seeds: () => [...datagramSeeds('own', all), ...datagramSeeds('netflow1', [])].map(datagram => datagram.slice(0, 200)),
  open(note) {
    const room = new Uint8Array(300)
    return {
      take(input) {
        const isExport = looksLikeExport(new DataView(input.buffer, input.byteOffset, input.length), 0, input.length)
        room.fill(0xff)
        room.set(input, 5)
        hold(looksLikeExport(new DataView(room.buffer), 5, 5 + input.length) === isExport, 'what lies around is not looked at')
        note(isExport ? 1 : 0, input.length > 1 && input[0] === 0 ? input[1]! : 255)
        note(isExport ? 3 : 2, input.length)
      },
      settle: () => {},
    }
  },
}

export const targets: readonly FuzzTarget[] = [
  createWireTarget('netflow5', () => [...datagramSeeds('netflow5', [5]), ...datagramSeeds('netflow1', [1]), version7()]),
  createWireTarget('netflow9', () => datagramSeeds('netflow9', [9])),
  createWireTarget('ipfix', () => datagramSeeds('ipfix', [10])),
  createWireTarget('sflow5', () => datagramSeeds('sflow5', [0])),
  createCaptureTarget('pcap', pcapSeeds),
  createCaptureTarget('pcapng', pcapngSeeds),
  createPacketTarget(packetSeeds),
  createNlriTarget(4, () => nlriSeeds(4)),
  createNlriTarget(6, () => nlriSeeds(6)),
  createCommunitiesTarget(communitySeeds),
  looksLikeExportTarget,
]

/** Nobody sends it any more: a header as of v5, two records of 52 bytes. */
function version7(): Uint8Array {
  const datagram = new Uint8Array(24 + 2 * 52).fill(7)
  datagram.set([0, 7, 0, 2])
  return datagram
}
