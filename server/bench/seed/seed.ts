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
import { seedLedger } from './seed-ledger.ts'
import { seedAssessments, seedPeople } from './seed-people.ts'
import type { SeedSizes } from './seed-people.ts'

// `npm run seed`: a data directory with a large invented authority, as `luytre serve` opens it.

export interface Seeded {
  administrator: { email: string; password: string }
  assessments: number
}

const quiet = { debug: () => {}, warn: () => {}, error: (details: object, message: string) => console.error(message, details) }

/** Fills the empty data directory `directory`; `tell` hears what is being done. */
export async function seed(directory: string, sizes: SeedSizes, tell: (text: string) => void): Promise<Seeded> {
  const server = await startEmbeddedPostgres({ directory })
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
      const authority = programActor(uuidv7(), 'seed')
      const { organisationId } = authority
      const password = randomBytes(12).toString('base64url')
      const email = 'administrator@bench.invalid'
      const userId = uuidv7()
      await inWork(connection.db, authority, async work => {
        await createAuthority(work, {
          name: { en: 'Seeded authority' },
          timeZone: 'Asia/Ho_Chi_Minh',
          halfYearStartMonth: 1,
          isDemo: false,
        })
        await importPack(work, 'secbok-aligned')
        const passwordHash = await hashPassword(password)
        await addAccount(work, {
          id: userId,
          organisationId,
          email,
          displayName: 'Bench',
          language: 'vi',
          personId: null,
          role: 'capacity-manager',
          passwordHash,
        })
      })
      tell(`${sizes.people.toLocaleString('en')} people in ${sizes.units.toLocaleString('en')} units`)
      await seedPeople(owner, organisationId, sizes)
      tell('assessments and their ratings')
      const assessments = await seedAssessments(owner, organisationId, userId)
      const { rows } = await owner.query<{ id: string }>('select id from assessment limit 10000')
      const keyring = await openKeyring({ dataDirectory: directory })
      const sealAll = async (): Promise<void> => {
        const sealer = startSealer({ address: app, keyring, dataDirectory: directory, log: quiet })
        while ((await sealer.sealNow()) > 0);
        await sealer.stop()
      }
      await sealAll()
      tell(`${sizes.ledgerLines.toLocaleString('en')} ledger lines`)
      await seedLedger(address, { organisationId, userId, recordIds: rows.map(row => row.id), lines: sizes.ledgerLines })
      // Signs where the chain stands now.
      await sealAll()
      tell('statistics')
      await owner.query('vacuum analyze')
      return { administrator: { email, password }, assessments }
    } finally {
      await owner.end()
      await connection.close()
    }
  } finally {
    await server.stop()
  }
}
