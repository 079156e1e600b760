import { readdir, rm, stat } from 'node:fs/promises'
import path from 'node:path'
import { isOlder } from '#platform/files/directory.ts'
import type { Log, Metrics } from '#platform/telemetry/telemetry.ts'
import { draftSuffix } from './archive-writer.ts'
import { makeBackup, nameBackup } from './backup.ts'
import type { BackupOptions } from './backup.ts'
import { BackupError } from './backup-error.ts'
import { chooseExpired, isBackupDue, isBackupOverdue, readBackupName } from './retention.ts'
import type { Retention } from './retention.ts'

// Backups by the clock. What lies in the folder under the name of a backup has been read back: the folder itself says when the last
// good one was made, also to `luytre doctor`.

export interface BackupPlan {
  folder: string
  /** Of the day, UTC. */
  hour: number
  keep: Retention
}

export interface BackupState {
  last: { name: string; at: Date; bytes: number } | undefined
  isOverdue: boolean
}

/** The newest backup of the folder. Throws when the folder cannot be read. */
export async function readBackupState(plan: BackupPlan, now: Date): Promise<BackupState> {
  const newest = (await readdir(plan.folder))
    .filter(name => readBackupName(name))
    .sort()
    .at(-1)
  const at = newest === undefined ? undefined : readBackupName(newest)
  const last = newest && at ? { name: newest, at, bytes: (await stat(path.join(plan.folder, newest))).size } : undefined
  return { last, isOverdue: isBackupOverdue(last?.at, now, plan.hour) }
}

/** Makes a backup if one is due, then removes those that are not kept any longer. To be run every few minutes, by one server. */
export async function backUpWhenDue(
  plan: BackupPlan,
  options: Omit<BackupOptions, 'file' | 'now'> & { now: () => Date; log: Log; metrics: Metrics },
): Promise<'made' | 'not-due'> {
  const { log, metrics } = options
  const now = options.now()
  const before = await readBackupState(plan, now).catch((error: Error) => {
    throw new BackupError('backup.place-missing', `LUYTRE_BACKUP_DIRECTORY cannot be read: ${error.message}`, { cause: error })
  })
  showBackup(before, metrics)
  if (!isBackupDue(before.last?.at, now, plan.hour)) return 'not-due'
  await removeOldDrafts(plan.folder, now)
  const { bytes, file } = await makeBackup({ ...options, now, file: path.join(plan.folder, nameBackup(now)) })
  log.info({ file, bytes }, 'backup made and read back')
  showBackup(await readBackupState(plan, now), metrics)
  for (const name of chooseExpired(await readdir(plan.folder), plan.keep)) {
    await rm(path.join(plan.folder, name), { force: true })
    log.info({ name }, 'backup no longer kept')
  }
  return 'made'
}

/** Nobody writes to a draft for so long without adding to it. */
const abandonedAfterMs = 6 * 3_600_000

/** Removes what was left behind by who was killed in the middle of a backup, and nothing that somebody else is writing. */
async function removeOldDrafts(folder: string, now: Date): Promise<void> {
  const names = await readdir(folder)
  for (const name of names.filter(one => one.endsWith(draftSuffix) && readBackupName(one.slice(0, -draftSuffix.length)))) {
    const draft = path.join(folder, name)
    if (await isOlder(draft, new Date(now.getTime() - abandonedAfterMs))) await rm(draft, { force: true })
  }
}

export function showBackup({ last }: BackupState, metrics: Metrics): void {
  if (!last) return
  metrics.backupMadeAt.set(last.at.getTime() / 1000)
  metrics.backupBytes.set(last.bytes)
}
