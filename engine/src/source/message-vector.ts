import { linux } from './linux-sockets.ts'
import type { LinuxSockets } from './linux-sockets.ts'

// The structures that recvmmsg and sendmmsg share: a vector of message headers, each with one piece of memory and a place for
// an address. All of it is one buffer, whose address the kernel is given: whoever has the vector has the memory.

/** struct mmsghdr, struct iovec on 64-bit Linux. */
const headerBytes = 64
const ioVectorBytes = 16
const nameBytes = 32
/** Room of each message for SCM_TIMESTAMPNS (a header of 16 bytes and a struct timespec) and for UDP_GRO (the same and an int). */
const controlBytes = 64
/** What a control message takes with its header, by its length in that header. */
const controlHeaderBytes = 16

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
  /** Gives the messages room for what the kernel says of them; it takes that away with every call. */
  offerControl(): void
  /**
   * Length of the datagrams that message `index` consists of, the last of which may be shorter; 0 when it is a single one. With
   * UDP_GRO the kernel joins those of one sender and length that come together.
   */
  segmentBytesOf(index: number): number
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
  const payloadsAt = controlAt + messages * controlBytes
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
    pointTo(header + 32, controlAt + index * controlBytes)
  }

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
      for (let index = 0; index < messages; index++) view.setUint32(index * headerBytes + controlLengthAt, controlBytes, true)
      view.setUint32(controlAt, 0, true)
    },
    segmentBytesOf(index) {
      const from = controlAt + index * controlBytes
      const end = from + view.getUint32(index * headerBytes + controlLengthAt, true)
      for (let at = from; at + controlHeaderBytes + 4 <= end;) {
        const length = view.getUint32(at, true)
        if (length < controlHeaderBytes) return 0
        if (view.getUint32(at + 8, true) === linux.SOL_UDP && view.getUint32(at + 12, true) === linux.UDP_GRO)
          return view.getUint32(at + controlHeaderBytes, true)
        at += (length + 7) & ~7
      }
      return 0
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
