import { open } from 'node:fs/promises'
import { createCaptureReader } from '../capture/capture-reader.ts'
import type { CapturedPacket, CaptureFault } from '../capture/capture-reader.ts'

const pieceBytes = 256 * 1024

/**
 * Reads a capture, pcap or pcapng, from a file or with `-` from standard input, and hands out its packets in order. Returns
 * the fault that ended it early, if one did. Throws what the file system says.
 */
export async function readCapture(path: string, onPacket: (packet: CapturedPacket) => void): Promise<CaptureFault | undefined> {
  const reader = createCaptureReader(onPacket)
  for await (const piece of readPieces(path)) {
    reader.push(piece)
    if (reader.fault) break
  }
  reader.end()
  return reader.fault
}

/** The same for whoever cannot take all packets at once: those of a piece of the file at a time, valid until the next is asked for. */
export async function* readCaptureInPieces(path: string): AsyncGenerator<readonly CapturedPacket[], CaptureFault | undefined> {
  let packets: CapturedPacket[] = []
  const reader = createCaptureReader(packet => packets.push(packet))
  for await (const piece of readPieces(path)) {
    packets = []
    reader.push(piece)
    if (packets.length > 0) yield packets
    if (reader.fault) break
  }
  reader.end()
  return reader.fault
}

async function* readPieces(path: string): AsyncGenerator<Uint8Array> {
  if (path === '-') return yield* process.stdin as AsyncIterable<Buffer>
  const file = await open(path, 'r')
  try {
    if ((await file.stat()).isDirectory()) throw Object.assign(new Error(`${path} is a directory`), { code: 'EISDIR', syscall: 'read' })
    const piece = new Uint8Array(pieceBytes)
    for (;;) {
      const { bytesRead } = await file.read(piece, 0, pieceBytes)
      if (bytesRead === 0) return
      yield piece.subarray(0, bytesRead)
    }
  } finally {
    await file.close()
  }
}
