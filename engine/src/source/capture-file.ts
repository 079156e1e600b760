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
  if (path === '-') {
    for await (const piece of process.stdin as AsyncIterable<Buffer>) {
      reader.push(piece)
      if (reader.fault) break
    }
  } else {
    const file = await open(path, 'r')
    try {
      const piece = new Uint8Array(pieceBytes)
      for (;;) {
        const { bytesRead } = await file.read(piece, 0, pieceBytes)
        if (bytesRead === 0 || reader.fault) break
        reader.push(piece.subarray(0, bytesRead))
      }
    } finally {
      await file.close()
    }
  }
  reader.end()
  return reader.fault
}
