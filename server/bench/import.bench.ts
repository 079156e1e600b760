import { mkdtemp, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import pg from 'pg'
import { embeddedOwner, findRunningPostgres } from '#platform/database/embedded-postgres.ts'
import { calibrate, printRows } from './calibration.ts'
import type { BenchRow } from './calibration.ts'
import { asCsv, asWorkbook, measureImport, rosterRows } from './people/import.ts'
import { signInToChange, startProgram } from './people/program.ts'
import { measureVerify } from './people/verify.ts'
import { seed } from './seed/seed.ts'

// How long does a roster of 100,000 rows take from its upload until it is applied, in how much memory, and how fast is the ledger
// proved? README.md has the method. `npm run bench -- import ROWS LINES` tries it smaller.

export default async function bench(): Promise<{ bench: 'import'; rows: BenchRow[] }> {
  const [, people = '100000', ledgerLines = '1000000'] = process.argv.slice(2)
  const directory = await mkdtemp(path.join(os.tmpdir(), 'luytre-bench-'))
  try {
    const sizes = { people: 1000, units: 100, ledgerLines: Number(ledgerLines) }
    const { manager } = await seed(directory, sizes, text => console.error(`seeding: ${text}`))
    const server = await startProgram(directory)
    try {
      const postgres = (await findRunningPostgres(directory))!
      const owner = new pg.Client({ host: postgres.socketDirectory, port: postgres.port, user: embeddedOwner, database: 'luytre' })
      await owner.connect()
      const calibration = await calibrate(owner)
      await owner.end()
      const ask = await signInToChange(server.url, manager)
      const { units } = await ask<{ units: { code: string }[] }>('GET', '/units')
      const rows = [
        ...rosterRows(
          Number(people),
          units.map(({ code }) => code),
          'I',
        ),
      ]
      const measured = [
        await measureVerify(directory),
        ...(await measureImport(ask, server.pid, 'import', 'roster.csv', asCsv(rows))),
        ...(await measureImport(ask, server.pid, 'import-xlsx-again', 'roster.xlsx', await asWorkbook(rows))),
        await measureVerify(directory),
        ...calibration,
      ]
      printRows(`import: load of the machine ${os.loadavg()[0]!.toFixed(1)} on ${os.availableParallelism()} cores`, measured)
      return { bench: 'import', rows: measured }
    } finally {
      await server.stop()
    }
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}
