import { crc32, inflateRawSync } from 'node:zlib'
import { Unreadable } from './table.ts'

// ZIP as far as a spreadsheet needs it (PKWARE APPNOTE 6.3). The central directory is believed about where a part is, and
// never about how much comes out: a part that does not inflate to exactly its declared size is refused.

const maxEntries = 2_000
const maxTotalBytes = 100_000_000
/** XML compresses 10 to 40 times; a part of one repeated letter 1,000 times. */
const maxRatio = 250
const ratioMattersFromBytes = 1_000_000

const endSignature = 0x06054b50
const entrySignature = 0x02014b50
const localSignature = 0x04034b50

export interface ZipEntry {
  name: string
  /** Contents, inflated when asked for. */
  read(): Buffer
}

export function listZip(bytes: Uint8Array): ZipEntry[] {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const end = findEnd(file)
  const count = file.readUInt16LE(end + 10)
  let at = file.readUInt32LE(end + 16)
  // 0xffff and 0xffffffff announce ZIP64, which no file of an accepted size needs.
  if (count > maxEntries) throw new Unreadable('too-many-entries', { maximum: maxEntries })
  const entries: ZipEntry[] = []
  let total = 0
  for (let i = 0; i < count; i++) {
    if (at + 46 > end || file.readUInt32LE(at) !== entrySignature) throw new Unreadable('damaged')
    const flags = file.readUInt16LE(at + 8)
    const method = file.readUInt16LE(at + 10)
    const checksum = file.readUInt32LE(at + 16)
    const packed = file.readUInt32LE(at + 20)
    const size = file.readUInt32LE(at + 24)
    const nameLength = file.readUInt16LE(at + 28)
    const local = file.readUInt32LE(at + 42)
    const name = file.toString('utf8', at + 46, at + 46 + nameLength)
    if (flags & 1) throw new Unreadable('encrypted')
    if (method !== 0 && method !== 8) throw new Unreadable('damaged')
    total += size
    if (total > maxTotalBytes || (size > ratioMattersFromBytes && size > packed * maxRatio))
      throw new Unreadable('too-large', { maximum: maxTotalBytes / 1_000_000 })
    entries.push({ name, read: () => readEntry(file, { local, method, packed, size, checksum }) })
    at += 46 + nameLength + file.readUInt16LE(at + 30) + file.readUInt16LE(at + 32)
  }
  return entries
}

function findEnd(file: Buffer): number {
  // The record has 22 bytes and a comment of at most 65,535.
  for (let at = file.length - 22; at >= Math.max(0, file.length - 22 - 65_535); at--) {
    if (file.readUInt32LE(at) === endSignature) return at
  }
  throw new Unreadable('damaged')
}

function readEntry(file: Buffer, entry: { local: number; method: number; packed: number; size: number; checksum: number }): Buffer {
  const { local, method, packed, size, checksum } = entry
  if (local + 30 > file.length || file.readUInt32LE(local) !== localSignature) throw new Unreadable('damaged')
  const start = local + 30 + file.readUInt16LE(local + 26) + file.readUInt16LE(local + 28)
  if (start + packed > file.length) throw new Unreadable('damaged')
  const raw = file.subarray(start, start + packed)
  let content: Buffer
  try {
    // One byte more than declared is enough to see the lie.
    content = method === 0 ? raw : inflateRawSync(raw, { maxOutputLength: size + 1 })
  } catch {
    throw new Unreadable('damaged')
  }
  if (content.length !== size || crc32(content) !== checksum) throw new Unreadable('damaged')
  return content
}

/** A ZIP whose parts are stored as they are: what is handed on holds only what was checked. */
export function storeZip(parts: readonly { name: string; content: Uint8Array }[]): Buffer {
  const pieces: Uint8Array[] = []
  const directory: Uint8Array[] = []
  let offset = 0
  for (const { name, content } of parts) {
    const nameBytes = Buffer.from(name)
    const header = Buffer.alloc(30)
    header.writeUInt32LE(localSignature, 0)
    header.writeUInt16LE(20, 4)
    header.writeUInt16LE(0x0800, 6) // Names are UTF-8.
    header.writeUInt32LE(crc32(content), 14)
    header.writeUInt32LE(content.length, 18)
    header.writeUInt32LE(content.length, 22)
    header.writeUInt16LE(nameBytes.length, 26)
    const entry = Buffer.alloc(46)
    entry.writeUInt32LE(entrySignature, 0)
    entry.writeUInt16LE(20, 4)
    header.copy(entry, 6, 4, 30)
    entry.writeUInt32LE(offset, 42)
    pieces.push(header, nameBytes, content)
    directory.push(entry, nameBytes)
    offset += header.length + nameBytes.length + content.length
  }
  const end = Buffer.alloc(22)
  end.writeUInt32LE(endSignature, 0)
  end.writeUInt16LE(parts.length, 8)
  end.writeUInt16LE(parts.length, 10)
  end.writeUInt32LE(
    directory.reduce((sum, piece) => sum + piece.length, 0),
    12,
  )
  end.writeUInt32LE(offset, 16)
  return Buffer.concat([...pieces, ...directory, end])
}
