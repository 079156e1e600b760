import { mkdir, readdir, utimes, writeFile } from 'node:fs/promises'
import path from 'node:path'
import pino from 'pino'
import { expect, test } from 'vitest'
import { createMetrics } from '#platform/telemetry/telemetry.ts'
import { makeTestLedger } from '../../../test/ledger-kit.ts'
import { backUpWhenDue, readBackupState } from './scheduled-backups.ts'
import type { BackupPlan } from './scheduled-backups.ts'

const ledger = await makeTestLedger()
const metrics = createMetrics()

async function makePlan(name: string): Promise<BackupPlan> {
  const folder = path.join(ledger.elsewhere, name)
  await mkdir(folder)
  return { folder, hour: 18, keep: { daily: 2, weekly: 0, monthly: 0 } }
}

const runAt = (plan: BackupPlan, at: string, signal?: AbortSignal): Promise<'made' | 'not-due'> =>
  backUpWhenDue(plan, {
    connection: ledger.database.app,
    dataDirectory: ledger.dataDirectory,
    keyring: ledger.keyring,
    seal: () => Promise.resolve(),
    version: 'test',
    now: () => new Date(at),
    log: pino({ level: 'silent' }),
    metrics,
    ...(signal ? { signal } : {}),
  })

/** What a backup that is not finished leaves in the folder, last written to at `at`. */
async function writeDraft(plan: BackupPlan, name: string, at: string): Promise<void> {
  const draft = path.join(plan.folder, `${name}.unfinished`)
  await writeFile(draft, 'half of it')
  await utimes(draft, new Date(at), new Date(at))
}

const valueOf = async (name: string): Promise<number> => (await metrics.registry.getSingleMetric(name)!.get()).values[0]!.value

test('one backup a day is made, old ones are removed, and the metrics follow', async () => {
  const plan = await makePlan('daily')
  await writeFile(path.join(plan.folder, 'notes.txt'), 'not a backup')
  await writeDraft(plan, 'luytre-20261119T180000Z.tar', '2026-11-19T18:00:00Z')
  expect(await runAt(plan, '2026-11-20T17:00:00Z')).toBe('made')
  expect(await runAt(plan, '2026-11-20T17:05:00Z')).toBe('not-due')
  expect(await runAt(plan, '2026-11-20T18:00:00Z')).toBe('made')
  expect(await runAt(plan, '2026-11-21T18:00:00Z')).toBe('made')
  expect(await runAt(plan, '2026-11-22T09:00:00Z')).toBe('not-due')
  expect(await runAt(plan, '2026-11-22T18:05:00Z')).toBe('made')
  expect((await readdir(plan.folder)).sort()).toEqual(['luytre-20261121T180000Z.tar', 'luytre-20261122T180500Z.tar', 'notes.txt'])
  const { last, isOverdue } = await readBackupState(plan, new Date('2026-11-23T19:00:00Z'))
  expect(last).toMatchObject({ name: 'luytre-20261122T180500Z.tar', at: new Date('2026-11-22T18:05:00Z') })
  expect(isOverdue).toBe(false)
  expect(await valueOf('luytre_backup_made_at_seconds')).toBe(Date.parse('2026-11-22T18:05:00Z') / 1000)
  expect(await valueOf('luytre_backup_bytes')).toBe(last!.bytes)
  expect((await readBackupState(plan, new Date('2026-11-23T20:06:00Z'))).isOverdue).toBe(true)
})

test('a backup that is ended early removes no older one and is made again', async () => {
  const plan = await makePlan('ended')
  await runAt(plan, '2026-11-20T18:00:00Z')
  await expect(runAt(plan, '2026-11-21T18:00:00Z', AbortSignal.abort(new Error('stopping')))).rejects.toThrow('stopping')
  expect(await readdir(plan.folder)).toEqual(['luytre-20261120T180000Z.tar'])
  expect(await runAt(plan, '2026-11-21T18:05:00Z')).toBe('made')
})

test('a draft that somebody may still be writing stays', async () => {
  const plan = await makePlan('drafts')
  await writeDraft(plan, 'luytre-20261120T110000Z.tar', '2026-11-20T11:00:00Z')
  await writeDraft(plan, 'luytre-20261120T170000Z.tar', '2026-11-20T17:59:00Z')
  await runAt(plan, '2026-11-20T18:00:00Z')
  expect((await readdir(plan.folder)).sort()).toEqual(['luytre-20261120T170000Z.tar.unfinished', 'luytre-20261120T180000Z.tar'])
})

test('a folder that is away is named', async () => {
  const plan = { ...(await makePlan('away')), folder: path.join(ledger.elsewhere, 'unplugged') }
  await expect(runAt(plan, '2026-11-20T18:00:00Z')).rejects.toThrow('LUYTRE_BACKUP_DIRECTORY cannot be read')
})
