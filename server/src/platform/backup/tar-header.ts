// Headers of members as POSIX.1-1988 "ustar" defines them, the plainest kind there is: a regular file with a short name. Whatever
// else a tar archive may hold (links, devices, longer names, extensions) is refused, so that a hostile archive has nothing to say.

/** Headers, and what a member is filled up to. */
export const blockBytes = 512
// The name's field; no prefix is used.
const nameMaxBytes = 100
// Eleven octal digits.
export const memberMaxBytes = 8 ** 11 - 1

export interface TarHeader {
  name: string
  /** Bytes of the content that follows. */
  size: number
  /** Seconds since 1970. */
  modifiedAt: number
}

const octal = (value: number, digits: number): string => value.toString(8).padStart(digits, '0')

export function encodeHeader({ name, size, modifiedAt }: TarHeader): Buffer {
  if (!/^[\x21-\x7e]+$/.test(name) || name.length > nameMaxBytes) throw new RangeError(`tar: no such name can be written: ${name}`)
  if (!Number.isSafeInteger(size) || size < 0 || size > memberMaxBytes) throw new RangeError(`tar: ${name} is too large: ${size} bytes`)
  const block = Buffer.alloc(blockBytes)
  block.write(name, 0, 'latin1')
  block.write(`${octal(0o600, 7)}\0${octal(0, 7)}\0${octal(0, 7)}\0`, 100, 'latin1')
  block.write(`${octal(size, 11)}\0${octal(modifiedAt, 11)}\0`, 124, 'latin1')
  // The sum is taken with spaces in its own place.
  block.write('        0', 148, 'latin1')
  block.write('ustar\x0000', 257, 'latin1')
  const sum = block.reduce((total, byte) => total + byte, 0)
  block.write(`${octal(sum, 6)}\0 `, 148, 'latin1')
  return block
}

/** Undefined unless the block is, byte for byte, a header as `encodeHeader` writes it. */
export function decodeHeader(block: Buffer): TarHeader | undefined {
  const text = (from: number, to: number): string => block.toString('latin1', from, to)
  const name = text(0, nameMaxBytes).replace(/\0+$/, '')
  const header = { name, size: Number.parseInt(text(124, 135), 8), modifiedAt: Number.parseInt(text(136, 147), 8) }
  try {
    return encodeHeader(header).equals(block) ? header : undefined
  } catch {
    return undefined
  }
}

/** Zero bytes that fill the last block of a member. */
export const paddingOf = (size: number): number => (blockBytes - (size % blockBytes)) % blockBytes
