// What was lost on the way, by the numbers that an exporter counts on in its messages.

export interface Sequence {
  /** Number that the next message should carry; -1 when it cannot be told. */
  next: number
  /** Units that never came: messages or records, whichever the protocol counts. */
  lost: number
  /** Messages that came after a later one, or twice. */
  late: number
  /** Of these, so many one after the other just now. */
  lateInRow: number
  /** Jumps that are no loss: the exporter began anew. */
  restarts: number
}

export const createSequence = (): Sequence => ({ next: -1, lost: 0, late: 0, lateInRow: 0, restarts: 0 })

/** A jump ahead by more is taken for a restart: nobody loses that many datagrams and then none. */
const maxGapDatagrams = 10_000
/** A step back by at most so many is a datagram out of order. */
const maxLateDatagrams = 64
/** So many late ones in a row are no disorder: the exporter began anew not far behind. */
const maxLateInRow = 8

/**
 * Notes a message with this number that counts as `units`; a datagram holds at most `maxUnits` of them. Numbers are modulo
 * 2^32. A late message takes back the loss that its absence was counted as.
 */
export function noteSequence(sequence: Sequence, number: number, units: number, maxUnits = 1): void {
  const gap = sequence.next < 0 ? 0 : (number - sequence.next) | 0
  if (gap < 0 && gap >= -maxLateDatagrams * maxUnits) {
    sequence.late++
    sequence.lateInRow++
    if (sequence.lateInRow <= maxLateInRow) {
      sequence.lost = Math.max(0, sequence.lost - units)
      return
    }
  }
  sequence.lateInRow = 0
  if (gap > 0 && gap <= maxGapDatagrams * maxUnits) sequence.lost += gap
  else if (gap !== 0) sequence.restarts++
  sequence.next = (number + units) >>> 0
}

/** Of the last message it is not known how many units it held: the next one is taken as it comes. */
export function forgetSequence(sequence: Sequence): void {
  sequence.next = -1
}
