// A real PostgreSQL as part of this program: its cluster lies in the data directory, it listens on a unix socket that
// only its own user and root can reach, and it lives no longer than the process that started it.
//
// Who may enter is settled by the socket's directory (mode 0700), therefore "trust" behind it: peer authentication
// cannot work where PostgreSQL's user differs from ours.

import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { makeDataDirectory } from './data-directory.ts'
import { EmbeddedPostgresError, explainFileError } from './embedded-postgres-error.ts'
import { spawnLeashed } from './leash.ts'
import { endPostgresProcessesIn } from './orphans.ts'
import { findPostgresBinaries } from './postgres-binaries.ts'
import type { PostgresBinaries } from './postgres-binaries.ts'
import { inspectCluster, makeCluster } from './postgres-cluster.ts'
import { mergeSettings } from './postgres-settings.ts'
import { chooseSocketDirectory, clearStaleFiles, makeSocketDirectory, port } from './postgres-socket.ts'
import { choosePostgresUser, handOver, refuseOtherOwner } from './postgres-user.ts'
import type { PostgresUser } from './postgres-user.ts'
import { ServerLog, failure } from './server-log.ts'
import { takeSupervisorLock } from './supervisor-lock.ts'

export { EmbeddedPostgresError } from './embedded-postgres-error.ts'
export type { EmbeddedPostgresErrorCode } from './embedded-postgres-error.ts'
export { embeddedOwner, hasCluster } from './postgres-cluster.ts'
export { findRunningPostgres } from './postgres-socket.ts'

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

const pollMs = 15
// After a crash the write-ahead log is replayed before the server answers: up to max_wal_size, on a slow disk minutes.
const startLimitMs = 10 * 60_000
const fastShutdownMs = 30_000
const immediateShutdownMs = 6_000

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
