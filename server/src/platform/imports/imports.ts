import { isZip, readTableBytes } from './read-table.ts'
import { readInThread, threadLimits } from './reading-thread.ts'
import { Unreadable } from './table.ts'
import type { Table } from './table.ts'

// The door of the room: bytes of a spreadsheet in, a bounded table out, or the Problem `import.unreadable` that says why not.

export type { Cell, Table, TableRow } from './table.ts'
export { mendLegacyText } from './vietnamese-legacy.ts'

export const maxTableBytes = 10_000_000

/** Reads xlsx or text with separators; what it is, its bytes say, not its name. */
export async function readTable(bytes: Uint8Array): Promise<Table> {
  if (bytes.length > maxTableBytes) throw new Unreadable('too-large', { maximum: maxTableBytes / 1_000_000 })
  if (bytes.length <= threadLimits.hereBytes && !isZip(bytes)) return readTableBytes(bytes)
  return readInThread<Table>(new URL('./read-table.worker.ts', import.meta.url), bytes, { maxBytes: maxTableBytes })
}
