import { mkdir, mkdtemp, readdir, rm, stat, truncate } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { checkArchive } from '#platform/backup/archive-reader.ts'
import type { Manifest } from '#platform/backup/manifest.ts'
import { createWriter, send, setUp } from '../crash/client.ts'
import type { Session } from '../crash/client.ts'
import { runCommand, startProgram, waitUntil } from '../program.ts'
import type { Program } from '../program.ts'

// The drill: an authority at work is backed up while people write, and is restored elsewhere by the real program. On the suite's
// PostgreSQL and on the one that the program brings, so that the run on 15 goes from 15 to 18 and back.

const password = 'bamboo grows stem by stem'
const brought = { LUYTRE_PG_BIN: '' }

async function start(directory: string, settings: Parameters<typeof startProgram>[1] = {}): Promise<Program> {
  const program = await startProgram(directory, settings)
  onTestFinished(async () => {
    program.kill()
    await program.exited
  })
  return program
}

async function stop(program: Program): Promise<void> {
  process.kill(program.pid, 'SIGTERM')
  expect(await program.exited).toBe(0)
}

async function readManifest(file: string): Promise<Manifest> {
  const archive = await checkArchive(file)
  await archive.close()
  return archive.manifest
}

/** Rows come out in the order in which they went in: the same content has the same digests. */
const contentOf = ({ tables }: Manifest): string[] => tables.map(table => `${table.name} ${table.rows} ${table.sha256}`)

const roster = ['Staff code,Name,Unit code,Title,Start date']
for (let row = 0; row < 300; row++) roster.push(`R${row},Nguyễn Văn ${String.fromCharCode(65 + (row % 26))}${row},ROOT,Officer,2025-01-06`)

