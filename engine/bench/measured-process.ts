import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'

// A process on a core of its own, with what it costs in CPU time, children and threads included. CPU time hardly depends on
// what else the machine does; records a second do.

// USER_HZ, which is 100 on every Linux that Node runs on.
const tickSeconds = 0.01

export interface MeasuredProcess {
  readonly pid: number
  /** How it ended by itself; empty while it runs. */
  readonly ended: () => string
  readonly output: () => string
  /** Seconds of CPU until now. */
  usedCpuSeconds(): number
  /** Resident memory now, in megabytes. */
  residentMb(): number
  /** Ends it by a signal, and waits; by force when it does not end. */
  end(signal: NodeJS.Signals): Promise<void>
}

/** Starts a program on one core (`taskset`), as far ahead of other jobs as we may put it. */
export function startOnCore(core: number, command: readonly string[]): MeasuredProcess {
  const child = spawn('taskset', ['-c', String(core), ...command], { stdio: ['ignore', 'pipe', 'pipe'] })
  const pid = child.pid
  if (pid === undefined) throw new Error(`${command[0]} does not start`)
  raise(pid)
  let output = ''
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (piece: Buffer) => (output = (output + piece.toString()).slice(-100_000)))
  return {
    pid,
    ended: () => (child.exitCode === null && child.signalCode === null ? '' : `code ${child.exitCode}, signal ${child.signalCode}`),
    output: () => output,
    usedCpuSeconds: () => [pid, ...listChildren(pid)].reduce((sum, one) => sum + ticksOf(one), 0) * tickSeconds,
    residentMb: () => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024,
    end: signal => end(child, signal),
  }
}

/** The scheduler shares cores between groups first. Only root may; without it figures are noisier. */
function raise(pid: number): void {
  try {
    writeFileSync(`/proc/${pid}/autogroup`, '-20')
  } catch {
    // left as it is
  }
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = once(child, 'exit')
  child.kill(signal)
  const isGone = await Promise.race([ended.then(() => true), sleep(15_000, false)])
  if (isGone) return
  child.kill('SIGKILL')
  await ended
}

/** Fields of /proc/PID/stat after the name, which may hold blanks: [1] is the parent, [11] to [14] the ticks. */
function readStat(pid: number): string[] | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return text.slice(text.lastIndexOf(')') + 2).split(' ')
  } catch {
    return undefined // it has just ended
  }
}

const ticksOf = (pid: number): number => (readStat(pid) ?? []).slice(11, 15).reduce((sum, ticks) => sum + Number(ticks), 0)

const listChildren = (pid: number): number[] =>
  readdirSync('/proc')
    .map(Number)
    .filter(one => one > 0 && readStat(one)?.[1] === String(pid))

/** Drops and open sockets on an IPv4 or dual-stack port, by the kernel's tables (proc(5)). */
export function readPort(port: number): { sockets: number; drops: number } {
  const suffix = `:${port.toString(16).toUpperCase().padStart(4, '0')}`
  const rows = ['/proc/net/udp', '/proc/net/udp6']
    .flatMap(file => readFileSync(file, 'utf8').split('\n').slice(1))
    .map(line => line.trim().split(/\s+/))
    .filter(columns => columns[1]?.endsWith(suffix))
  return { sockets: rows.length, drops: rows.reduce((sum, columns) => sum + Number(columns.at(-1)), 0) }
}

/** Waits until somebody listens on the port; false when nobody does in time. */
export async function isListening(port: number, timeoutMs: number): Promise<boolean> {
  for (const until = performance.now() + timeoutMs; performance.now() < until;) {
    if (readPort(port).sockets > 0) return true
    await sleep(20)
  }
  return false
}
