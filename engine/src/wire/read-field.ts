import { element as ie } from './information-elements.ts'

// Numbers and times as fields of a record carry them.

/** An unsigned number of 1 to 8 bytes, most significant first (RFC 7011 §6.2 lets exporters shorten); exact up to 2^53. */
export function readNumber(view: DataView, at: number, length: number): number {
  switch (length) {
    case 1:
      return view.getUint8(at)
    case 2:
      return view.getUint16(at)
    case 4:
      return view.getUint32(at)
    case 8:
      return view.getUint32(at) * 0x1_0000_0000 + view.getUint32(at + 4)
    default: {
      let value = 0
      for (let index = 0; index < length; index++) value = value * 256 + view.getUint8(at + index)
      return value
    }
  }
}

/** A number with a point of 4 or 8 bytes (IEEE 754). */
export const readFloat = (view: DataView, at: number, length: number): number => (length === 8 ? view.getFloat64(at) : view.getFloat32(at))

/** Seconds from 1900, where NTP counts from, to 1970 (RFC 5905 §6). */
const ntpToUnixSeconds = 2_208_988_800

/**
 * Milliseconds since 1970 of a field of 64 bits in NTP's format: seconds, and a fraction of 2^32. What would be before 1970 is not in that
 * format: it is a count of micro- or nanoseconds since 1970, as some exporters send, `perMs` to a millisecond.
 */
export const ntpMs = (seconds: number, fraction: number, perMs: number): number =>
  seconds < ntpToUnixSeconds
    ? (seconds * 0x1_0000_0000 + fraction) / perMs
    : (seconds - ntpToUnixSeconds) * 1000 + (fraction / 0x1_0000_0000) * 1000

/** A field of NTP's format: what it would be a count of, in a millisecond. */
export const ticksPerMs = (id: number): number =>
  id === ie.flowStartNanoseconds || id === ie.flowEndNanoseconds || id === ie.observationTimeNanoseconds ? 1e6 : 1000

/**
 * Milliseconds since 1970 of a field that tells a time; a zero tells none, and then the message's own time is the nearest. Uptimes are compared modulo 2^32 milliseconds (49.7 days), so that
 * a flow which began before the counter came round has its right age.
 */
export function timeMs(view: DataView, at: number, length: number, id: number, exportMs: number, uptimeMs: number): number {
  switch (id) {
    case ie.flowStartSysUpTime:
    case ie.flowEndSysUpTime:
      return exportMs - ((uptimeMs - readNumber(view, at, length)) | 0)
    case ie.flowStartSeconds:
    case ie.flowEndSeconds:
    case ie.observationTimeSeconds:
      return readNumber(view, at, length) * 1000 || exportMs
    case ie.flowStartDeltaMicroseconds:
    case ie.flowEndDeltaMicroseconds:
      return exportMs - readNumber(view, at, length) / 1000
    case ie.flowStartMicroseconds:
    case ie.flowEndMicroseconds:
    case ie.flowStartNanoseconds:
    case ie.flowEndNanoseconds:
    case ie.observationTimeMicroseconds:
    case ie.observationTimeNanoseconds:
      // Shorter than NTP's eight bytes they cannot be told: then the message's own time is the nearest.
      return length === 8 ? ntpMs(view.getUint32(at), view.getUint32(at + 4), ticksPerMs(id)) || exportMs : exportMs
    default:
      return readNumber(view, at, length) || exportMs
  }
}
