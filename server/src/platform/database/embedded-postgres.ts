// A real PostgreSQL as part of this program: its cluster lies in the data directory, it listens on a unix socket that
// only its own user and root can reach, and it lives no longer than the process that started it.
//
// Who may enter is settled by the socket's directory (mode 0700), therefore "trust" behind it: peer authentication
// cannot work where PostgreSQL's user differs from ours.

import { mkdir, lstat, readFile, realpath, rename, rm, rmdir, stat, statfs } from 'node:fs/promises'
import { createHash } from 'node:crypto'
import { createConnection } from 'node:net'
import os from 'node:os'
import path from 'node:path'
import type { Readable } from 'node:stream'
import { setTimeout as delay } from 'node:timers/promises'
import { flushDirectory, makeDataDirectory } from './data-directory.ts'
import { EmbeddedPostgresError, explainFileError } from './embedded-postgres-error.ts'
import { spawnLeashed } from './leash.ts'
import { endPostgresProcessesIn } from './orphans.ts'
import { findPostgresBinaries } from './postgres-binaries.ts'
import type { PostgresBinaries } from './postgres-binaries.ts'
import { chooseInitdbUser, choosePostgresUser, handOver, isOurs, refuseOtherOwner } from './postgres-user.ts'
import type { PostgresUser } from './postgres-user.ts'
import { takeSupervisorLock } from './supervisor-lock.ts'

export { EmbeddedPostgresError } from './embedded-postgres-error.ts'
export type { EmbeddedPostgresErrorCode } from './embedded-postgres-error.ts'

/** The superuser of the cluster: owner of the schema, for `migrate` only. */
export const embeddedOwner = 'luytre_owner'

export interface EmbeddedPostgresOptions {
  /** The product's data directory. The cluster goes to `<directory>/postgres`. */
  directory: string
  /** A directory with initdb and postgres for a new cluster (LUYTRE_PG_BIN). */
  binaries?: string
  /** Receives the server's log, a line at a time, each at most 4 KiB long. */
  log?: (line: string) => void
  /** Server settings beside ours; those on which safety or the socket rests are refused. */
  settings?: Record<string, string>
}

export interface EmbeddedPostgres {
  /** The `host` for a client. */
  socketDirectory: string
  port: number
  /** Major version. */
  version: number
  /** Ends the server in order; may be called more than once, and when it has already ended. */
  stop(): Promise<void>
  /** Resolves when the server has ended, whoever ended it. */
  exited: Promise<EmbeddedPostgresExit>
}

export interface EmbeddedPostgresExit {
  code: number | null
  signal: string | null
}

// It only names the socket's file: no port is opened.
const port = 5432

// unix(7): sun_path holds 108 bytes with its final zero.
const socketPathMaxBytes = 107

// A new cluster takes 40 MB, its first write-ahead segments 16 MB each.
const newClusterNeedsBytes = 128 * 1024 * 1024

const pollMs = 15
// After a crash the write-ahead log is replayed before the server answers: up to max_wal_size, on a slow disk minutes.
const startLimitMs = 10 * 60_000
const fastShutdownMs = 30_000
const immediateShutdownMs = 6_000
const logLineMaxLength = 4096
const keptLogLines = 40

const settingsByDefault: Record<string, string> = {
  max_connections: '60',
  // For a machine of 2 cores and 4 GB that also runs the rest of the product.
  shared_buffers: '128MB',
  effective_cache_size: '1GB',
  work_mem: '8MB',
  maintenance_work_mem: '64MB',
  max_wal_size: '1GB',
  wal_compression: 'on',
  // Compiling costs more than it saves on queries that a screen waits for.
  jit: 'off',
  fsync: 'on',
  full_page_writes: 'on',
  synchronous_commit: 'on',
  timezone: 'UTC',
  log_timezone: 'UTC',
  lc_messages: 'C',
  log_checkpoints: 'off',
  log_line_prefix: '%m [%p] %q%u@%d ',
}

const settingsReserved: Record<string, string> = {
  listen_addresses: '',
  port: String(port),
  unix_socket_permissions: '0700',
  log_destination: 'stderr',
  logging_collector: 'off',
}

const settingsForbidden = new Set([
  ...Object.keys(settingsReserved),
  'config_file',
  'data_directory',
  'external_pid_file',
  'hba_file',
  'ident_file',
  'unix_socket_directories',
  'unix_socket_group',
])

