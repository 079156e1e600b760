import { mkdtemp, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import pg from 'pg'
import { expect, onTestFinished, test } from 'vitest'
import { embeddedOwner, findRunningPostgres } from '#platform/database/embedded-postgres.ts'
import { createWriter, send, setUp } from './client.ts'
import type { Session } from './client.ts'
import { findDatabaseProcesses, kill, readPostmasterPid, runCommand, startProgram, waitUntil } from '../program.ts'
import type { Program } from '../program.ts'

// Eight writers keep their own list of what the server acknowledged; server and database are killed with -9 at random
// moments, in mid-commit and in the middle of an import. Nothing acknowledged may be lost, nothing may happen twice, no
// process may stay, and the ledger must prove whole. `npm run test:crash -- ROUNDS`.

const rounds = Number(process.env['LUYTRE_TEST_CRASH_ROUNDS'] ?? '5')
const seed = Number(process.env['LUYTRE_TEST_CRASH_SEED'] ?? String(Date.now() % 1_000_000))
const writers = Array.from({ length: 8 }, (_, index) => createWriter(`W${index}`))
// Enough for an import to take a second or two.
const rosterRows = 5000

// mulberry32: small, and the same moments again for the same seed as far as the machine allows.
let state = seed
const random = (): number => {
  state = (state + 0x6d2b79f5) | 0
  let t = Math.imul(state ^ (state >>> 15), 1 | state)
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
  return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
}

type Moment = 'random' | 'mid-commit' | 'import'
type Victim = 'server' | 'database' | 'both' | 'backend'
const momentOf = (round: number): Moment => (round % 5 === 0 ? 'import' : round % 5 < 3 ? 'mid-commit' : 'random')
const victims: readonly Victim[] = ['server', 'database', 'both', 'backend']

const countAcknowledged = (): number => writers.reduce((sum, writer) => sum + writer.acknowledged.length, 0)

async function openObserver(dataDirectory: string): Promise<pg.Client> {
  const running = (await findRunningPostgres(dataDirectory))!
  const observer = new pg.Client({ host: running.socketDirectory, port: running.port, user: embeddedOwner, database: 'luytre' })
  observer.on('error', () => {}) // it is killed with the rest
  await observer.connect()
  return observer
}

/** Waits for the moment to kill: when the database itself is seen in the middle of it. */
async function awaitMoment(observer: pg.Client, moment: Moment): Promise<boolean> {
  if (moment === 'random') {
    await delay(50 + random() * 600)
    return true
  }
  const query =
    moment === 'mid-commit'
      ? `select from pg_stat_activity where state = 'active' and query ilike 'commit%' and usename = 'luytre_app'`
      : `select from pg_stat_activity where backend_xid is not null and query ~* '^\\s*(insert into|update) "?(person|post)\\M' and usename = 'luytre_app'`
  // As quickly as the database answers: such a moment is short.
  const end = performance.now() + 15_000
  while (performance.now() < end) if ((await observer.query(query)).rowCount! > 0) return true
  return false
}

const roster = (round: number): Uint8Array => {
  const lines = ['Staff code,Name,Unit code,Title,Start date']
  for (let row = 0; row < rosterRows; row++)
    lines.push(`R${round}-${row},Nguyễn Văn ${String.fromCharCode(65 + (row % 26))}${row},ROOT,Officer,2025-01-06`)
  return new TextEncoder().encode(lines.join('\n'))
}

/** Previews a roster; the returned function applies it and resolves with whether the server acknowledged that. */
async function prepareImport(session: Session, round: number): Promise<() => Promise<boolean>> {
  const preview = await send(session, 'POST', '/roster-imports?fileName=roster.csv', roster(round))
  if (preview.status !== 200) throw new Error(`preview: ${preview.status} ${JSON.stringify(preview.body).slice(0, 500)}`)
  expect(preview.body['counts']).toMatchObject({ create: rosterRows, refused: 0 })
  const address = `/roster-imports/${String(preview.body['previewId'])}/apply`
  return () =>
    send(session, 'POST', address, { leaveOut: 0 }, { 'if-match': String(preview.body['version']) }).then(
      answer => answer.status === 200,
      () => false,
    )
}

function strike(victim: Victim, program: Program, dataDirectory: string): void {
  const postmaster = readPostmasterPid(dataDirectory)
  if (victim === 'server' || victim === 'both') kill(program.pid)
  if (victim === 'database' || victim === 'both') kill(postmaster)
  if (victim === 'backend') {
    const backends = findDatabaseProcesses(dataDirectory).filter(pid => pid !== postmaster)
    kill(backends[Math.floor(random() * backends.length)]!)
  }
}

test(`nothing acknowledged is lost in ${rounds} crashes`, { timeout: rounds * 60_000 + 120_000 }, async () => {
  const dataDirectory = await mkdtemp(path.join(os.tmpdir(), 'luytre-crash-'))
  const tally: Record<Moment | Victim, number> = { random: 0, 'mid-commit': 0, import: 0, server: 0, database: 0, both: 0, backend: 0 }
  const imports: { round: number; isAcknowledged: boolean }[] = []
  let program = await startProgram(dataDirectory)
  // Of a test that fails nothing stays either.
  onTestFinished(async () => {
    program.kill()
    await program.exited
    await rm(dataDirectory, { recursive: true, force: true, maxRetries: 10 })
  })
  const { cookie } = await setUp(program.url, program.firstLink!)
  let session: Session = { url: program.url, cookie }
  expect((await send(session, 'POST', '/units', { code: 'ROOT', name: { en: 'Root' }, parentId: null })).status).toBe(200)

  for (let round = 0; round < rounds; round++) {
    const moment = momentOf(round)
    // A backend's death in an import is the database's restart; the victims take turns over the moments.
    const victim = victims[(round + Math.floor(round / 5)) % victims.length]!
    const observer = await openObserver(dataDirectory)
    // Commits wait a tenth of a second for their neighbours: long enough to be caught in it.
    if (moment === 'mid-commit') {
      await observer.query('alter system set commit_delay = 100000')
      await observer.query('alter system set commit_siblings = 1')
    } else {
      await observer.query('alter system reset commit_delay')
      await observer.query('alter system reset commit_siblings')
    }
    await observer.query('select pg_reload_conf()')

    let isOver = false
    const before = countAcknowledged()
    const apply = moment === 'import' ? await prepareImport(session, round) : undefined
    const writing = Promise.all(writers.map(writer => writer.run(session, () => isOver)))
    // Every writer is in full swing before the blow.
    await waitUntil(() => countAcknowledged() >= before + 3 * writers.length, 20_000)
    const importing = apply?.()
    if (await awaitMoment(observer, moment)) tally[moment]++
    strike(victim, program, dataDirectory)
    tally[victim]++
    isOver = true
    await writing
    if (importing) imports.push({ round, isAcknowledged: await importing })
    await observer.end().catch(() => {})

    if (victim === 'backend') {
      // The database restarts its backends; the server stays and finds its way back.
      const isBack = await waitUntil(async () => (await fetch(`${program.url}/health`).catch(() => undefined))?.status === 200, 30_000)
      expect(isBack, `round ${round}: the server answers again after a backend died`).toBe(true)
    } else {
      // A server without its database ends by itself; a database without its server ends too.
      const hasEnded = await Promise.race([program.exited.then(() => true), delay(20_000).then(() => false)])
      expect(hasEnded, `round ${round}: the server ended after ${victim} was killed`).toBe(true)
      const isEmpty = await waitUntil(() => findDatabaseProcesses(dataDirectory).length === 0, 10_000)
      expect(isEmpty, `round ${round}: no process of the database is left after ${victim} was killed`).toBe(true)
      program = await startProgram(dataDirectory)
      session = { url: program.url, cookie }
    }

    const now = await openObserver(dataDirectory)
    const { rows: units } = await now.query<{ id: string; code: string }>('select unit_id as id, code from unit_state')
    const byId = new Map(units.map(unit => [unit.id, unit.code]))
    for (const writer of writers)
      for (const { id, code } of writer.acknowledged) expect(byId.get(id), `round ${round}: acknowledged unit ${code}`).toBe(code)
    // Sent again under its key, a request is answered as the first time, also when it is the code that is taken by now.
    expect(
      writers.flatMap(writer => writer.refused),
      `round ${round}: refused`,
    ).toEqual([])
    const { rows: doubtful } = await now.query(
      'select record_id, count(*) from ledger_line where verb = $1 group by 1 having count(*) <> 1',
      ['unit.created'],
    )
    expect(doubtful, `round ${round}: one ledger line per unit`).toEqual([])
    const { rows: unrecorded } = await now.query(`select id from unit where not exists (select from ledger_line where record_id = unit.id)`)
    expect(unrecorded, `round ${round}: no unit without its ledger line`).toEqual([])
    for (const { round: imported, isAcknowledged } of imports) {
      const { rows } = await now.query<{ n: number }>(`select count(*)::int as n from person where staff_code like 'R' || $1 || '-%'`, [
        imported,
      ])
      expect(isAcknowledged ? [rosterRows] : [0, rosterRows], `import of round ${imported}: all of it or nothing`).toContain(rows[0]!.n)
    }
    await now.end()
    const verified = await runCommand(dataDirectory, ['ledger', 'verify'])
    expect(verified, `round ${round}: the ledger proves whole`).toMatchObject({ exitCode: 0, answer: { ok: true } })
  }

  process.kill(program.pid, 'SIGTERM')
  expect(await program.exited).toBe(0)
  expect(findDatabaseProcesses(dataDirectory)).toEqual([])
  const acknowledged = countAcknowledged()
  console.log(`seed ${seed}: ${acknowledged} acknowledged, 0 lost; rounds by moment and victim ${JSON.stringify(tally)}`)
  expect(acknowledged).toBeGreaterThanOrEqual(rounds * 3 * writers.length)
  if (rounds >= 50) expect([tally['mid-commit'] >= 10, tally.import >= 5]).toEqual([true, true])
})
