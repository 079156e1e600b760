import { mkdtemp, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { v7 as uuidv7 } from 'uuid'
import { afterAll, vi } from 'vitest'
import { recordChanges } from '#platform/ledger/ledger.ts'
import type { Finding, Verification } from '#platform/ledger/findings.ts'
import { openKeyring, readPublicKeys } from '#platform/ledger/keyring.ts'
import type { Keyring } from '#platform/ledger/keyring.ts'
import { startSealer } from '#platform/ledger/sealer.ts'
import type { Sealer, SealerOptions } from '#platform/ledger/sealer.ts'
import { verifyDatabase } from '#platform/ledger/verify.ts'
import { createTestDatabase, makeTestAuthority } from './kit.ts'
import type { TestAuthority, TestDatabase } from './kit.ts'

// A ledger to be sealed, tampered with and verified: a database, an authority that writes lines, a data directory.

export interface TestLedger {
  database: TestDatabase
  authority: TestAuthority
  dataDirectory: string
  /** A directory beyond the data directory. */
  elsewhere: string
  keyring: Keyring
  errors: { details: object; message: string }[]
  /** Writes lines in one transaction, each with a payload unless told otherwise; returns their ids. */
  write(count: number, options?: { withPayload?: boolean }): Promise<string[]>
  startSealer(options?: Partial<SealerOptions>): Sealer
  /** Seals until nothing waits: other tests' transactions may hold the horizon for a while. */
  sealAll(sealer: Sealer): Promise<void>
  countUnsealed(): Promise<number>
  /** Waits until no earlier transaction, of whichever database, keeps a sealer from the lines written so far. */
  awaitHorizon(): Promise<void>
  /** As superuser, past triggers and foreign keys. */
  intrude(...statements: string[]): Promise<void>
  verify(options?: { dataDirectory?: string; outside?: string[] }): Promise<Verification>
}

/** For the calling test file, at its top level: see `createTestDatabase`. */
export async function makeTestLedger(): Promise<TestLedger> {
  const database = await createTestDatabase()
  const authority = await makeTestAuthority(database)
  const dataDirectory = await mkdtemp(path.join(os.tmpdir(), 'luytre-ledger-'))
  const elsewhere = await mkdtemp(path.join(os.tmpdir(), 'luytre-ledger-outside-'))
  afterAll(async () => {
    await rm(dataDirectory, { recursive: true, force: true })
    await rm(elsewhere, { recursive: true, force: true })
  })
  const keyring = await openKeyring({ dataDirectory })
  const errors: TestLedger['errors'] = []
  const countUnsealed = async (): Promise<number> => {
    const [row] = await database.asOwner<{ count: string }>(
      'select count(*) from ledger_line line where not exists (select from ledger_seal seal where seal.line_id = line.id)',
    )
    return Number(row!.count)
  }
  return {
    database,
    authority,
    dataDirectory,
    elsewhere,
    keyring,
    errors,
    countUnsealed,
    async write(count, { withPayload = true } = {}) {
      const recordIds = Array.from({ length: count }, () => uuidv7())
      await authority.as({}, work =>
        recordChanges(
          work,
          recordIds.map(recordId => ({
            verb: 'person.changed',
            recordType: 'person',
            recordId,
            ...(withPayload ? { before: { name: 'Đỗ Mười' }, after: { name: recordId } } : {}),
          })),
        ),
      )
      const lines = await database.asOwner<{ id: string }>('select id from ledger_line where record_id = any($1::uuid[]) order by id', [
        recordIds,
      ])
      return lines.map(line => line.id)
    },
    startSealer: options =>
      startSealer({
        address: database.appAddress,
        keyring,
        dataDirectory,
        log: { debug: () => {}, warn: () => {}, error: (details, message) => void errors.push({ details, message }) },
        ...options,
      }),
    async sealAll(sealer) {
      await vi.waitUntil(
        async () => {
          await sealer.sealNow()
          return (await countUnsealed()) === 0
        },
        { timeout: 30_000, interval: 20 },
      )
    },
    async awaitHorizon() {
      await vi.waitUntil(
        async () => {
          const [row] = await database.asOwner<{ isPast: boolean }>(
            `select not exists (select from ledger_line where txid >= pg_snapshot_xmin(pg_current_snapshot())) as "isPast"`,
          )
          return row!.isPast
        },
        { timeout: 30_000, interval: 5 },
      )
    },
    async intrude(...statements) {
      await database.asOwner(`begin; set local session_replication_role = replica; ${statements.join('; ')}; commit`)
    },
    verify: options => verifyDatabase(database.app, { dataDirectory, publicKeys: readPublicKeys(keyring.publicKeyPem), ...options }),
  }
}

/** Findings as `kind position`, the short form in which tests state them. */
export const briefly = (findings: readonly Finding[]): string[] =>
  findings.map(({ kind, position }) => (position === null ? kind : `${kind} ${position}`))
