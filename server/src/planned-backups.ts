import type { Connection } from '#platform/database/connection.ts'
import { backUpWhenDue, readBackupState, showBackup } from '#platform/backup/scheduled-backups.ts'
import type { BackupPlan } from '#platform/backup/scheduled-backups.ts'
import { sealFirst } from '#platform/backup/seal-first.ts'
import type { Job } from '#platform/jobs/jobs.ts'
import type { Keyring } from '#platform/ledger/keyring.ts'
import type { Sealer } from '#platform/ledger/sealer.ts'
import type { Log, Metrics } from '#platform/telemetry/telemetry.ts'
import { version } from './version.ts'

/** The backups of a running server: made by a job, described on /health, ended early when the server stops. */
export function planBackups(
  plan: BackupPlan,
  to: { connection: Connection; keyring: Keyring; sealer: Sealer; dataDirectory: string; log: Log; metrics: Metrics },
): { job: Job; describe: () => Promise<Record<string, unknown>>; stop: () => Promise<void> } {
  const { sealer, connection, metrics } = to
  const stopping = new AbortController()
  const now = (): Date => new Date()
  // Known from the first minute on. A folder that cannot be read is told by the job.
  void readBackupState(plan, now()).then(
    state => showBackup(state, metrics),
    () => {},
  )
  return {
    job: {
      name: 'backups.make',
      schedule: '*/5 * * * *',
      // As long as a backup to a slow disk may take.
      limitMinutes: 360,
      run: async () => {
        await backUpWhenDue(plan, { ...to, version, now, seal: () => sealFirst(connection, sealer), signal: stopping.signal })
      },
    },
    describe: async () => {
      const state = await readBackupState(plan, now()).catch(() => undefined)
      return { backup: { lastAt: state?.last?.at.toISOString() ?? null, isOverdue: state?.isOverdue ?? true } }
    },
    stop: async () => stopping.abort(new Error('the server is stopping')),
  }
}
