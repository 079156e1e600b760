import { parseAddress } from '../flow/addresses.ts'

/** Bytes in network order, written one after the other. */
export class ByteWriter {
  private bytes = new Uint8Array(256)
  private view = new DataView(this.bytes.buffer)
  length = 0

  private grow(more: number): number {
    if (this.length + more > this.bytes.length) {
      const larger = new Uint8Array(Math.max(this.bytes.length * 2, this.length + more))
      larger.set(this.bytes)
      this.bytes = larger
      this.view = new DataView(larger.buffer)
    }
    const at = this.length
    this.length += more
    return at
  }

  u8(...values: number[]): this {
    let at = this.grow(values.length * 1)
    for (const value of values) {
      this.view.setUint8(at, value)
      at += 1
    }
    return this
  }

  u16(...values: number[]): this {
    let at = this.grow(values.length * 2)
    for (const value of values) {
      this.view.setUint16(at, value)
      at += 2
    }
    return this
  }

  u32(...values: number[]): this {
    let at = this.grow(values.length * 4)
    for (const value of values) {
      this.view.setUint32(at, value)
      at += 4
    }
    return this
  }

  /** A number below 2^(8·length), in so many bytes. */
  number(value: bigint | number, length: number): this {
    const at = this.grow(length)
    let rest = BigInt(value)
    for (let index = length - 1; index >= 0; index--, rest >>= 8n) this.view.setUint8(at + index, Number(rest & 255n))
    return this
  }

  raw(bytes: ArrayLike<number>): this {
    const at = this.grow(bytes.length)
    this.bytes.set(bytes, at)
    return this
  }

  zeros(count: number): this {
    this.grow(count)
    return this
  }

  /** Zeros up to a multiple of `size`. */
  pad(size: number): this {
    return this.zeros((size - (this.length % size)) % size)
  }

  /** An address in text as its 4 or 16 bytes. */
  address(text: string): this {
    const address = parseAddress(text)
    if (!address) throw new Error(`"${text}" is no IP address`)
    return this.u32(...address.words.slice(0, address.family === 4 ? 1 : 4))
  }

  setU16(at: number, value: number): this {
    this.view.setUint16(at, value)
    return this
  }

  done(): Uint8Array<ArrayBuffer> {
    return this.bytes.slice(0, this.length)
  }
}
