import { createCaptureReader } from '#capture/capture-reader.ts'
import type { CapturedPacket, CaptureFault } from '#capture/capture-reader.ts'
import { createPacketFlows } from '#capture/packet-flows.ts'
import { createUdpExtractor } from '#capture/udp-datagrams.ts'
import { createFlowBatch, emptyBatch } from '#flow/flow-batch.ts'
import { checkBlank, checkRows } from './check-rows.ts'
import { hold, magnitude } from './fuzz-target.ts'
import type { FuzzTarget } from './fuzz-target.ts'

// Captures, with a byte before them that says into which pieces the file falls. What comes out of a file must not hang on its
// pieces: one in eight is read whole and in pieces.

/** There are not many of them: the reader copies what is not whole yet with each. */
const maxPieces = 12
const reasons: CaptureFault['reason'][] = ['not-a-capture', 'record-too-long', 'block-length-wrong', 'interface-unknown', 'cut-short']

const kind = { reason: 0, packets: 1, datagrams: 2, fragments: 3, cutShort: 4, others: 5, isIp: 6, columns: 32, faultAt: 96 } as const

export const createCaptureTarget = (name: string, seeds: () => Uint8Array[]): FuzzTarget => ({
  name,
  maxInputBytes: 513,
  seeds: () => seeds().map((file, index) => Uint8Array.from([index * 20, ...file])),
  open(note) {
    const batch = createFlowBatch(16)
    let sum = 0
    const extractor = createUdpExtractor(({ bytes, from, to, sourceAt, family }) => {
      hold(from <= to && to <= bytes.length, 'a datagram lies in its bytes')
      hold(sourceAt >= 0 && sourceAt + (family === 4 ? 4 : 16) <= bytes.length, 'the sender lies in its bytes')
    })
    const flows = createPacketFlows(batch)

    function judge(packet: CapturedPacket): void {
      const { bytes, from, to, timeMs, originalBytes } = packet
      hold(from >= 0 && from <= to && to <= bytes.length, 'a packet lies in its bytes')
      hold(Math.abs(timeMs) < Infinity, 'a time is a number')
      hold(originalBytes >= 0, 'a length is a number from 0 on')
      // Nothing may be read beyond the packet: to the readers its end is the end of all bytes.
      const alone = { ...packet, bytes: bytes.subarray(0, to) }
      extractor.take(alone)
      flows.take(alone)
      if (batch.length === batch.capacity) judgeRows()
    }

    function judgeRows(): void {
      checkRows(batch, 1, note, kind.columns)
      emptyBatch(batch)
      checkBlank(batch)
    }

    /** Reads the file; what came out, as one number, and the fault. */
    function read(
      file: Uint8Array,
      piece: number,
      take: (packet: CapturedPacket) => void,
    ): { sum: number; fault: CaptureFault | undefined } {
      sum = 0
      const reader = createCaptureReader(packet => {
        sum = (Math.imul(sum, 31) + Math.round(packet.timeMs % 1e9) + packet.originalBytes * 7 + packet.to - packet.from) | 0
        for (let at = packet.from; at < packet.to; at++) sum = (Math.imul(sum, 31) + packet.bytes[at]!) | 0
        take(packet)
      })
      for (let at = 0; at < file.length; at += piece) reader.push(file.subarray(at, at + piece))
      reader.end()
      return { sum, fault: reader.fault }
    }

    return {
      take(input) {
        const file = input.subarray(1)
        const before = { ...extractor.counters }
        const whole = read(file, file.length + 1, judge)
        if (batch.length > 0) judgeRows()
        const { counters } = extractor
        const cut = input[0] ?? 0
        if ((cut + file.length) % 8 === 0) {
          const pieces = read(file, Math.max(1 + (cut & 127), Math.ceil(file.length / maxPieces)), () => {})
          hold(whole.sum === pieces.sum, 'what a file holds does not hang on its pieces')
          hold(whole.fault?.reason === pieces.fault?.reason && whole.fault?.offset === pieces.fault?.offset, 'nor does its fault')
        }
        if (whole.fault) {
          const { reason, offset } = whole.fault
          hold(offset >= 0 && offset <= file.length, 'a fault has its place in the file')
          note(kind.reason, 1 + reasons.indexOf(reason))
          note(kind.faultAt + reasons.indexOf(reason), magnitude(offset))
        } else note(kind.reason, 0)
        const { packets, datagrams, fragments, cutShort, others } = counters
        hold(packets === datagrams + fragments + others && cutShort <= datagrams, 'every packet is counted once')
        hold(flows.counters.packets === packets, 'every packet is taken once')
        note(kind.packets, magnitude(packets - before.packets))
        note(kind.datagrams, magnitude(datagrams - before.datagrams))
        note(kind.fragments, magnitude(fragments - before.fragments))
        note(kind.cutShort, magnitude(cutShort - before.cutShort))
        note(kind.others, magnitude(others - before.others))
      },
      settle: () => {},
    }
  },
})