/** Starts the database of a data directory, making it first if there is none. Throws `EmbeddedPostgresError`. */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const settings = mergeSettings(options.settings ?? {})
  if (process.platform !== 'linux') {
    throw new EmbeddedPostgresError(
      'unsupported-platform',
      `The embedded PostgreSQL runs on Linux only, not on ${process.platform}; give LUYTRE_DATABASE_URL instead.`,
    )
  }
  const log = new ServerLog(options.log)
  try {
    const directory = await makeDataDirectory(options.directory)
    await refuseOtherOwner(path.join(directory, 'postgres'))
    const lock = await takeSupervisorLock(path.join(directory, 'postgres.lock'))
    try {
      return await startLocked({ directory, given: options.binaries, settings, log, release: () => lock.release() })
    } catch (error) {
      await lock.release()
      throw error
    }
  } catch (error) {
    throw explainFileError(error, options.directory)
  }
}

async function startLocked(options: {
  directory: string
  given: string | undefined
  settings: Record<string, string>
  log: ServerLog
  release: () => Promise<void>
}): Promise<EmbeddedPostgres> {
  const { directory, given, settings, log, release } = options
  const cluster = path.join(directory, 'postgres')
  const present = await inspectCluster(cluster)
  const binaries = await findPostgresBinaries({
    clusterVersion: present?.version,
    given,
    linkDirectory: path.join(directory, 'postgres-libraries'),
  })
  if (given !== undefined && path.resolve(given) !== binaries.directory) {
    log.add(`${given} is not used: the database was made by PostgreSQL ${binaries.version}`)
  }
  const socketDirectory = chooseSocketDirectory(directory)
  const user = await choosePostgresUser({
    postgres: path.join(binaries.directory, 'postgres'),
    env: binaries.env,
    paths: [directory, path.dirname(socketDirectory)],
    presentOwnerUid: present?.ownerUid,
  })

  if (present) {
    await endPostgresProcessesIn(cluster, line => log.add(line))
    await handOver(cluster, user)
  } else {
    await makeCluster({ directory, cluster, binaries, user, log })
  }
  await makeSocketDirectory(socketDirectory, user)
  await clearStaleFiles(cluster, socketDirectory)
  return runServer({ cluster, socketDirectory, binaries, user, settings, log, release })
}

function mergeSettings(given: Record<string, string>): Record<string, string> {
  for (const name of Object.keys(given)) {
    if (settingsForbidden.has(name.toLowerCase()) || !/^[a-z_][a-z0-9_.]*$/i.test(name)) {
      throw new EmbeddedPostgresError('reserved-setting', `The setting "${name}" cannot be changed for the embedded database.`)
    }
  }
  return { ...settingsByDefault, ...given, ...settingsReserved }
}

interface PresentCluster {
  version: number
  ownerUid: number
}

/** What is at the cluster's place: undefined for nothing, or for an empty directory. */
async function inspectCluster(cluster: string): Promise<PresentCluster | undefined> {
  const found = await lstat(cluster).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined
    throw error
  })
  if (!found) return undefined
  let content: string
  try {
    content = await readFile(path.join(cluster, 'PG_VERSION'), 'utf8')
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code !== 'ENOENT') throw error
    if (found.isDirectory() && (await removeIfEmpty(cluster))) return undefined
    throw new EmbeddedPostgresError(
      'not-a-cluster',
      `${cluster} holds files, but not a PostgreSQL database. Move it away, or restore a backup.`,
    )
  }
  const version = Number.parseInt(content, 10)
  if (!(version > 0)) throw new EmbeddedPostgresError('not-a-cluster', `${cluster}/PG_VERSION holds no version.`)
  return { version, ownerUid: found.uid }
}

async function removeIfEmpty(directory: string): Promise<boolean> {
  try {
    await rmdir(directory)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOTEMPTY') return false
    throw error
  }
}

