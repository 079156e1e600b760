import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { v7 as uuidv7 } from 'uuid'
import { afterAll, inject } from 'vitest'
import { connect, inWork } from '#platform/database/connection.ts'
import type { Address, Connection } from '#platform/database/connection.ts'
import { appRole } from '#platform/database/migrate.ts'
import type { Actor, Work } from '#platform/database/work.ts'
import { createAuthority, programActor } from '#platform/organisations/organisations.ts'
import type { Role } from '#platform/permissions/permissions.ts'
import { templateDatabase } from './postgres.setup.ts'

// What tests stand on: a fresh migrated database per file, an authority in it, and work done as somebody.

export interface TestDatabase {
  /** As the server connects: subject to row-level security. */
  app: Connection
  appAddress: Address
  ownerAddress: Address
  /** Runs SQL as the superuser, past every wall: to look, or to do what an intruder would. */
  asOwner<Row extends pg.QueryResultRow>(text: string, values?: unknown[]): Promise<Row[]>
}

/**
 * Makes a database for the calling test file; it is dropped after its last test. To be called at the file's top level: what
 * is registered from within a hook, to clean up, is never run.
 */
export async function createTestDatabase({ isMigrated = true } = {}): Promise<TestDatabase> {
  const { host, port, owner } = inject('postgres')
  const database = `test_${randomBytes(6).toString('hex')}`
  const admin = new pg.Client({ host, port, user: owner, database: 'postgres' })
  await admin.connect()
  await admin.query(`create database ${database} template ${isMigrated ? templateDatabase : 'template1'}`)
  const appAddress = { host, port, user: appRole, database }
  const ownerAddress = { host, port, user: owner, database }
  const app = connect(appAddress)
  const superuser = new pg.Client(ownerAddress)
  await superuser.connect()
  afterAll(async () => {
    await superuser.end()
    await app.close()
    await admin.query(`drop database ${database} with (force)`)
    await admin.end()
  })
  return { app, appAddress, ownerAddress, asOwner: async (text, values = []) => (await superuser.query(text, values)).rows }
}

/** The instant that tests take as now, unless they say otherwise: in half-year 2026-H2. */
export const testNow = new Date('2026-11-22T03:00:00Z')

export interface TestAuthority {
  organisationId: string
  /** Runs work as somebody of the authority: by default a capacity manager without a person. */
  as<T>(who: Partial<Actor>, run: (work: Work) => Promise<T>): Promise<T>
  halfYearId: string
}

/** Makes an authority (Asia/Ho_Chi_Minh, half-years from January) in the database. */
export async function makeTestAuthority(database: TestDatabase, kind: 'authority' | 'agency' = 'authority'): Promise<TestAuthority> {
  const organisationId = uuidv7()
  const { db } = database.app
  const authority = {
    name: { en: `Authority ${organisationId.slice(-4)}` },
    timeZone: 'Asia/Ho_Chi_Minh',
    halfYearStartMonth: 1 as const,
    isDemo: false,
  }
  if (kind === 'authority') {
    await inWork(db, programActor(organisationId, 'test'), work => createAuthority(work, authority), testNow)
  } else {
    // An agency: a foreign organisation, for the tests of the walls between organisations.
    await database.asOwner(
      `insert into organisation (id, kind, time_zone, half_year_start_month, created_at) values ($1, 'agency', $2, 1, $3)`,
      [organisationId, authority.timeZone, testNow],
    )
    await database.asOwner(
      `insert into organisation_state (id, organisation_id, name, change, basis, valid) values ($1, $2, $3, 'founded', '', '(,)')`,
      [uuidv7(), organisationId, JSON.stringify(authority.name)],
    )
    await database.asOwner(
      `insert into half_year (id, organisation_id, code, period) values ($1, $2, '2026-H2', '[2026-07-01,2027-01-01)')`,
      [uuidv7(), organisationId],
    )
  }
  const [halfYear] = await database.asOwner<{ id: string }>(`select id from half_year where organisation_id = $1 and code = '2026-H2'`, [
    organisationId,
  ])
  const account = await makeTestAccount(database, organisationId, 'capacity-manager')
  return {
    organisationId,
    halfYearId: halfYear!.id,
    as: (who, run) =>
      inWork(db, { ...programActor(organisationId, 'test'), userId: account, roles: ['capacity-manager'] as Role[], ...who }, run, testNow),
  }
}

/** An active account without a password; returns its id. */
export async function makeTestAccount(
  database: TestDatabase,
  organisationId: string,
  role: string,
  personId: string | null = null,
): Promise<string> {
  const id = uuidv7()
  await database.asOwner(
    `insert into user_account (id, organisation_id, person_id, email, display_name, language, status, created_at) values ($1, $2, $3, $4, $5, 'vi', 'active', $6)`,
    [id, organisationId, personId, `${id}@test.invalid`, `Account ${role}`, testNow],
  )
  await database.asOwner(`insert into membership (id, user_id, organisation_id, role, valid) values ($1, $2, $3, $4, '[2020-01-01,)')`, [
    uuidv7(),
    id,
    organisationId,
    role,
  ])
  return id
}
