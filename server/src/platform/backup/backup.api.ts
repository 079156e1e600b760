import { z } from 'zod'
import { endpoint } from '#platform/http/endpoint.ts'

export const backupState = z.strictObject({
  /** `off`: no folder for backups is configured; `unreadable`: it cannot be read. */
  state: z.enum(['off', 'unreadable', 'overdue', 'good']),
  last: z.strictObject({ at: z.iso.datetime(), bytes: z.int() }).nullable(),
})
export type BackupStateAnswer = z.infer<typeof backupState>

export const getBackupState = endpoint({
  name: 'getBackupState',
  method: 'GET',
  path: '/backup-state',
  summary: 'When the last backup was made, and whether one is overdue',
  needs: 'backup.read',
  changes: [],
  reads: [],
  returns: backupState,
})
