import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'
import pg from 'pg'
import { embeddedOwner, findRunningPostgres } from '#platform/database/embedded-postgres.ts'
import { calibrate, printRows, rounded } from './calibration.ts'
import type { BenchRow } from './calibration.ts'
import { lookAround, measureGaps, measureHeatMaps, measureLists, measureSearch } from './people/pages.ts'
import { signIn, startProgram } from './people/program.ts'
import { measureRoster } from './people/roster.ts'
import { measureVerify } from './people/verify.ts'
import { seed } from './seed/seed.ts'
import type { Seeded } from './seed/seed.ts'

// How long does a page take at the server, and how fast is the ledger proved, in an authority of 100,000 people? README.md has the
// method and the options.

/** Ten assessments a person make a million. */
const wholeSize = { people: 100_000, units: 1_000, ledgerLines: 5_000_000 }

export default async function bench(): Promise<{ bench: 'people'; rows: BenchRow[] }> {
  const { values } = parseArgs({
    args: process.argv.slice(3),
    options: { keep: { type: 'string' }, people: { type: 'string' }, requests: { type: 'string', default: '100' } },
  })
  const people = values.people === undefined ? wholeSize.people : Number(values.people)
  const requests = Number(values.requests)
  if (!(people >= 1000 && people <= wholeSize.people) || !(requests >= 10))
    throw new RangeError(`--people takes 1000 to ${wholeSize.people}, --requests 10 or more`)
  const share = people / wholeSize.people
  const sizes = { people, units: Math.ceil(wholeSize.units * share), ledgerLines: Math.ceil(wholeSize.ledgerLines * share) }
  const directory = values.keep ?? (await mkdtemp(path.join(os.tmpdir(), 'luytre-bench-')))
  const file = path.join(directory, 'seeded.json')
  try {
    if (!existsSync(file)) {
      await mkdir(directory, { recursive: true })
      const seeded = await seed(directory, sizes, text => console.error(`seeding: ${text}`))
      await writeFile(file, JSON.stringify(seeded), { mode: 0o600 })
    }
    const seeded = JSON.parse(await readFile(file, 'utf8')) as Seeded
    const load = os.loadavg()[0]!.toFixed(1)
    const pages = await measure(directory, seeded, requests)
    const rows = [...pages, ...(await measureRoster(people, { ledgerLines: 2000, isWhole: false }))]
    const counts = {
      people: seeded.sizes.people,
      assessments: seeded.assessments,
      ratings: seeded.ratings,
      'ledger lines': seeded.sizes.ledgerLines,
    }
    const about = Object.entries(counts).map(([name, count]) => `${count.toLocaleString('en')} ${name}`)
    printRows(
      `people: ${about.join(', ')}, seeded in ${seeded.minutes} min; load of the machine ${load} on ${os.availableParallelism()} cores`,
      rows,
    )
    return { bench: 'people', rows }
  } finally {
    if (values.keep === undefined) await rm(directory, { recursive: true, force: true })
  }
}

async function measure(directory: string, seeded: Seeded, requests: number): Promise<BenchRow[]> {
  // The first start brings an older database up to date, and compiles.
  await startProgram(directory).then(first => first.stop())
  const program = await startProgram(directory)
  try {
    const postgres = (await findRunningPostgres(directory))!
    const owner = new pg.Client({ host: postgres.socketDirectory, port: postgres.port, user: embeddedOwner, database: 'luytre' })
    await owner.connect()
    const before = await calibrate(owner)
    const callers = {
      manager: await signIn(program.url, seeded.manager),
      administrator: await signIn(program.url, seeded.administrator),
      supervisor: await signIn(program.url, seeded.supervisor),
    }
    const seen = await lookAround(callers.manager)
    const clock = { requests, cpuUs: program.cpuUs }
    // To the middle of the lists.
    const depth = Math.ceil(seeded.sizes.people / 200 / 2)
    const rows = [
      ...(await measureLists(callers, seen, clock, depth)),
      ...(await measureSearch(callers, seen, clock)),
      ...(await measureGaps(callers, seen, clock)),
      ...(await measureHeatMaps(callers, seen, clock)),
      await measureVerify(directory),
      { ...(await measureVerify(directory)), case: 'verify-again' },
    ]
    const after = await calibrate(owner)
    await owner.end()
    return [
      { case: 'start', toHealthMs: rounded(program.toHealthMs) },
      ...rows,
      ...before.map(row => ({ ...row, case: `${row.case}-before` })),
      ...after.map(row => ({ ...row, case: `${row.case}-after` })),
    ]
  } finally {
    await program.stop()
  }
}
