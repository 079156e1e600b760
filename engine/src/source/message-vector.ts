import type { LinuxSockets } from './linux-sockets.ts'

// The structures that recvmmsg and sendmmsg share: a vector of message headers, each with one piece of memory and a place for
// an address. All of it is one buffer, whose address the kernel is given: whoever has the vector has the memory.

/** struct mmsghdr, struct iovec on 64-bit Linux. */
const headerBytes = 64
const ioVectorBytes = 16
const nameBytes = 32
/** Room for one SCM_TIMESTAMPNS: a header of 16 bytes and a struct timespec. */
const controlBytes = 64

const lengthAt = 56
const controlLengthAt = 40

export interface MessageVector {
  readonly messages: number
  /** What is handed to the kernel. */
  readonly headers: Uint8Array
  /** All of the memory; message `index` has its payload at `payloadAt(index)`, its sender's address at `nameAt(index)`. */
  readonly bytes: Uint8Array
  readonly view: DataView
  payloadAt(index: number): number
  nameAt(index: number): number
  /** Bytes that were received into message `index`. */
  lengthOf(index: number): number
  /** Bytes to send from message `index`, from `at` of the memory on. */
  setPayload(index: number, at: number, length: number): void
  /** Gives the first message room for a control message; the kernel takes it away with every call. */
  offerControl(): void
  /** Nanoseconds that the kernel says the first message came at, as milliseconds since 1970; 0 when it did not say. */
  readTimeMs(): number
}

export function createMessageVector(
  sockets: LinuxSockets,
  messages: number,
  payloadStride: number,
  { withNames = true } = {},
): MessageVector {
  const ioVectorsAt = messages * headerBytes
  const namesAt = ioVectorsAt + messages * ioVectorBytes
  const controlAt = namesAt + messages * nameBytes
  const payloadsAt = controlAt + controlBytes
  const memory = new ArrayBuffer(payloadsAt + messages * payloadStride)
  const bytes = new Uint8Array(memory)
  const view = new DataView(memory)
  const address = sockets.addressOf(memory)
  const pointTo = (at: number, to: number): void => view.setBigUint64(at, address + BigInt(to), true)

  for (let index = 0; index < messages; index++) {
    const header = index * headerBytes
    const ioVector = ioVectorsAt + index * ioVectorBytes
    if (withNames) {
      pointTo(header, namesAt + index * nameBytes)
      view.setUint32(header + 8, nameBytes, true)
    }
    pointTo(header + 16, ioVector)
    view.setBigUint64(header + 24, 1n, true)
    pointTo(ioVector, payloadsAt + index * payloadStride)
    view.setBigUint64(ioVector + 8, BigInt(payloadStride), true)
  }
  pointTo(32, controlAt)

  return {
    messages,
    headers: new Uint8Array(memory, 0, messages * headerBytes),
    bytes,
    view,
    payloadAt: index => payloadsAt + index * payloadStride,
    nameAt: index => namesAt + index * nameBytes,
    lengthOf: index => view.getUint32(index * headerBytes + lengthAt, true),
    setPayload(index, at, length) {
      pointTo(ioVectorsAt + index * ioVectorBytes, at)
      view.setUint32(ioVectorsAt + index * ioVectorBytes + 8, length, true)
    },
    offerControl() {
      view.setUint32(controlLengthAt, controlBytes, true)
      view.setUint32(controlAt, 0, true)
    },
    readTimeMs() {
      if (view.getUint32(controlLengthAt, true) < 32 || view.getUint32(controlAt, true) !== 32) return 0
      // struct timespec: seconds and nanoseconds, 64 bits each.
      return (
        view.getUint32(controlAt + 16, true) * 1000 +
        view.getUint32(controlAt + 20, true) * 4_294_967_296_000 +
        view.getUint32(controlAt + 24, true) / 1e6
      )
    },
  }
}
