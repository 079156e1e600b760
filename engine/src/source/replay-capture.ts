import { setTimeout as sleep } from 'node:timers/promises'
import type { CaptureFault } from '../capture/capture-reader.ts'
import { createUdpExtractor } from '../capture/udp-datagrams.ts'
import type { UdpCounters, UdpDatagram } from '../capture/udp-datagrams.ts'
import { createExporterTable } from '../wire/exporter-table.ts'
import { looksLikeExport } from '../wire/looks-like-export.ts'
import { readCaptureInPieces } from './capture-file.ts'
import { createDatagramSender } from './datagram-sender.ts'

// Sends the datagrams of a capture again, in their order: at the pace at which they were captured, faster, or as fast as the
// machine can.

export interface Replay {
  path: string
  to: { address: string; port: number }
  /** 1 is as recorded, 10 ten times as fast, `Infinity` without pauses. */
  speed: number
  /** Only those to these ports; all when there are none. */
  ports: ReadonlySet<number>
  /** Ends it early, after the datagram at hand. */
  signal?: AbortSignal
}

export interface ReplayReport {
  capture: UdpCounters
  fault: CaptureFault | undefined
  sent: number
  refused: number
  senders: number
  bytes: number
  seconds: number
}

/** What is due so soon is sent at once: timers are no finer. */
const earlyMs = 1
/** Datagrams at full speed before others of this event loop have their turn. */
const datagramsInRow = 8192

/** Throws what the file system says, and when the place cannot be reached. */
export async function replayCapture({ path, to, speed, ports, signal }: Replay): Promise<ReplayReport> {
  const sender = createDatagramSender(to)
  const exporters = createExporterTable()
  let latest: UdpDatagram | undefined
  const extractor = createUdpExtractor(datagram => (latest = datagram), ports)
  const startMs = performance.now()
  let firstMs: number | undefined
  let bytesSent = 0
  let inRow = 0

  async function sendOne({ bytes, from, to: end, timeMs, family, sourceAt }: UdpDatagram): Promise<void> {
    firstMs ??= timeMs
    // A capture whose clock was set back goes on at once.
    const dueMs = speed === Number.POSITIVE_INFINITY ? 0 : startMs + (timeMs - firstMs) / speed
    const waitMs = dueMs - performance.now()
    if (waitMs > earlyMs) {
      await sender.flush()
      await sleep(waitMs, undefined, { signal })
    } else if (++inRow >= datagramsInRow) {
      inRow = 0
      await sleep(0)
    }
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    const words = family === 4 ? [view.getUint32(sourceAt)] : [0, 4, 8, 12].map(at => view.getUint32(sourceAt + at))
    const number = exporters.numberOf(family, words[0]!, words[1], words[2], words[3])
    // Nothing is decoded here: an exporter keeps its address by what it looks like.
    if (!exporters.isKept(number) && looksLikeExport(view, from, end)) exporters.vouchFor(number, true)
    const wait = sender.send(Math.max(0, number), bytes, from, end)
    if (wait) await wait
    bytesSent += end - from
  }

  const pieces = readCaptureInPieces(path)
  let fault: CaptureFault | undefined
  try {
    for (let piece = await pieces.next(); !signal?.aborted; piece = await pieces.next()) {
      if (piece.done) {
        fault = piece.value
        break
      }
      for (const packet of piece.value) {
        latest = undefined
        extractor.take(packet)
        if (latest) await sendOne(latest)
      }
    }
  } catch (error) {
    if (!signal?.aborted) throw error
  } finally {
    await sender.close()
    await pieces.return(undefined)
  }
  const seconds = Math.round(performance.now() - startMs) / 1000
  return {
    capture: extractor.counters,
    fault,
    sent: sender.sent,
    refused: sender.refused,
    senders: exporters.size,
    bytes: bytesSent,
    seconds,
  }
}