test('an authority at work is backed up, restored elsewhere and back, and nothing is lost', { timeout: 900_000 }, async () => {
  const directory = await mkdtemp(path.join(os.tmpdir(), 'luytre-drill-'))
  // Registered first, run last: when the programs have ended.
  onTestFinished(() => rm(directory, { recursive: true, force: true, maxRetries: 10 }))
  const place = (name: string): string => path.join(directory, name)
  await mkdir(place('backups'))

  const office = await start(place('office'))
  const { cookie } = await setUp(office.url, office.firstLink!)
  const session: Session = { url: office.url, cookie }
  expect((await send(session, 'POST', '/units', { code: 'ROOT', name: { en: 'Root' }, parentId: null })).status).toBe(200)
  const preview = await send(session, 'POST', '/roster-imports?fileName=roster.csv', new TextEncoder().encode(roster.join('\n')))
  const apply = `/roster-imports/${String(preview.body['previewId'])}/apply`
  expect((await send(session, 'POST', apply, { leaveOut: 0 }, { 'if-match': String(preview.body['version']) })).status).toBe(200)

  const writers = Array.from({ length: 4 }, (_, index) => createWriter(`W${index}`))
  const count = (): number => writers.reduce((sum, writer) => sum + writer.acknowledged.length, 0)
  let isOver = false
  const writing = Promise.all(writers.map(writer => writer.run(session, () => isOver)))
  expect(await waitUntil(() => count() >= 40, 20_000)).toBe(true)
  const acknowledgedBefore = count()
  const busy = await runCommand(place('office'), ['backup', place('backups')])
  const acknowledgedAfter = count()
  isOver = true
  await writing
  expect(busy, busy.errors).toMatchObject({ exitCode: 0 })
  expect(acknowledgedAfter).toBeGreaterThan(acknowledgedBefore)
  expect(writers.flatMap(writer => writer.refused)).toEqual([])

  const [busyName] = await readdir(place('backups'))
  const busyManifest = await readManifest(place(`backups/${busyName}`))
  const units = busyManifest.tables.find(table => table.name === 'unit')!.rows - 1
  expect(units).toBeGreaterThanOrEqual(acknowledgedBefore)
  expect(units).toBeLessThanOrEqual(acknowledgedAfter + writers.length)
  const restored = await runCommand(place('of-a-busy-hour'), ['restore', place(`backups/${busyName}`)], brought)
  expect(restored, restored.errors).toMatchObject({
    exitCode: 0,
    answer: { ok: true, ledger: busyManifest.ledger, verification: { ok: true, findings: [], hash: busyManifest.ledger.hash } },
  })

  expect(await runCommand(place('office'), ['backup', place('quiet.tar')])).toMatchObject({ exitCode: 0 })
  await stop(office)
  const quiet = await readManifest(place('quiet.tar'))
  expect(quiet.tables.find(table => table.name === 'unit')!.rows).toBe(count() + 1)
  expect(quiet.tables.find(table => table.name === 'person')!.rows).toBe(300)

  // Each data directory has a mark of its own.
  const withoutMark = (lines: string[]): string[] => lines.filter(line => !line.startsWith('file_store '))
  // To the program's own PostgreSQL, and from there back to the suite's.
  expect(await runCommand(place('there'), ['restore', place('quiet.tar')], brought)).toMatchObject({ exitCode: 0 })
  expect(await runCommand(place('there'), ['backup', place('there.tar')], brought)).toMatchObject({ exitCode: 0 })
  expect(await runCommand(place('back'), ['restore', place('there.tar')])).toMatchObject({ exitCode: 0 })
  expect(await runCommand(place('back'), ['backup', place('back.tar')])).toMatchObject({ exitCode: 0 })
  const [there, back] = [await readManifest(place('there.tar')), await readManifest(place('back.tar'))]
  expect(withoutMark(contentOf(there))).toEqual(withoutMark(contentOf(quiet)))
  expect(there.ledger).toEqual(quiet.ledger)
  // Meanwhile a checkpoint was signed where the chain stood.
  const withoutCheckpoints = (lines: string[]): string[] => lines.filter(line => !line.startsWith('ledger_checkpoint '))
  expect(withoutCheckpoints(withoutMark(contentOf(back)))).toEqual(withoutCheckpoints(withoutMark(contentOf(quiet))))
  expect(back.ledger).toEqual(quiet.ledger)

  // People go on where they were: the same password, no session of before, new lines behind the old ones.
  const again = await start(place('there'), { ...brought, LUYTRE_BACKUP_DIRECTORY: place('backups') })
  const health = (await (await fetch(`${again.url}/health`)).json()) as Record<string, unknown>
  expect(health).toMatchObject({ status: 'ok', backup: { lastAt: busyManifest.createdAt.replace(/\.\d+Z/, '.000Z') } })
  expect(again.firstLink).toBeUndefined()
  expect((await send({ url: again.url, cookie: session.cookie }, 'GET', '/units?limit=1')).status).toBe(401)
  const signedIn = await send({ url: again.url, cookie: '' }, 'POST', '/session', { email: 'administrator@test.invalid', password })
  expect(signedIn.status).toBe(200)
  const goesOn: Session = { url: again.url, cookie: signedIn.cookie! }
  expect((await send(goesOn, 'POST', '/units', { code: 'NEW', name: { en: 'New' }, parentId: null })).status).toBe(200)
  await stop(again)
  const verified = await runCommand(place('there'), ['ledger', 'verify'], brought)
  expect(verified).toMatchObject({ exitCode: 0, answer: { ok: true, counts: { unsealed: 0 } } })
  expect(Number(verified.answer['position'])).toBeGreaterThan(quiet.ledger.position)

  // Nothing is replaced, and what is cut comes to nothing.
  const refused = await runCommand(place('there'), ['restore', place('quiet.tar')], brought)
  expect(refused).toMatchObject({ exitCode: 1, answer: { code: 'restore.not-empty' } })
  await truncate(place('quiet.tar'), (await stat(place('quiet.tar'))).size / 2)
  const cut = await runCommand(place('nowhere'), ['restore', place('quiet.tar')], brought)
  expect(cut).toMatchObject({ exitCode: 1, answer: { code: 'restore.archive-damaged' } })
  expect(await readdir(directory)).not.toContain('nowhere')
})
