import type { FlowBatch } from '../flow/flow-batch.ts'
import { isUntouchable } from './never-touch.ts'
import type { NeverTouch } from './never-touch.ts'
import { containsAddress } from './prefix.ts'
import type { Prefix } from './prefix.ts'

/** What an attack, and so coverage and collateral, is measured in. */
export type Measure = 'packets' | 'bytes'

/** Rows of a batch, by number. */
export interface Rows {
  readonly batch: FlowBatch
  readonly rows: Uint32Array
}

/** More flows than this say nothing new; of more, every so-manyth is looked at. */
export const maxRows = 262_144

export interface TargetRows extends Rows {
  /** Rows to the target that no rule may touch; not among `rows`, but in the totals. */
  readonly untouchable: number
  readonly packets: number
  readonly bytes: number
}

/** The rows that go to the target, `maxRows` at most, evenly taken over the batch. */
export function selectRows(batch: FlowBatch, target: Prefix, neverTouch: NeverTouch): TargetRows {
  const step = Math.max(1, Math.ceil(batch.length / maxRows))
  const rows = new Uint32Array(Math.ceil(batch.length / step))
  let [count, untouchable, packets, bytes] = [0, 0, 0, 0]
  for (let row = 0; row < batch.length; row += step) {
    if (!containsAddress(target, batch.family[row]!, batch.destination, row * 4)) continue
    packets += batch.packets[row]!
    bytes += batch.bytes[row]!
    if (isUntouchable(neverTouch, batch, row)) untouchable++
    else rows[count++] = row
  }
  return { batch, rows: rows.subarray(0, count), untouchable, packets, bytes }
}
