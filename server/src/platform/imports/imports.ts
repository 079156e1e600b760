import { isZip, readTableBytes } from './read-table.ts'
import { streamInThread, threadLimits } from './reading-thread.ts'
import { Unreadable } from './table.ts'
import type { Table } from './table.ts'

// The door of the room: bytes of a spreadsheet in, what a reader makes of its rows out, batch by batch, or the Problem
// `import.unreadable` that says why not.

export type { Cell, Table, TableRow } from './table.ts'
export { mendLegacyText } from './vietnamese-legacy.ts'

/** A roster of 100,000 rows has 10 to 20 MB as text, and less as a workbook. */
export const maxTableBytes = 30_000_000

export interface TableReader<Batch, End> {
  read: (table: Table) => Iterator<Batch, End, undefined>
  /** A module that calls `answerWithTable` with the same function. */
  worker: URL
}

/** Reads xlsx or text with separators; what it is, its bytes say, not its name. A large file is read in a thread. */
export async function* readTable<Batch, End>(bytes: Uint8Array, reader: TableReader<Batch, End>): AsyncGenerator<Batch, End, undefined> {
  if (bytes.length > maxTableBytes) throw new Unreadable('too-large', { maximum: maxTableBytes / 1_000_000 })
  if (bytes.length > threadLimits.hereBytes || isZip(bytes))
    return yield* streamInThread<Batch, End>(reader.worker, bytes, { maxBytes: maxTableBytes })
  const batches = reader.read(await readTableBytes(bytes))
  for (;;) {
    const { done, value } = batches.next()
    if (done) return value
    yield value
  }
}
