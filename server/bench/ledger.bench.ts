import { createWriteStream } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import pg from 'pg'
import { v7 as uuidv7 } from 'uuid'
import { connect, inWork } from '#platform/database/connection.ts'
import type { Connection } from '#platform/database/connection.ts'
import { embeddedOwner, startEmbeddedPostgres } from '#platform/database/embedded-postgres.ts'
import { appRole, migrate } from '#platform/database/migrate.ts'
import type { Actor } from '#platform/database/work.ts'
import { exportLedger, verifyExport } from '#platform/ledger/export.ts'
import { openKeyring } from '#platform/ledger/keyring.ts'
import type { Keyring } from '#platform/ledger/keyring.ts'
import { recordChange, recordChanges } from '#platform/ledger/ledger.ts'
import { startSealer } from '#platform/ledger/sealer.ts'
import type { Sealer } from '#platform/ledger/sealer.ts'
import { verifyDatabase } from '#platform/ledger/verify.ts'
import { createAuthority, programActor } from '#platform/organisations/organisations.ts'
import { calibrate, median, printRows, rounded } from './calibration.ts'
import type { BenchRow } from './calibration.ts'
import { usedCpuUs } from './cpu-time.ts'

// Are eight writers slowed by the sealer? And how many lines a second are sealed and verified? README.md has the method.

const writers = 8
const pairs = 12
const roundMs = 2000
const linesToVerify = 200_000

const quiet = { debug: () => {}, warn: () => {}, error: (details: object, message: string) => console.error(message, details) }

interface Place {
  directory: string
  connection: Connection
  owner: pg.Client
  keyring: Keyring
  accounts: Actor[]
  startSealer(): Sealer
}

export default async function bench(): Promise<{ bench: 'ledger'; rows: BenchRow[] }> {
  const directory = await mkdtemp(path.join(os.tmpdir(), 'luytre-bench-'))
  const server = await startEmbeddedPostgres({ directory })
  try {
    const address = { host: server.socketDirectory, port: server.port, database: 'bench' }
    const admin = new pg.Client({ ...address, user: embeddedOwner, database: 'postgres' })
    await admin.connect()
    await admin.query('create database bench')
    await admin.end()
    await migrate({ ...address, user: embeddedOwner })
    const owner = new pg.Client({ ...address, user: embeddedOwner })
    await owner.connect()
    const app = { ...address, user: appRole }
    const connection = connect(app, { size: writers })
    try {
      const keyring = await openKeyring({ dataDirectory: directory })
      const accounts = await makeAccounts(connection, owner)
      const place: Place = {
        directory,
        connection,
        owner,
        keyring,
        accounts,
        startSealer: () => startSealer({ address: app, keyring, dataDirectory: directory, log: quiet }),
      }
      const before = await calibrate(owner)
      const writing = await measureWriting(place)
      const checking = await measureChecking(place)
      const after = await calibrate(owner)
      const rows = [
        ...writing,
        ...checking,
        ...before.map(row => ({ ...row, case: `${row.case}-before` })),
        ...after.map(row => ({ ...row, case: `${row.case}-after` })),
      ]
      printRows(
        `ledger: ${writers} writers, ${pairs} × ${roundMs / 1000} s each way; load of the machine ${os.loadavg()[0]!.toFixed(1)} on ${os.availableParallelism()} cores`,
        rows,
      )
      return { bench: 'ledger', rows }
    } finally {
      await connection.close()
      await owner.end()
    }
  } finally {
    await server.stop()
    await rm(directory, { recursive: true, force: true })
  }
}

async function makeAccounts(connection: Connection, owner: pg.Client): Promise<Actor[]> {
  const authority = programActor(uuidv7(), 'bench')
  await inWork(connection.db, authority, work =>
    createAuthority(work, { name: { en: 'Bench' }, timeZone: 'Asia/Ho_Chi_Minh', halfYearStartMonth: 1, isDemo: false }),
  )
  const accounts: Actor[] = []
  for (let i = 0; i < writers; i++) {
    const userId = uuidv7()
    await owner.query(
      `insert into user_account (id, organisation_id, email, display_name, language, status, created_at) values ($1, $2, $3, 'Writer', 'vi', 'active', now())`,
      [userId, authority.organisationId, `${userId}@bench.invalid`],
    )
    accounts.push({ ...authority, userId, roles: ['capacity-manager'] })
  }
  return accounts
}

/** One transaction as the product makes it: a record is changed and the change recorded. */
async function changeOnce({ connection }: Place, actor: Actor, value: number): Promise<void> {
  await inWork(connection.db, actor, async work => {
    const displayName = `Writer ${value}`
    await work.db.updateTable('userAccount').set({ displayName, version: value }).where('id', '=', actor.userId!).execute()
    await recordChange(work, {
      verb: 'account.changed',
      recordType: 'account',
      recordId: actor.userId!,
      before: { displayName: `Writer ${value - 1}` },
      after: { displayName },
    })
  })
}

interface Round {
  perSecond: number
  medianMs: number
  p95Ms: number
  /** Of everybody who takes part: writers, sealer, database. */
  cpuUsEach: number
}

