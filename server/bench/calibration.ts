import { createHash } from 'node:crypto'
import type pg from 'pg'

// Rows that every bench prints, so that figures of different machines can be compared: what a round trip to the
// database, a durable commit and plain computing cost here and now.

export type BenchRow = Record<string, unknown> & { case: string }

export const median = (values: readonly number[]): number => {
  const sorted = values.toSorted((one, other) => one - other)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2
}

export const rounded = (value: number, digits = 0): number => Number(value.toFixed(digits))

async function timesMs(count: number, run: () => Promise<unknown>): Promise<number[]> {
  const times: number[] = []
  for (let i = 0; i < count; i++) {
    const start = performance.now()
    await run()
    times.push(performance.now() - start)
  }
  return times
}

/** `owner` may make a table in its database; it is gone afterwards, since the server refuses tables without its walls. */
export async function calibrate(owner: pg.Client): Promise<BenchRow[]> {
  await owner.query('create table bench_calibration (id bigint generated always as identity primary key, text text)')
  await timesMs(200, () => owner.query('select 1'))
  const selects = await timesMs(2000, () => owner.query('select 1'))
  const inserts = await timesMs(300, () => owner.query(`insert into bench_calibration (text) values ('tre già măng mọc')`))
  await owner.query('drop table bench_calibration')
  const loops = await timesMs(5, async () => {
    let text = ''
    for (let i = 0; i < 100_000; i++) text = createHash('sha256').update(text).digest('hex')
  })
  return [
    { case: 'calibration-select-1', medianUs: rounded(median(selects) * 1000) },
    { case: 'calibration-committed-insert', medianUs: rounded(median(inserts) * 1000) },
    { case: 'calibration-cpu-loop', medianMs: rounded(median(loops)) },
  ]
}

/** Prints rows of one bench as a table: a line per case, its figures by name. */
export function printRows(title: string, rows: readonly BenchRow[]): void {
  console.log(title)
  const width = Math.max(...rows.map(row => row.case.length))
  for (const { case: name, ...figures } of rows) {
    console.log(
      `  ${name.padEnd(width)}  ${Object.entries(figures)
        .map(([key, value]) => `${key} ${typeof value === 'number' ? value.toLocaleString('en') : String(value)}`)
        .join('   ')}`,
    )
  }
}