// initdb works beside the cluster's place and the result is moved there: a cluster is whole or absent.
async function makeCluster(options: {
  directory: string
  cluster: string
  binaries: PostgresBinaries
  user: PostgresUser
  log: ServerLog
}): Promise<void> {
  const { directory, cluster, binaries, user, log } = options
  const draft = `${cluster}.initialising`
  await endPostgresProcessesIn(draft, line => log.add(line))
  await rm(draft, { recursive: true, force: true })

  const { bavail, bsize } = await statfs(directory)
  if (bavail * bsize < newClusterNeedsBytes) {
    throw new EmbeddedPostgresError(
      'disk-full',
      `A new database needs ${newClusterNeedsBytes / 1024 / 1024} MB; the disk of ${directory} has ${Math.floor((bavail * bsize) / 1024 / 1024)} MB left.`,
    )
  }
  await mkdir(draft, { mode: 0o700 })
  await handOver(draft, user)

  const output = new ServerLog()
  const initdb = await spawnLeashed({
    program: path.join(binaries.directory, 'initdb'),
    args: [
      `--pgdata=${draft}`,
      `--username=${embeddedOwner}`,
      '--auth-local=trust',
      '--auth-host=reject',
      '--encoding=UTF8',
      '--locale=C.UTF-8',
      // Order by code point and Unicode case, independent of the machine's libraries; texts that a person reads sorted
      // name an ICU collation such as vi-x-icu. Up to 16 C.UTF-8 of the C library is the nearest to it.
      ...(binaries.version >= 17 ? ['--locale-provider=builtin', '--builtin-locale=C.UTF-8'] : []),
      '--data-checksums',
      '--no-instructions',
    ],
    runsAs: chooseInitdbUser(user),
    signal: 'SIGKILL',
    env: { ...binaries.env, LC_ALL: 'C.UTF-8', TZ: 'UTC' },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  output.follow(initdb.stdout)
  output.follow(initdb.stderr)
  const code = await new Promise<number | null>(resolve => initdb.once('close', resolve))
  if (code !== 0) {
    await rm(draft, { recursive: true, force: true })
    throw failure('initdb-failed', 'The database could not be made', output)
  }
  // initdb has flushed the files to disk; the new name is flushed with the directory that holds it.
  await rename(draft, cluster)
  await flushDirectory(directory)
}

/** Beside the cluster, or in a place of its own that follows from the data directory where the path is too long. */
function chooseSocketDirectory(directory: string): string {
  const name = `luytre-${createHash('sha256').update(directory).digest('hex').slice(0, 16)}`
  const places = [path.join(directory, 'postgres-socket'), path.join(os.tmpdir(), name), path.join('/tmp', name)]
  const place = places.find(one => Buffer.byteLength(socketFile(one)) <= socketPathMaxBytes)
  if (place === undefined) {
    throw new EmbeddedPostgresError('socket-directory-unsafe', `No directory with a short enough path for a socket: ${places.join(', ')}.`)
  }
  return place
}

/** Whether a data directory holds a database already. */
export async function hasCluster(directory: string): Promise<boolean> {
  const version = await stat(path.join(directory, 'postgres', 'PG_VERSION')).catch(() => undefined)
  return version !== undefined
}

/** Where the server of a data directory answers, if one runs; for commands beside it. */
export async function findRunningPostgres(directory: string): Promise<{ socketDirectory: string; port: number } | undefined> {
  const socketDirectory = chooseSocketDirectory(await realpath(directory))
  return (await acceptsConnections(socketFile(socketDirectory))) ? { socketDirectory, port } : undefined
}

async function makeSocketDirectory(place: string, user: PostgresUser): Promise<void> {
  try {
    await mkdir(place, { mode: 0o700 })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  }
  // Everybody may write to /tmp: a directory that somebody else has put there must not become our door.
  const found = await lstat(place)
  if (!found.isDirectory() || !isOurs(found.uid) || (found.mode & 0o077) !== 0) {
    throw new EmbeddedPostgresError(
      'socket-directory-unsafe',
      `${place} is not a directory of mode 0700 that belongs to this user. Remove it if you know who made it.`,
    )
  }
  await handOver(place, user)
}

function socketFile(socketDirectory: string): string {
  return path.join(socketDirectory, `.s.PGSQL.${port}`)
}

// No PostgreSQL of this machine works in the cluster any more (endPostgresProcessesIn), so what its predecessor left
// can go. Otherwise a pid that has since been given to another program would stop the start.
async function clearStaleFiles(cluster: string, socketDirectory: string): Promise<void> {
  const socket = socketFile(socketDirectory)
  // Processes of another container are invisible here, their socket in a shared directory is not.
  if (await acceptsConnections(socket)) {
    throw new EmbeddedPostgresError('in-use', `Another PostgreSQL answers on ${socket}.`)
  }
  for (const file of [path.join(cluster, 'postmaster.pid'), socket, `${socket}.lock`]) await rm(file, { force: true })
}

async function acceptsConnections(socket: string): Promise<boolean> {
  return new Promise(resolve => {
    const connection = createConnection(socket)
    const finish = (answer: boolean) => {
      connection.destroy()
      resolve(answer)
    }
    connection.once('connect', () => finish(true))
    connection.once('error', () => finish(false))
  })
}

async function runServer(options: {
  cluster: string
  socketDirectory: string
  binaries: PostgresBinaries
  user: PostgresUser
  settings: Record<string, string>
  log: ServerLog
  release: () => Promise<void>
}): Promise<EmbeddedPostgres> {
  const { cluster, socketDirectory, binaries, user, settings, log, release } = options
  const server = await spawnLeashed({
    program: path.join(binaries.directory, 'postgres'),
    args: [
      '-D',
      cluster,
      ...Object.entries({ ...settings, unix_socket_directories: quoted(socketDirectory) }).flatMap(([name, value]) => [
        '-c',
        `${name}=${value}`,
      ]),
    ],
    runsAs: user,
    // An immediate shutdown: nobody is left whom an orderly one would serve, and a long checkpoint would outlive us.
    // What was committed is replayed at the next start.
    signal: 'SIGQUIT',
    env: { ...binaries.env, LC_ALL: 'C.UTF-8', TZ: 'UTC' },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  log.follow(server.stderr)

  let hasEnded = false
  const ended = new Promise<EmbeddedPostgresExit>(resolve => {
    server.once('exit', (code, signal) => {
      hasEnded = true
      resolve({ code, signal })
    })
  })
  const exited = ended.then(async exit => {
    try {
      // Its children end with it, but not in the same instant. Only while the lock is ours are they ours to end.
      await endPostgresProcessesIn(cluster, line => log.add(line))
      await release()
    } catch (error) {
      // The next start cleans up the same things, and there is nobody to throw at.
      log.add(`after the end of PostgreSQL: ${String(error)}`)
    }
    return exit
  })

  let stopping: Promise<void> | undefined
  const stop = async (): Promise<void> => {
    // Fast shutdown, then immediate, then none at all: each is safe for what was committed.
    for (const [signal, limitMs] of [
      ['SIGINT', fastShutdownMs],
      ['SIGQUIT', immediateShutdownMs],
    ] as const) {
      if (hasEnded) break
      server.kill(signal)
      await endsWithin(ended, limitMs)
    }
    if (!hasEnded) server.kill('SIGKILL')
    await exited
  }

  const deadline = performance.now() + startLimitMs
  while (!hasEnded && !(await isReady(cluster, server.pid))) {
    if (performance.now() > deadline) {
      await stop()
      throw failure('start-timeout', `PostgreSQL was not ready after ${startLimitMs / 60_000} minutes`, log)
    }
    await delay(pollMs)
  }
  if (hasEnded) {
    await exited
    throw failure('start-failed', 'PostgreSQL did not start', log)
  }
  return { socketDirectory, port, version: binaries.version, exited, stop: () => (stopping ??= stop()) }
}

/** unix_socket_directories is a list: a comma in the path would make two of it. */
function quoted(directory: string): string {
  return `"${directory.replaceAll('"', '""')}"`
}

/** The eighth line of postmaster.pid is the server's state; pg_ctl waits for the same. */
async function isReady(cluster: string, pid: number | undefined): Promise<boolean> {
  const lines = (await readFile(path.join(cluster, 'postmaster.pid'), 'utf8').catch(() => '')).split('\n')
  return Number(lines[0]) === pid && lines[7]?.trim() === 'ready'
}

async function endsWithin(ended: Promise<unknown>, limitMs: number): Promise<boolean> {
  const timer = new AbortController()
  const late = delay(limitMs, false, { signal: timer.signal }).catch(() => false)
  const inTime = await Promise.race([ended.then(() => true), late])
  timer.abort()
  return inTime
}

function failure(code: 'initdb-failed' | 'start-failed' | 'start-timeout', what: string, log: ServerLog): EmbeddedPostgresError {
  const isDiskFull = /No space left on device|Disk quota exceeded/.test(log.tail())
  return new EmbeddedPostgresError(isDiskFull ? 'disk-full' : code, `${what}:\n${log.tail()}`)
}

/** Cuts a stream into lines of bounded length, passes them on, and keeps the last ones for an error message. */
class ServerLog {
  #kept: string[] = []
  #receive: (line: string) => void

  constructor(receive: (line: string) => void = () => {}) {
    this.#receive = receive
  }

  add(line: string): void {
    const bounded = line.slice(0, logLineMaxLength)
    this.#kept.push(bounded)
    if (this.#kept.length > keptLogLines) this.#kept.shift()
    this.#receive(bounded)
  }

  follow(stream: Readable | null): void {
    let rest = ''
    stream?.setEncoding('utf8')
    stream?.on('data', (chunk: string) => {
      const lines = (rest + chunk).split('\n')
      // One character beyond the bound is enough to know that the line is longer.
      rest = (lines.pop() ?? '').slice(0, logLineMaxLength + 1)
      for (const line of lines) if (line !== '') this.add(line)
    })
    stream?.on('end', () => {
      if (rest !== '') this.add(rest)
    })
  }

  tail(): string {
    return this.#kept.join('\n')
  }
}
