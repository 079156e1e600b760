import os from 'node:os'
import { printRows } from './calibration.ts'
import type { BenchRow } from './calibration.ts'
import { measureRoster } from './people/roster.ts'

// How long does a roster of 100,000 rows take from its upload until it is applied, in how much memory, and how fast is the ledger
// proved? README.md has the method. `npm run bench -- import ROWS LINES` tries it smaller.

export default async function bench(): Promise<{ bench: 'import'; rows: BenchRow[] }> {
  const [, people = '100000', ledgerLines = '1000000'] = process.argv.slice(2)
  const load = os.loadavg()[0]!.toFixed(1)
  const rows = await measureRoster(Number(people), { ledgerLines: Number(ledgerLines), isWhole: true })
  printRows(`import: load of the machine ${load} on ${os.availableParallelism()} cores`, rows)
  return { bench: 'import', rows }
}
