// One supervisor per data directory. A pid alone would not do: pids are reused, and after a power cut the file is
// still there. So the lock names the boot, the pid, and the moment at which that process started.

import { createHash, randomUUID } from 'node:crypto'
import { readFile, rename, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import type { Server } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { EmbeddedPostgresError } from './embedded-postgres-error.ts'

export interface SupervisorLock {
  /** Removes the lock if it is still ours. */
  release(): Promise<void>
}

interface Holder {
  boot: string
  pid: number
  startedTicks: string
}

const takeLimitMs = 5_000
const pollMs = 10

/** Takes the lock at `path`, over a dead holder if need be; throws `in-use` while its holder lives. */
export async function takeSupervisorLock(path: string): Promise<SupervisorLock> {
  const boot = (await readIfPresent('/proc/sys/kernel/random/boot_id'))?.trim() ?? 'unknown'
  const startedTicks = await findStartOfProcess(process.pid)
  if (startedTicks === undefined) throw new Error('/proc does not show this process')
  const content = `${JSON.stringify({ boot, pid: process.pid, startedTicks } satisfies Holder)}\n`

  const turn = await waitForTurn(path)
  try {
    const holder = parseHolder((await readIfPresent(path)) ?? '')
    if (holder && holder.boot === boot && (await findStartOfProcess(holder.pid)) === holder.startedTicks) {
      throw new EmbeddedPostgresError(
        'in-use',
        `The database behind ${path} is in use by the running process ${holder.pid}. Stop that one first.`,
      )
    }
    // Renamed into place: the lock appears with its whole content or not at all.
    const draft = `${path}.${randomUUID()}`
    try {
      await writeFile(draft, content)
      await rename(draft, path)
    } finally {
      await rm(draft, { force: true })
    }
  } finally {
    turn.close()
  }
  return {
    async release() {
      if ((await readIfPresent(path)) === content) await rm(path, { force: true })
    },
  }
}

// Two who find the same dead lock must not both replace it. A name in the abstract socket namespace belongs to one
// process at a time and is given back by the kernel when that process ends, so this lock cannot become stale itself.
async function waitForTurn(path: string): Promise<Server> {
  const name = `\0luytre-${createHash('sha256').update(path).digest('hex').slice(0, 32)}`
  const deadline = performance.now() + takeLimitMs
  for (;;) {
    const server = createServer(connection => connection.destroy())
    try {
      await new Promise<void>((resolve, reject) => {
        server.once('error', reject)
        server.listen(name, resolve)
      })
      return server
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error
      if (performance.now() > deadline) {
        throw new EmbeddedPostgresError('in-use', `Another process is starting on ${path} at this moment.`)
      }
    }
    await delay(pollMs)
  }
}

function parseHolder(content: string): Holder | undefined {
  try {
    const value = JSON.parse(content) as Partial<Holder> | null
    if (typeof value?.boot !== 'string' || typeof value.pid !== 'number' || typeof value.startedTicks !== 'string') return undefined
    return { boot: value.boot, pid: value.pid, startedTicks: value.startedTicks }
  } catch {
    return undefined
  }
}

/** The start of a living process in clock ticks since boot. A zombie no longer owns anything and counts as dead. */
async function findStartOfProcess(pid: number): Promise<string | undefined> {
  const stat = await readIfPresent(`/proc/${pid}/stat`)
  if (stat === undefined) return undefined
  // proc(5): the second field is the name in brackets and may itself hold blanks and brackets; the third is the state,
  // the twenty-second the start.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return fields[0] === 'Z' || fields[0] === 'X' ? undefined : fields[19]
}

async function readIfPresent(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    // ESRCH: the process ended between open and read.
    if (code === 'ENOENT' || code === 'ESRCH') return undefined
    throw error
  }
}