async function writeForAWhile(place: Place): Promise<Round> {
  const times: number[] = []
  const cpuUs = usedCpuUs(place.directory)
  const start = performance.now()
  await Promise.all(
    place.accounts.map(async actor => {
      for (let value = 1; performance.now() - start < roundMs; value++) {
        const begun = performance.now()
        await changeOnce(place, actor, value)
        times.push(performance.now() - begun)
      }
    }),
  )
  const seconds = (performance.now() - start) / 1000
  const cpuUsEach = (usedCpuUs(place.directory) - cpuUs) / times.length
  times.sort((one, other) => one - other)
  return { cpuUsEach, perSecond: times.length / seconds, medianMs: median(times), p95Ms: times[Math.floor(times.length * 0.95)]! }
}

async function measureWriting(place: Place): Promise<BenchRow[]> {
  const without: Round[] = []
  const beside: Round[] = []
  await writeForAWhile(place) // the first round warms caches and compiles
  for (let pair = 0; pair < pairs; pair++) {
    // The two ways take turns in going first, so that a machine that slows down or speeds up favours neither.
    for (const isBeside of pair % 2 === 0 ? [false, true] : [true, false]) {
      const sealer = place.startSealer()
      // What the round before left is sealed outside the measurement: only lines that are written now are sealed now.
      while ((await sealer.sealNow()) > 0);
      if (!isBeside) await sealer.stop()
      await place.owner.query('checkpoint')
      const round = await writeForAWhile(place)
      if (isBeside) await sealer.stop()
      ;(isBeside ? beside : without).push(round)
    }
  }
  const row = (name: string, rounds: Round[]): BenchRow => ({
    case: name,
    transactionsPerSecond: rounded(median(rounds.map(one => one.perSecond))),
    medianMs: rounded(median(rounds.map(one => one.medianMs)), 2),
    p95Ms: rounded(median(rounds.map(one => one.p95Ms)), 2),
    cpuUsEach: rounded(median(rounds.map(one => one.cpuUsEach))),
    rounds: rounds.map(one => rounded(one.perSecond)).join(' '),
  })
  const ratios = beside.map((one, index) => one.perSecond / without[index]!.perSecond)
  const cpuRatios = beside.map((one, index) => one.cpuUsEach / without[index]!.cpuUsEach)
  return [
    row('write-without-sealer', without),
    row('write-beside-sealer', beside),
    ratioRow('ratio-beside-to-without', ratios),
    ratioRow('cpu-ratio-beside-to-without', cpuRatios),
  ]
}

const ratioRow = (name: string, ratios: readonly number[]): BenchRow => ({
  case: name,
  median: rounded(median(ratios), 3),
  least: rounded(Math.min(...ratios), 3),
  most: rounded(Math.max(...ratios), 3),
})

async function measureChecking(place: Place): Promise<BenchRow[]> {
  const { connection, directory, keyring, accounts } = place
  for (let lines = 0; lines < linesToVerify; lines += 5000) {
    await inWork(connection.db, accounts[0]!, work =>
      recordChanges(
        work,
        Array.from({ length: 5000 }, (_, index) => ({
          verb: 'account.changed',
          recordType: 'account',
          recordId: uuidv7(),
          before: { displayName: 'Nguyễn Văn A' },
          after: { displayName: `Nguyễn Văn ${index}` },
        })),
      ),
    )
  }
  const sealer = place.startSealer()
  const sealing = performance.now()
  let sealed = 0
  for (let lines; (lines = await sealer.sealNow()) > 0;) sealed += lines
  const sealSeconds = (performance.now() - sealing) / 1000
  await sealer.stop()
  await place.owner.query('vacuum analyze')

  const verified: number[] = []
  for (let round = 0; round < 2; round++) {
    const start = performance.now()
    const result = await verifyDatabase(connection, { dataDirectory: directory })
    if (!result.ok || result.counts.lines < linesToVerify) throw new Error(`the ledger is not intact: ${JSON.stringify(result.counts)}`)
    verified.push(result.counts.lines / ((performance.now() - start) / 1000))
  }
  const file = path.join(directory, 'export.jsonl')
  const out = createWriteStream(file)
  const exporting = performance.now()
  const exported = await exportLedger(connection, out, { withPayload: true, dataDirectory: directory })
  await new Promise<void>(resolve => out.end(resolve))
  const exportSeconds = (performance.now() - exporting) / 1000
  const checking = performance.now()
  const result = await verifyExport(file, keyring.publicKeyPem)
  if (!result.ok) throw new Error('the export is not intact')
  const checkSeconds = (performance.now() - checking) / 1000
  return [
    { case: 'seal', lines: sealed, linesPerSecond: rounded(sealed / sealSeconds) },
    { case: 'verify-database', lines: exported.lines, linesPerSecond: rounded(median(verified)) },
    { case: 'export-with-payload', lines: exported.lines, linesPerSecond: rounded(exported.lines / exportSeconds) },
    { case: 'verify-export', lines: exported.lines, linesPerSecond: rounded(exported.lines / checkSeconds) },
  ]
}
