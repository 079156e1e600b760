import { readFileSync, readdirSync } from 'node:fs'
import path from 'node:path'

// CPU time that this process and an embedded PostgreSQL have used. Unlike elapsed time it hardly depends on what else
// the machine is doing.

// USER_HZ, which is 100 on every Linux that Node runs on.
const tickUs = 10_000

/** Fields of /proc/PID/stat after the name, which may hold blanks: [1] is the parent, [11] to [14] the ticks. */
function readStat(pid: string): string[] | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return text.slice(text.lastIndexOf(')') + 2).split(' ')
  } catch {
    return undefined // it has just ended; its parent has its ticks then
  }
}

/** Microseconds so far: the server of `dataDirectory` and its children, also those that have ended. */
function usedByPostgresUs(dataDirectory: string): number {
  const [postmaster = ''] = readFileSync(path.join(dataDirectory, 'postgres', 'postmaster.pid'), 'utf8').split('\n')
  let ticks = 0
  for (const pid of readdirSync('/proc').filter(name => /^\d+$/.test(name))) {
    const stat = readStat(pid)
    if (!stat) continue
    if (pid === postmaster) ticks += Number(stat[11]) + Number(stat[12]) + Number(stat[13]) + Number(stat[14])
    else if (stat[1] === postmaster) ticks += Number(stat[11]) + Number(stat[12])
  }
  return ticks * tickUs
}

/** Of this process and the database. */
export function usedCpuUs(dataDirectory: string): number {
  const { user, system } = process.cpuUsage()
  return usedByPostgresUs(dataDirectory) + user + system
}

/** Of another process and the database. */
export function usedCpuUsOf(pid: number, dataDirectory: string): number {
  const stat = readStat(String(pid))
  return usedByPostgresUs(dataDirectory) + (stat ? (Number(stat[11]) + Number(stat[12])) * tickUs : 0)
}
