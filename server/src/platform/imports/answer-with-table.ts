import { readTableBytes } from './read-table.ts'
import type { Table } from './table.ts'
import { answerInBatches } from './thread-answer.ts'

/** The whole of a thread that reads a table (`readTable`). */
export const answerWithTable = (read: (table: Table) => Iterator<unknown, unknown, undefined>): Promise<void> =>
  answerInBatches(async bytes => read(await readTableBytes(bytes)))
