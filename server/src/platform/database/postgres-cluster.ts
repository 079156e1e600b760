import { lstat, mkdir, readFile, rename, rm, rmdir, stat, statfs } from 'node:fs/promises'
import path from 'node:path'
import { flushDirectory } from './data-directory.ts'
import { EmbeddedPostgresError } from './embedded-postgres-error.ts'
import { spawnLeashed } from './leash.ts'
import { endPostgresProcessesIn } from './orphans.ts'
import type { PostgresBinaries } from './postgres-binaries.ts'
import { chooseInitdbUser, handOver } from './postgres-user.ts'
import type { PostgresUser } from './postgres-user.ts'
import { ServerLog, failure } from './server-log.ts'

// The files of the database, `postgres` in the data directory: whole or absent.

/** The superuser of the cluster: owner of the schema, for `migrate` only. */
export const embeddedOwner = 'luytre_owner'

// A new cluster takes 40 MB, its first write-ahead segments 16 MB each.
const newClusterNeedsBytes = 128 * 1024 * 1024

/** Whether a data directory holds a database already. */
export async function hasCluster(directory: string): Promise<boolean> {
  const version = await stat(path.join(directory, 'postgres', 'PG_VERSION')).catch(() => undefined)
  return version !== undefined
}

interface PresentCluster {
  version: number
  ownerUid: number
}

/** What is at the cluster's place: undefined for nothing, or for an empty directory. */
export async function inspectCluster(cluster: string): Promise<PresentCluster | undefined> {
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
export async function makeCluster(options: {
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
