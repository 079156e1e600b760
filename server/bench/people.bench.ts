import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { createInterface } from 'node:readline'
import pg from 'pg'
import { embeddedOwner, findRunningPostgres } from '#platform/database/embedded-postgres.ts'
import { calibrate, printRows, rounded } from './calibration.ts'
import type { BenchRow } from './calibration.ts'
import { seed } from './seed/seed.ts'
import type { Seeded } from './seed/seed.ts'

// How long does a page of people, a search, a person's and a unit's gaps take at the server, and how fast is the ledger proved, in an
// authority of 100,000 people? README.md has the method. `npm run bench -- people FOLDER` keeps the seeded data there.

const sizes = { people: 5_000, units: 50, ledgerLines: 100_000 }
const requestsEach = 200

const main = path.join(import.meta.dirname, '../src/main.ts')

export default async function bench(): Promise<{ bench: 'people'; rows: BenchRow[] }> {
  const [, kept] = process.argv.slice(2)
  const directory = kept ?? (await mkdtemp(path.join(os.tmpdir(), 'luytre-bench-')))
  const file = path.join(directory, 'seeded.json')
  try {
    if (!existsSync(file)) {
      const seeded = await seed(directory, sizes, text => console.error(`seeding: ${text}`))
      await writeFile(file, JSON.stringify(seeded), { mode: 0o600 })
    }
    const rows = await measure(directory, JSON.parse(await readFile(file, 'utf8')) as Seeded)
    printRows(
      `people: ${sizes.people.toLocaleString('en')} people, ${sizes.ledgerLines.toLocaleString('en')} ledger lines; load of the machine ${os.loadavg()[0]!.toFixed(1)} on ${os.availableParallelism()} cores`,
      rows,
    )
    return { bench: 'people', rows }
  } finally {
    if (kept === undefined) await rm(directory, { recursive: true, force: true })
  }
}

async function measure(directory: string, seeded: Seeded): Promise<BenchRow[]> {
  const server = await startServer(directory)
  try {
    const postgres = (await findRunningPostgres(directory))!
    const owner = new pg.Client({ host: postgres.socketDirectory, port: postgres.port, user: embeddedOwner, database: 'luytre' })
    await owner.connect()
    const before = await calibrate(owner)
    const get = await signIn(server.url, seeded.administrator)
    const rows = [await measureLists(get), await measureSearch(get), await measureGaps(get)]
    await owner.end()
    return [{ case: 'start', toHealthMs: rounded(server.toHealthMs) }, ...rows, await measureVerify(directory), ...before]
  } finally {
    await server.stop()
  }
}

interface RunningProgram {
  url: string
  toHealthMs: number
  stop(): Promise<void>
}

const environment = (directory: string): NodeJS.ProcessEnv => ({
  PATH: process.env['PATH'],
  LUYTRE_DATA: directory,
  LUYTRE_PORT: '0',
  LUYTRE_LOG_LEVEL: 'error',
  LUYTRE_RATE_LIMIT: '1000000',
})

/** The product as people start it; ready when /health answers. */
async function startServer(directory: string): Promise<RunningProgram> {
  const start = performance.now()
  const child = spawn(process.execPath, [main, 'serve', '--empty', '--json'], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: environment(directory),
  })
  const exited = new Promise<void>(resolve => child.once('exit', () => resolve()))
  const url = await new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout }).on('line', line => {
      const said = JSON.parse(line) as { event?: string; url: string }
      if (said.event === 'listening') resolve(said.url)
    })
    void exited.then(() => reject(new Error('the server ended before it listened')))
  })
  const health = await fetch(`${url}/health`)
  if (!health.ok) throw new Error(`/health answers ${health.status}`)
  return {
    url,
    toHealthMs: performance.now() - start,
    async stop() {
      child.kill('SIGTERM')
      await exited
    },
  }
}

type Get = <T>(path: string) => Promise<T>

