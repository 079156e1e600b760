// Which backups a folder keeps: the newest of each of the last days, weeks and months that have one. Days are those of UTC, as in
// the names of the files; weeks begin on Monday (ISO 8601).

export interface Retention {
  daily: number
  weekly: number
  monthly: number
}

const namePattern = /^luytre-(\d{4})(\d{2})(\d{2})T(\d{2})(\d{2})(\d{2})Z\.tar$/

/** When the backup of this name was made; undefined for any other name. */
export function readBackupName(name: string): Date | undefined {
  const parts = namePattern.exec(name)
  if (!parts) return undefined
  const at = new Date(`${parts[1]}-${parts[2]}-${parts[3]}T${parts[4]}:${parts[5]}:${parts[6]}Z`)
  return Number.isNaN(at.getTime()) ? undefined : at
}

const dayMs = 86_400_000
// 1970-01-05 was a Monday.
const weekOf = (at: Date): number => Math.floor((at.getTime() - 4 * dayMs) / (7 * dayMs))

/** Names of the backups that are not kept any longer. Names of other files are never among them, nor is the newest backup. */
export function chooseExpired(names: readonly string[], keep: Retention): string[] {
  const backups = names.flatMap(name => {
    const at = readBackupName(name)
    return at ? [{ name, at }] : []
  })
  backups.sort((a, b) => b.at.getTime() - a.at.getTime())
  const kept = new Set(backups.slice(0, 1).map(one => one.name))
  const keepNewestOfEach = (periodOf: (at: Date) => string | number, count: number): void => {
    const periods = new Set<string | number>()
    for (const { name, at } of backups) {
      if (periods.has(periodOf(at))) continue
      if (periods.size >= count) return
      periods.add(periodOf(at))
      kept.add(name)
    }
  }
  keepNewestOfEach(at => at.toISOString().slice(0, 10), keep.daily)
  keepNewestOfEach(weekOf, keep.weekly)
  keepNewestOfEach(at => at.toISOString().slice(0, 7), keep.monthly)
  return backups.filter(({ name }) => !kept.has(name)).map(({ name }) => name)
}

/** Whether the hour (UTC) has struck since the last backup. A server that was switched off then catches up when it is on again. */
export function isBackupDue(last: Date | undefined, now: Date, hour: number): boolean {
  const struck = new Date(now)
  struck.setUTCHours(hour, 0, 0, 0)
  if (struck > now) struck.setTime(struck.getTime() - dayMs)
  return last === undefined || last < struck
}

/** Whether one was missed: a backup that is under way, or a server that has just been switched on, has two hours of grace. */
export function isBackupOverdue(last: Date | undefined, now: Date, hour: number): boolean {
  return isBackupDue(last, new Date(now.getTime() - 2 * 3_600_000), hour)
}
