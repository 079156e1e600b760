import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { v7 as uuidv7 } from 'uuid'
import { importPack } from '#capacity/frameworks/framework-imports.ts'
import { connect, inWork } from '#platform/database/connection.ts'
import { embeddedOwner, startEmbeddedPostgres } from '#platform/database/embedded-postgres.ts'
import { appRole, migrate } from '#platform/database/migrate.ts'
import { addAccount } from '#platform/identity/accounts.ts'
import { hashPassword } from '#platform/identity/passwords.ts'
import { openKeyring } from '#platform/ledger/keyring.ts'
import { startSealer } from '#platform/ledger/sealer.ts'
import { createAuthority, programActor } from '#platform/organisations/organisations.ts'
import { measureEverybody, seedAssessments, seedHalfYears, seedNeedsAndPlans, seedRatings } from './seed-capacity.ts'
import { seedLedger } from './seed-ledger.ts'
import { seedPeople } from './seed-people.ts'

// A data directory with a large invented authority, as `luytre serve` opens it. Nothing is kept in memory that grows with it,
// except one id a person.

interface SeedSizes {
  /** Each has ten assessments. */
  people: number
  units: number
  ledgerLines: number
}

export interface SeededAccount {
  email: string
  password: string
}

export interface Seeded {
  sizes: SeedSizes
  manager: SeededAccount
  administrator: SeededAccount
  /** Of the person who is the supervisor of most people. */
  supervisor: SeededAccount
  assessments: number
  ratings: number
  minutes: number
}

const quiet = { debug: () => {}, warn: () => {}, error: (details: object, message: string) => console.error(message, details) }

// What is made here can be made again: nothing waits for the disk.
const settings = {
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  max_wal_size: '8GB',
  maintenance_work_mem: '512MB',
  work_mem: '256MB',
}

/** Fills the empty data directory `directory`; `tell` hears what is being done. */
export async function seed(directory: string, sizes: SeedSizes, tell: (text: string) => void): Promise<Seeded> {
  const start = performance.now()
  const minutes = (): number => Number(((performance.now() - start) / 60_000).toFixed(1))
  const step = (text: string): void => tell(`${minutes()} min: ${text}`)
  const server = await startEmbeddedPostgres({ directory, settings })
  try {
    const address = { host: server.socketDirectory, port: server.port, database: 'luytre', user: embeddedOwner }
    const admin = new pg.Client({ ...address, database: 'postgres' })
    await admin.connect()
    await admin.query('create database luytre')
    await admin.end()
    await migrate(address)
    const app = { ...address, user: appRole }
    const connection = connect(app)
    const owner = new pg.Client(address)
    await owner.connect()
    try {
      // No triggers and foreign keys: what is loaded fits, and checking it costs more than loading it.
      await owner.query('set session_replication_role = replica')
      const authority = programActor(uuidv7(), 'seed')
      const { organisationId } = authority
      const manager = { email: 'manager@bench.invalid', password: randomBytes(12).toString('base64url') }
      const administrator = { email: 'administrator@bench.invalid', password: manager.password }
      const userId = uuidv7()
      const passwordHash = await hashPassword(manager.password)
      const account = { organisationId, displayName: 'Bench', language: 'vi', personId: null, passwordHash } as const
      await inWork(connection.db, authority, async work => {
        await createAuthority(work, {
          name: { en: 'Seeded authority' },
          timeZone: 'Asia/Ho_Chi_Minh',
          halfYearStartMonth: 1,
          isDemo: false,
        })
        await importPack(work, 'secbok-aligned')
        await addAccount(work, { ...account, id: userId, email: manager.email, role: 'capacity-manager' })
        await addAccount(work, { ...account, id: uuidv7(), email: administrator.email, role: 'administrator' })
      })
      const keyring = await openKeyring({ dataDirectory: directory })
      const sealAll = async (): Promise<void> => {
        const sealer = startSealer({ address: app, keyring, dataDirectory: directory, log: quiet })
        while ((await sealer.sealNow()) > 0);
        await sealer.stop()
      }
      await sealAll()
      step(`${sizes.people.toLocaleString('en')} people in ${sizes.units.toLocaleString('en')} units`)
      await seedHalfYears(owner, organisationId, new Date().toISOString().slice(0, 10))
      await seedPeople(owner, organisationId, sizes)
      const supervisor = { email: await letSignIn(owner, passwordHash), password: manager.password }
      step('assessments')
      const assessments = await seedAssessments(owner, organisationId, userId)
      const { rows } = await owner.query<{ id: string }>('select id from assessment limit 10000')
      step(`ratings on ${assessments.toLocaleString('en')} sheets, and ${sizes.ledgerLines.toLocaleString('en')} ledger lines beside them`)
      const [ratings] = await Promise.all([
        seedRatings(owner, organisationId, userId),
        seedLedger(address, { organisationId, userId, recordIds: rows.map(row => row.id), lines: sizes.ledgerLines }),
      ])
      step(`readiness from ${ratings.toLocaleString('en')} ratings`)
      await measureEverybody(owner, organisationId)
      step('needs, plans and mails')
      await seedNeedsAndPlans(owner, organisationId, userId)
      // Signs where the chain stands now.
      await sealAll()
      step('statistics')
      await owner.query('vacuum (freeze, analyze)')
      await owner.query('checkpoint')
      step('seeded')
      return { sizes, manager, administrator, supervisor, assessments, ratings, minutes: minutes() }
    } finally {
      await owner.end()
      await connection.close()
    }
  } finally {
    await server.stop()
  }
}

/** The account of the person who supervises most people gets a password; its e-mail. */
async function letSignIn(owner: pg.Client, passwordHash: string): Promise<string> {
  const { rows } = await owner.query<{ email: string }>(
    `update user_account set password_hash = $1, status = 'active' where person_id =
       (select supervisor_id from post where supervisor_id is not null group by supervisor_id order by count(*) desc, supervisor_id limit 1)
     returning email`,
    [passwordHash],
  )
  return rows[0]!.email
}