async function signIn(url: string, account: Seeded['administrator']): Promise<Get> {
  const answer = await fetch(`${url}/api/v1/session`, {
    method: 'POST',
    headers: { origin: url, 'content-type': 'application/json' },
    body: JSON.stringify(account),
  })
  if (!answer.ok) throw new Error(`sign-in: ${answer.status} ${await answer.text()}`)
  const cookie = answer.headers
    .getSetCookie()
    .map(value => value.split(';')[0])
    .join('; ')
  return async <T>(address: string) => {
    const response = await fetch(`${url}/api/v1${address}`, { headers: { cookie } })
    if (!response.ok) throw new Error(`${address}: ${response.status} ${await response.text()}`)
    return (await response.json()) as T
  }
}

/** One request after the other, as one person's clicks; the first tenth warms up. */
async function timed(name: string, count: number, run: (index: number) => Promise<unknown>): Promise<BenchRow> {
  const times: number[] = []
  for (let index = -count / 10; index < count; index++) {
    const start = performance.now()
    await run(Math.abs(index))
    if (index >= 0) times.push(performance.now() - start)
  }
  times.sort((one, other) => one - other)
  const at = (share: number): number => rounded(times[Math.min(times.length - 1, Math.floor(times.length * share))]!, 1)
  return { case: name, p50_ms: at(0.5), p95_ms: at(0.95), most_ms: at(1) }
}

interface PeoplePage {
  people: { id: string; roleCode: string }[]
  next: string | null
}

/** The first page, pages further down, and pages of a unit, in turn. */
async function measureLists(get: Get): Promise<BenchRow> {
  const { units } = await get<{ units: { id: string }[] }>('/units')
  let next: string | null = null
  return timed('list', requestsEach, async index => {
    if (index % 3 === 2) return get(`/people?unitId=${units[(index * 37) % units.length]!.id}`)
    const page: PeoplePage = await get<PeoplePage>(`/people${index % 3 === 1 && next ? `?after=${encodeURIComponent(next)}` : ''}`)
    next = page.next
    return page
  })
}

/** As somebody types: with and without accents, a family name that a third of the people have, a staff code, nobody. */
const typed = ['n', 'ng', 'nguyen', 'Nguyễn Văn', 'nguyen van a', 'phuong', 'Trần Thị Hương', 'S012345', 'đặng', 'zzz', 'linh', 'le quang']

const measureSearch = (get: Get): Promise<BenchRow> =>
  timed('search', requestsEach, index => get(`/people?search=${encodeURIComponent(typed[index % typed.length]!)}`))

async function measureGaps(get: Get): Promise<BenchRow> {
  const { people } = await get<PeoplePage>('/people?limit=200')
  const { units } = await get<{ units: { id: string }[] }>('/units')
  const { halfYears } = await get<{ halfYears: { id: string; isCurrent: boolean }[] }>('/half-years')
  const { frameworks } = await get<{ frameworks: { id: string }[] }>('/frameworks')
  const frameworkId = frameworks[0]!.id
  const { elements } = await get<{ elements: { id: string; code: string }[] }>(`/frameworks/${frameworkId}/elements?kind=role`)
  const roleIds = new Map(elements.map(role => [role.code, role.id]))
  const halfYearId = (halfYears.find(one => one.isCurrent) ?? halfYears[0]!).id
  return timed('gaps', requestsEach, async index => {
    if (index % 2 === 1)
      return get(`/units/${units[(index * 37) % units.length]!.id}/gaps?halfYearId=${halfYearId}&frameworkId=${frameworkId}`)
    const person = people[index % people.length]!
    return get(`/people/${person.id}/gaps?halfYearId=${halfYearId}&roleId=${roleIds.get(person.roleCode)}`)
  })
}

/** `luytre ledger verify` beside the running server, as an operator calls it; start of the program included. */
async function measureVerify(directory: string): Promise<BenchRow> {
  const start = performance.now()
  const child = spawn(process.execPath, [main, 'ledger', 'verify', '--json'], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: environment(directory),
  })
  let output = ''
  child.stdout.on('data', chunk => (output += String(chunk)))
  const exitCode = await new Promise<number | null>(resolve => child.once('close', resolve))
  const seconds = (performance.now() - start) / 1000
  const { counts } = JSON.parse(output) as { counts: { lines: number } }
  if (exitCode !== 0) throw new Error(`the seeded ledger is not intact: ${output.slice(0, 1000)}`)
  return { case: 'verify', lines: counts.lines, seconds: rounded(seconds, 1), linesPerSecond: rounded(counts.lines / seconds) }
}
