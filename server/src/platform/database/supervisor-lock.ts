// One supervisor per data directory. A pid alone would not do: pids are reused, and after a power cut the file is
// still there. So the lock names the boot, the pid, and the moment at which that process started.

import { randomUUID } from 'node:crypto'
import { link, readFile, rename, rm, writeFile } from 'node:fs/promises'
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

const attemptsMax = 5

/** Takes the lock at `path`, over a dead holder if need be; throws `in-use` while its holder lives. */
export async function takeSupervisorLock(path: string): Promise<SupervisorLock> {
  const boot = await readBootId()
  const startedTicks = await findStartOfProcess(process.pid)
  if (startedTicks === undefined) throw new Error('/proc does not show this process')
  const content = `${JSON.stringify({ boot, pid: process.pid, startedTicks } satisfies Holder)}\n`
  const draft = `${path}.${randomUUID()}`
  const aside = `${draft}.stale`
  await writeFile(draft, content, { mode: 0o644 })
  try {
    for (let attempt = 0; attempt < attemptsMax; attempt += 1) {
      // link() and not open(): the lock appears with its whole content or not at all.
      if (await tryLink(draft, path)) return { release: () => releaseLock(path, content) }
      const found = await readIfPresent(path)
      if (found === undefined) continue
      const holder = parseHolder(found)
      if (holder && holder.boot === boot && (await findStartOfProcess(holder.pid)) === holder.startedTicks) {
        throw new EmbeddedPostgresError(
          'in-use',
          `The database behind ${path} is in use by the running process ${holder.pid}. Stop that one first.`,
        )
      }
      // Somebody else may have replaced the dead lock since we read it: look at what was really moved, and give it back.
      if (!(await tryRename(path, aside))) continue
      if ((await readIfPresent(aside)) !== found) await tryLink(aside, path)
      await rm(aside, { force: true })
    }
  } finally {
    await rm(draft, { force: true })
  }
  throw new EmbeddedPostgresError('in-use', `Other processes are starting on ${path} at the same moment.`)
}

async function releaseLock(path: string, content: string): Promise<void> {
  if ((await readIfPresent(path)) === content) await rm(path, { force: true })
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

async function readBootId(): Promise<string> {
  return (await readIfPresent('/proc/sys/kernel/random/boot_id'))?.trim() ?? 'unknown'
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
    // ESRCH: the process ended between open and read.
    if (isErrno(error, 'ENOENT') || isErrno(error, 'ESRCH')) return undefined
    throw error
  }
}

async function tryLink(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to)
    return true
  } catch (error) {
    if (isErrno(error, 'EEXIST')) return false
    throw error
  }
}

async function tryRename(from: string, to: string): Promise<boolean> {
  try {
    await rename(from, to)
    return true
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return false
    throw error
  }
}

function isErrno(error: unknown, code: string): boolean {
  return error instanceof Error && (error as NodeJS.ErrnoException).code === code
}
