import type { Mount } from '#platform/http/mount.ts'
import { getBackupState } from './backup.api.ts'
import type { BackupStateAnswer } from './backup.api.ts'
import { readBackupState } from './scheduled-backups.ts'
import type { BackupPlan } from './scheduled-backups.ts'

export function mountBackup(mount: Mount, plan: BackupPlan | undefined): void {
  mount(getBackupState, async work => describePlan(plan, work.now))
}

async function describePlan(plan: BackupPlan | undefined, now: Date): Promise<BackupStateAnswer> {
  if (!plan) return { state: 'off', last: null }
  const state = await readBackupState(plan, now).catch(() => undefined)
  if (!state) return { state: 'unreadable', last: null }
  const last = state.last ? { at: state.last.at.toISOString(), bytes: state.last.bytes } : null
  return { state: state.isOverdue ? 'overdue' : 'good', last }
}
