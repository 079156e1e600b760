import { mkdtemp, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import pg from 'pg'
import { embeddedOwner, findRunningPostgres } from '#platform/database/embedded-postgres.ts'
import { calibrate } from '../calibration.ts'
import type { BenchRow } from '../calibration.ts'
import { seed } from '../seed/seed.ts'
import { asCsv, asWorkbook, measureImport, rosterRows } from './import.ts'
import { signInToChange, startProgram } from './program.ts'
import { measureVerify } from './verify.ts'

// A roster into an authority of its own of 1,000 people in 100 units: README.md has the method.

/** With `verify` and the same people once more as a workbook, or the CSV alone. */
export async function measureRoster(people: number, options: { ledgerLines: number; isWhole: boolean }): Promise<BenchRow[]> {
  const directory = await mkdtemp(path.join(os.tmpdir(), 'luytre-bench-'))
  try {
    const sizes = { people: 1000, units: 100, ledgerLines: options.ledgerLines }
    const { manager } = await seed(directory, sizes, text => console.error(`seeding: ${text}`))
    const server = await startProgram(directory)
    try {
      const ask = await signInToChange(server.url, manager)
      const { units } = await ask<{ units: { code: string }[] }>('GET', '/units')
      const codes = units.map(({ code }) => code)
      const rows = [...rosterRows(people, codes, 'I')]
      const imported = () => measureImport(ask, server.pid, 'import', 'roster.csv', asCsv(rows))
      if (!options.isWhole) return await imported()
      const calibration = await calibrateIn(directory)
      return [
        await measureVerify(directory),
        ...(await imported()),
        ...(await measureImport(ask, server.pid, 'import-xlsx-again', 'roster.xlsx', await asWorkbook(rows))),
        await measureVerify(directory),
        ...calibration,
      ]
    } finally {
      await server.stop()
    }
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}

async function calibrateIn(directory: string): Promise<BenchRow[]> {
  const postgres = (await findRunningPostgres(directory))!
  const owner = new pg.Client({ host: postgres.socketDirectory, port: postgres.port, user: embeddedOwner, database: 'luytre' })
  await owner.connect()
  const rows = await calibrate(owner)
  await owner.end()
  return rows
}
