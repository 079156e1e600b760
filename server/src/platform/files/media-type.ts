import type { MediaType } from './files.api.ts'

// What a file is, by what is in it; neither its name nor what the sender calls it is asked. Three kinds are kept, those that
// scanners and telephones make. What begins as one of them and does not hold together as one is none.

/** Undefined for everything that is not kept. */
export function mediaTypeOf(bytes: Uint8Array): MediaType | undefined {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (isPdf(file)) return 'application/pdf'
  if (isJpeg(file)) return 'image/jpeg'
  if (isPng(file)) return 'image/png'
  return undefined
}

/** ISO 32000-2 §7.5.2 and §7.5.5. Readers search the first kilobyte for the header; here it stands at the very beginning. */
function isPdf(file: Buffer): boolean {
  return /^%PDF-[12]\.\d/.test(file.toString('latin1', 0, 8)) && file.lastIndexOf('%%EOF') >= Math.max(8, file.length - 1024)
}

/** ITU-T T.81 annex B: segments one after the other up to the first scan, and an end of image behind it. */
function isJpeg(file: Buffer): boolean {
  if (file.length < 4 || file.readUInt16BE(0) !== 0xffd8) return false
  let at = 2
  let hasFrame = false
  while (at + 4 <= file.length) {
    if (file[at] !== 0xff) return false
    const marker = file[at + 1]!
    // Any number of 0xFF may stand before a marker.
    if (marker === 0xff) {
      at += 1
      continue
    }
    const length = file.readUInt16BE(at + 2)
    if (marker < 0xc0 || (marker >= 0xd0 && marker <= 0xd9) || length < 2) return false
    // Start of frame: 0xC0 to 0xCF without the tables and the arithmetic conditioning among them.
    if (marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker)) hasFrame = true
    // Telephones append to a picture (a second one, a film): what lies behind the end of image is not looked at.
    if (marker === 0xda) return hasFrame && file.indexOf(endOfImage, at + 2 + length) > 0
    at += 2 + length
  }
  return false
}
const endOfImage = Buffer.from([0xff, 0xd9])

const pngSignature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])

/** W3C PNG §5: a header of 13 bytes first, chunks that fit into each other, nothing behind the last one. */
function isPng(file: Buffer): boolean {
  if (!file.subarray(0, 8).equals(pngSignature)) return false
  let hasData = false
  for (let at = 8; at + 12 <= file.length;) {
    const length = file.readUInt32BE(at)
    const kind = file.toString('latin1', at + 4, at + 8)
    const next = at + 12 + length
    if (!/^[A-Za-z]{4}$/.test(kind) || next > file.length) return false
    if (at === 8 && (kind !== 'IHDR' || length !== 13)) return false
    if (kind === 'IDAT') hasData = true
    if (kind === 'IEND') return hasData && length === 0 && next === file.length
    at = next
  }
  return false
}
