import { spawn } from 'node:child_process'
import { access, chmod, mkdir, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { expect, test, vi } from 'vitest'
import {
  isRoot,
  nobody,
  cleanups,
  start,
  makeDirectory,
  connect,
  query,
  needsRoot,
  packagedRoot,
  spawnSupervisor,
  superviseInChild,
  killHard,
  listLeftovers,
  waitUntilNobodyIsLeft,
  eventually,
} from '../../../test/embedded-kit.ts'
import { embeddedOwner, startEmbeddedPostgres } from './embedded-postgres.ts'

vi.setConfig({ testTimeout: 90_000, hookTimeout: 60_000 })

const debianBinaries = '/usr/lib/postgresql/15/bin'

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
