import { lstat, mkdir, realpath, rm } from 'node:fs/promises'
import { createHash } from 'node:crypto'
import { createConnection } from 'node:net'
import os from 'node:os'
import path from 'node:path'
import { EmbeddedPostgresError } from './embedded-postgres-error.ts'
import { handOver, isOurs } from './postgres-user.ts'
import type { PostgresUser } from './postgres-user.ts'

// The socket of the embedded database, in a directory that only its own user and root can enter.

// It only names the socket's file: no port is opened.
export const port = 5432

// unix(7): sun_path holds 108 bytes with its final zero.
const socketPathMaxBytes = 107

/** Beside the cluster, or in a place of its own that follows from the data directory where the path is too long. */
export function chooseSocketDirectory(directory: string): string {
  const name = `luytre-${createHash('sha256').update(directory).digest('hex').slice(0, 16)}`
  const places = [path.join(directory, 'postgres-socket'), path.join(os.tmpdir(), name), path.join('/tmp', name)]
  const place = places.find(one => Buffer.byteLength(socketFile(one)) <= socketPathMaxBytes)
  if (place === undefined) {
    throw new EmbeddedPostgresError('socket-directory-unsafe', `No directory with a short enough path for a socket: ${places.join(', ')}.`)
  }
  return place
}

/** Where the server of a data directory answers, if one runs; for commands beside it. */
export async function findRunningPostgres(directory: string): Promise<{ socketDirectory: string; port: number } | undefined> {
  const socketDirectory = chooseSocketDirectory(await realpath(directory))
  return (await acceptsConnections(socketFile(socketDirectory))) ? { socketDirectory, port } : undefined
}

export async function makeSocketDirectory(place: string, user: PostgresUser): Promise<void> {
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
export async function clearStaleFiles(cluster: string, socketDirectory: string): Promise<void> {
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
