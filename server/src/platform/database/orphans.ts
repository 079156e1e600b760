// PostgreSQL processes that a killed supervisor left behind. They are known by their working directory, which
// PostgreSQL sets to the cluster and keeps; never by a name alone, and never by a pid read from a file.

import { readFile, readdir, stat } from 'node:fs/promises'
import { setTimeout as delay } from 'node:timers/promises'
import { EmbeddedPostgresError } from './embedded-postgres-error.ts'

interface PostgresProcess {
  pid: number
  parentPid: number
}

const pollMs = 25
const fastShutdownMs = 10_000
const immediateShutdownMs = 6_000
const killMs = 5_000

/** Ends every PostgreSQL process that works in `cluster` and waits until none is left. Returns how many there were. */
export async function endPostgresProcessesIn(cluster: string, log: (line: string) => void): Promise<number> {
  const found = await listPostgresProcessesIn(cluster)
  if (found.length === 0) return 0
  log(`ending ${found.length} PostgreSQL processes without a supervisor: ${found.map(one => one.pid).join(', ')}`)

  const postmasterPid = await findPostmasterPid(cluster)
  if (found.some(one => one.pid === postmasterPid)) {
    // SIGINT is a fast shutdown to the postmaster only; to anything else it means "cancel the query".
    signalProcess(postmasterPid, 'SIGINT')
    if (await waitUntilGone(cluster, fastShutdownMs)) return found.length
  }
  const left = await listPostgresProcessesIn(cluster)
  for (const one of left) {
    if (!left.some(other => other.pid === one.parentPid)) signalProcess(one.pid, 'SIGQUIT')
  }
  if (await waitUntilGone(cluster, immediateShutdownMs)) return found.length
  for (const one of await listPostgresProcessesIn(cluster)) signalProcess(one.pid, 'SIGKILL')
  if (await waitUntilGone(cluster, killMs)) return found.length
  throw new EmbeddedPostgresError(
    'orphan-survives',
    `PostgreSQL processes still work in ${cluster} and cannot be ended: ` +
      `${(await listPostgresProcessesIn(cluster)).map(one => one.pid).join(', ')}.`,
  )
}

async function waitUntilGone(cluster: string, limitMs: number): Promise<boolean> {
  const deadline = performance.now() + limitMs
  while ((await listPostgresProcessesIn(cluster)).length > 0) {
    if (performance.now() > deadline) return false
    await delay(pollMs)
  }
  return true
}

async function listPostgresProcessesIn(cluster: string): Promise<PostgresProcess[]> {
  const directory = await statIfPresent(cluster)
  if (!directory) return []
  const found: PostgresProcess[] = []
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/.test(name)) continue
    const process = await findPostgresProcess(name)
    if (!process) continue
    // Device and inode instead of a path: a bind mount or a renamed parent does not hide a process.
    const place = await statIfPresent(`/proc/${name}/cwd/.`)
    if (place && place.dev === directory.dev && place.ino === directory.ino) found.push(process)
  }
  return found
}

async function findPostgresProcess(pid: string): Promise<PostgresProcess | undefined> {
  const content = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')
  const name = content.slice(content.indexOf('(') + 1, content.lastIndexOf(')'))
  const [state, parentPid] = content.slice(content.lastIndexOf(')') + 2).split(' ')
  // An operator's shell may stand in the directory too, and a zombie has ended already.
  if (name !== 'postgres' || state === 'Z' || state === 'X') return undefined
  return { pid: Number(pid), parentPid: Number(parentPid) }
}

async function findPostmasterPid(cluster: string): Promise<number> {
  const content = await readFile(`${cluster}/postmaster.pid`, 'utf8').catch(() => '')
  return Number.parseInt(content, 10)
}

async function statIfPresent(path: string) {
  return stat(path, { bigint: true }).catch(() => undefined)
}

function signalProcess(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}
