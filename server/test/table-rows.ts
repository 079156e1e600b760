import type { Table, TableReader, TableRow } from '#platform/imports/imports.ts'
import { readTable } from '#platform/imports/imports.ts'

type About = Omit<Table, 'rows'>

/** Rows as they are: what the readers of a table are tested with. */
export function* passRows({ rows, ...about }: Table): Generator<TableRow[], About, undefined> {
  let batch: TableRow[] = []
  for (const row of rows) {
    batch.push(row)
    if (batch.length === 100) {
      yield batch
      batch = []
    }
  }
  yield batch
  return about
}

const reader: TableReader<TableRow[], About> = { read: passRows, worker: new URL('./table-rows.worker.ts', import.meta.url) }

/** The whole table. */
export async function readWholeTable(bytes: Uint8Array): Promise<About & { rows: TableRow[] }> {
  const batches = readTable(bytes, reader)
  const rows: TableRow[] = []
  for (;;) {
    const { done, value } = await batches.next()
    if (done) return { ...value, rows }
    rows.push(...value)
  }
}
