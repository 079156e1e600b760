import { createHash, randomBytes, randomUUID } from 'node:crypto'
import { mkdir, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises'
import path from 'node:path'
import pg from 'pg'
import { beforeAll, expect, onTestFinished, test } from 'vitest'
import { prepareDemo } from '../../demo/demo.ts'
import { connect } from '#platform/database/connection.ts'
import type { Address } from '#platform/database/connection.ts'
import { appRole, migrate } from '#platform/database/migrate.ts'
import { keepBytes, pathOf, sha256Of } from '#platform/files/directory.ts'
import { openFileStore } from '#platform/files/files.ts'
import { recordChange } from '#platform/ledger/ledger.ts'
import type { Change } from '#platform/ledger/ledger.ts'
import { startSealer } from '#platform/ledger/sealer.ts'
import { verifyDatabase } from '#platform/ledger/verify.ts'
import { makeTestLedger } from '../../../test/ledger-kit.ts'
import { checkArchive } from './archive-reader.ts'
import { makeBackup, nameBackup } from './backup.ts'
import type { BackupMade, BackupOptions } from './backup.ts'
import { leftOut } from './left-out.ts'
import { compareMigrations, inMarkedDirectory, refuseUnfinishedRestore, restoreDatabase, restoreFiles } from './restore.ts'

// The invented authority of the demonstration, made through the product's own use cases, goes into an archive and comes out in
// another database.

const ledger = await makeTestLedger()
const { database } = ledger
const at = new Date('2026-11-22T03:00:00Z')
const scan = Buffer.from('%PDF-1.7 a signed plan')
const scanSha256 = createHash('sha256').update(scan).digest('hex')

let number = 0
const newPlace = (): string => path.join(ledger.elsewhere, `place-${++number}`)

const backUp = (options: Partial<BackupOptions> = {}): Promise<BackupMade> =>
  makeBackup({
    connection: database.app,
    file: `${newPlace()}.tar`,
    dataDirectory: ledger.dataDirectory,
    keyring: ledger.keyring,
    seal: () => Promise.resolve(),
    version: 'test',
    now: at,
    ...options,
  })

/** An empty database in the same cluster, dropped after the test. */
async function makeEmptyDatabase(): Promise<{
  owner: Address
  app: Address
  ask: <Row extends pg.QueryResultRow>(text: string) => Promise<Row[]>
}> {
  const name = `restored_${randomBytes(6).toString('hex')}`
  await database.asOwner(`create database ${name}`)
  const owner = { ...database.ownerAddress, database: name }
  const client = new pg.Client(owner)
  await client.connect()
  onTestFinished(async () => {
    await client.end()
    await database.asOwner(`drop database ${name} with (force)`)
  })
  return { owner, app: { ...database.appAddress, database: name }, ask: async text => (await client.query(text)).rows }
}

/** Rows of every table as text, in an order of their own; the number of a transaction belongs to its cluster. */
async function readContent(ask: <Row extends pg.QueryResultRow>(text: string) => Promise<Row[]>): Promise<Record<string, string[]>> {
  const tables = await ask<{ name: string }>(
    `select relname as name from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r'`,
  )
  const content: Record<string, string[]> = {}
  for (const { name } of tables.filter(table => !leftOut.has(table.name)))
    content[name] = (await ask<{ row: string }>(`select (to_jsonb(t) - 'txid')::text as row from public.${name} t order by 1`)).map(
      ({ row }) => row,
    )
  return content
}

/** What the walls, triggers, keys and rights of a schema are made of. */
const readSchema = (ask: <Row extends pg.QueryResultRow>(text: string) => Promise<Row[]>): Promise<{ says: string }[]> =>
  ask(`select says from (
    select 'constraint ' || conrelid::regclass || ' ' || conname || ' ' || pg_get_constraintdef(oid) || convalidated as says from pg_constraint where connamespace = 'public'::regnamespace
    union all select 'table ' || relname || ' ' || relrowsecurity || relforcerowsecurity || coalesce(relacl::text, '') from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r'
    union all select 'trigger ' || tgrelid::regclass || ' ' || tgname || ' ' || tgenabled::text from pg_trigger where not tgisinternal
    union all select 'policy ' || polrelid::regclass || ' ' || polname || ' ' || polcmd::text from pg_policy) one order by says collate "C"`)

beforeAll(async () => {
  await database
    .asOwner(
      'delete from membership; delete from user_account; delete from half_year; delete from organisation_state; delete from organisation',
    )
    .catch(() => {})
  await prepareDemo(database.app, ledger.dataDirectory)
  await ledger.write(50)
  const folder = path.join(ledger.dataDirectory, 'files', scanSha256.slice(0, 2))
  await mkdir(folder, { recursive: true })
  await writeFile(path.join(folder, scanSha256), scan)
  await writeFile(path.join(folder, `${scanSha256}.tmp`), 'half of an upload')
  const sealer = ledger.startSealer()
  await ledger.sealAll(sealer)
  await sealer.stop()
})

test('what was backed up comes out the same in another database, behind the same walls', async () => {
  const made = await backUp()
  expect((await stat(made.file)).mode & 0o777).toBe(0o600)
  const target = await makeEmptyDatabase()
  const directory = newPlace()
  const archive = await checkArchive(made.file)
  onTestFinished(() => archive.close())
  await compareMigrations(archive.manifest)
  await inMarkedDirectory(directory, archive, async () => {
    await restoreFiles(directory, archive)
    await restoreDatabase(target.owner, archive)
  })

  const [before, after] = [await readContent(database.asOwner), await readContent(target.ask)]
  expect(Object.keys(after).sort()).toEqual(Object.keys(before).sort())
  for (const [table, rows] of Object.entries(before)) expect(after[table], table).toEqual(rows)
  expect(before['person']!.length).toBeGreaterThan(0)
  expect(before['plan_action']!.length).toBeGreaterThan(0)
  expect(await readSchema(target.ask)).toEqual(await readSchema(database.asOwner))
  expect(await target.ask('select distinct txid::text from ledger_line')).toEqual([{ txid: '0' }])
  expect(await target.ask('select from session union all select from one_time_link union all select from idempotency_key')).toEqual([])

  expect(await readFile(path.join(directory, 'files', scanSha256.slice(0, 2), scanSha256))).toEqual(scan)
  expect((await readdir(path.join(directory, 'ledger'))).sort()).toEqual(
    [`${ledger.keyring.keyId}.public.pem`, 'checkpoints.jsonl', 'head.json'].sort(),
  )
  await refuseUnfinishedRestore(directory)

  const app = connect(target.app)
  onTestFinished(() => app.close())
  const here = await ledger.verify()
  const there = await verifyDatabase(app, { dataDirectory: directory })
  expect(there).toMatchObject({ ok: true, position: here.position, hash: here.hash, counts: { signedPositions: 1, unsealed: 0 } })
  expect(made.manifest.ledger).toEqual({ position: here.position, hash: here.hash, unsealed: 0 })
})

test('lines that had no seal yet are in the backup, and the next sealer goes on with them', async () => {
  await ledger.write(3)
  const made = await backUp()
  expect(made.manifest.ledger.unsealed).toBe(3)
  const target = await makeEmptyDatabase()
  const archive = await checkArchive(made.file)
  onTestFinished(() => archive.close())
  const directory = newPlace()
  await restoreFiles(directory, archive)
  await restoreDatabase(target.owner, archive)

  const errors: object[] = []
  const sealer = startSealer({
    address: target.app,
    keyring: ledger.keyring,
    dataDirectory: directory,
    log: { debug: () => {}, warn: () => {}, error: details => void errors.push(details) },
  })
  await sealer.sealNow()
  await sealer.stop()
  const app = connect(target.app)
  onTestFinished(() => app.close())
  expect(await verifyDatabase(app, { dataDirectory: directory })).toMatchObject({
    ok: true,
    position: made.manifest.ledger.position + 3,
    counts: { unsealed: 0 },
  })
  expect(errors).toEqual([])
})

test('of restored lines whose order is not that of their seals none counts as waiting', async () => {
  const change = (): Change => ({ verb: 'person.changed', recordType: 'person', recordId: randomUUID() })
  // The earlier transaction writes the last line as well: sealed before the later one's, with an id that sorts behind it.
  await ledger.authority.as({}, async work => {
    await recordChange(work, change())
    await ledger.authority.as({}, later => recordChange(later, change()))
    await recordChange(work, change())
  })
  const sealer = ledger.startSealer()
  await ledger.sealAll(sealer)
  await sealer.stop()
  const archive = await checkArchive((await backUp()).file)
  onTestFinished(() => archive.close())
  const target = await makeEmptyDatabase()
  const directory = newPlace()
  await restoreFiles(directory, archive)
  await restoreDatabase(target.owner, archive)
  const app = connect(target.app)
  onTestFinished(() => app.close())
  const { hash } = archive.manifest.ledger
  expect(await verifyDatabase(app, { dataDirectory: directory })).toMatchObject({ ok: true, hash, counts: { unsealed: 0 } })
})

test('sealing comes first', async () => {
  await ledger.write(2)
  const sealer = ledger.startSealer()
  try {
    const made = await backUp({ seal: () => ledger.sealAll(sealer) })
    expect(made.manifest.ledger.unsealed).toBe(0)
  } finally {
    await sealer.stop()
  }
})

test('a database that holds rows, and a directory that holds files, are left alone', async () => {
  const archive = await checkArchive((await backUp()).file)
  onTestFinished(() => archive.close())
  const before = await readContent(database.asOwner)
  await expect(restoreDatabase(database.ownerAddress, archive)).rejects.toMatchObject({ code: 'restore.not-empty' })
  expect(await readContent(database.asOwner)).toEqual(before)
  expect((await readSchema(database.asOwner)).filter(({ says }) => /^table .* truefalse/.test(says))).toEqual([])

  const directory = newPlace()
  await mkdir(directory)
  await writeFile(path.join(directory, 'something'), '')
  const never = (): Promise<void> => Promise.reject(new Error('must not be called'))
  await expect(inMarkedDirectory(directory, archive, never)).rejects.toMatchObject({ code: 'restore.not-empty' })
  expect(await readdir(directory)).toEqual(['something'])
})

test('a private key that the operator has put there stays, and a restore that fails removes everything else', async () => {
  const archive = await checkArchive((await backUp()).file)
  onTestFinished(() => archive.close())
  const directory = newPlace()
  await mkdir(path.join(directory, 'ledger'), { recursive: true })
  await writeFile(path.join(directory, 'ledger/key.pem'), 'mine')
  const failing = async (): Promise<void> => {
    await restoreFiles(directory, archive)
    await expect(refuseUnfinishedRestore(directory)).rejects.toMatchObject({ code: 'restore.unfinished' })
    throw new Error('the lights went out')
  }
  await expect(inMarkedDirectory(directory, archive, failing)).rejects.toThrow('the lights went out')
  expect(await readdir(directory, { recursive: true })).toEqual(['ledger', 'ledger/key.pem'])
})

test('rows that the database refuses leave it as it was', async () => {
  const target = await makeEmptyDatabase()
  const archive = await checkArchive((await backUp()).file)
  onTestFinished(() => archive.close())
  await migrate(target.owner)
  const before = await readContent(target.ask)
  await target.ask('alter table person add constraint nobody check (false)')
  await expect(restoreDatabase(target.owner, archive)).rejects.toMatchObject({ code: 'restore.rows-refused' })
  expect(await readContent(target.ask)).toEqual(before)
  await target.ask('alter table person drop constraint nobody')
  await restoreDatabase(target.owner, archive)
  expect(await readContent(target.ask)).toEqual(await readContent(database.asOwner))
})

test('a file that is there is never replaced, and nothing is left of a backup that ends early', async () => {
  const { file } = await backUp()
  await expect(backUp({ file })).rejects.toMatchObject({ code: 'backup.exists' })
  const folder = newPlace()
  await mkdir(folder)
  await expect(backUp({ file: path.join(folder, 'a.tar'), signal: AbortSignal.abort(new Error('stopped')) })).rejects.toThrow('stopped')
  expect(await readdir(folder)).toEqual([])
  await expect(backUp({ file: path.join(folder, 'none', 'a.tar') })).rejects.toMatchObject({ code: 'backup.place-missing' })
})

test('a kept file that is spoilt stops the backup by name', async () => {
  const wrong = path.join(ledger.dataDirectory, 'files/00', '0'.repeat(64))
  await mkdir(path.dirname(wrong))
  await writeFile(wrong, 'not what the name says')
  await expect(backUp()).rejects.toThrow(wrong)
  await rm(path.dirname(wrong), { recursive: true })
})

test('a backup that would lack files that rows speak of is none', async () => {
  const store = await openFileStore(database.app, { dataDirectory: ledger.dataDirectory })
  const bytes = new Uint8Array(Buffer.from('%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n'))
  const sha256 = sha256Of(bytes)
  await keepBytes(store.directory, sha256, bytes)
  await database.asOwner(
    `insert into stored_file (id, organisation_id, name, media_type, byte_count, sha256, created_by, created_at)
     select gen_random_uuid(), organisation_id, 'scan.pdf', 'application/pdf', $1, $2, id, now() from user_account limit 1`,
    [bytes.length, sha256],
  )
  expect((await backUp()).manifest.files.count).toBe(2)
  const folder = newPlace()
  await mkdir(folder)
  const file = path.join(folder, 'a.tar')
  await expect(backUp({ file, dataDirectory: newPlace() })).rejects.toMatchObject({ code: 'backup.incomplete' })
  await rm(pathOf(store.directory, sha256))
  await expect(backUp({ file })).rejects.toThrow(sha256)
  expect(await readdir(folder)).toEqual([])
  await keepBytes(store.directory, sha256, bytes)
  expect((await backUp()).manifest.files.count).toBe(2)
})

test.each([
  ['a partitioned table', 'create table parts (id int) partition by range (id)', 'drop table parts'],
  ['a foreign schema', 'create schema other create table kept (id int)', 'drop schema other cascade'],
  ['a materialised view', 'create materialized view kept as select 1 as one', 'drop materialized view kept'],
  ['a large object', 'select lo_create(4711)', 'select lo_unlink(4711)'],
  ['a table without rights', 'create table kept (id int)', 'drop table kept'],
  [
    'a table whose policy hides rows',
    `create table kept (id int); grant select on kept to ${appRole}; alter table kept enable row level security; create policy one on kept using (id = 1)`,
    'drop table kept',
  ],
  [
    'a table that refers to what is left out',
    `create table kept (id uuid references session); grant select on kept to ${appRole}`,
    'drop table kept',
  ],
])('%s stops the backup instead of being missed', async (_, make, drop) => {
  await database.asOwner(make)
  try {
    await expect(backUp()).rejects.toMatchObject({ code: 'backup.incomplete' })
  } finally {
    await database.asOwner(drop)
  }
})

test('a mail that waited when the backup was made is not sent by what is restored', async () => {
  await database.asOwner(`insert into mail (id, organisation_id, key, kind, user_id, recipient, recipient_name, language, subject, content, status, next_attempt_at, created_at)
    select '0192f0c1-0000-7000-8000-0000000000aa', organisation_id, 'waits', 'invitation', id, email, display_name, 'vi', 'Lời mời', '{}', 'waiting', now(), now()
    from user_account limit 1`)
  try {
    const archive = await checkArchive((await backUp()).file)
    onTestFinished(() => archive.close())
    const target = await makeEmptyDatabase()
    await restoreDatabase(target.owner, archive)
    expect(await target.ask('select status, fault from mail')).toEqual([{ status: 'failed', fault: 'outcome-unknown' }])
  } finally {
    await database.asOwner(`delete from mail where key = 'waits'`)
  }
})

test('a sequence goes on where it stood', async () => {
  const [make, drop] = ['create sequence incident_number', 'drop sequence incident_number']
  await database.asOwner(`${make}; grant select on sequence incident_number to ${appRole}; select setval('incident_number', 126)`)
  try {
    const archive = await checkArchive((await backUp()).file)
    onTestFinished(() => archive.close())
    expect(archive.manifest.sequences).toEqual([{ name: 'incident_number', lastValue: 126 }])
    const target = await makeEmptyDatabase()
    await migrate(target.owner)
    await target.ask(make)
    await restoreDatabase(target.owner, archive)
    expect(await target.ask(`select nextval('incident_number')::int as next`)).toEqual([{ next: 127 }])
  } finally {
    await database.asOwner(drop)
  }
})

test('a backup of an older schema is migrated forward', async () => {
  const source = await makeEmptyDatabase()
  const { at: newest } = await migrate(source.owner)
  const older = await makeEmptyDatabase()
  expect((await migrate(older.owner, { to: 2 })).at).toBe(2)
  await older.ask(`grant select on schema_migration to ${appRole}`)
  await older.ask(`insert into organisation (id, kind, name, time_zone, half_year_start_month, created_at)
    values ('0192f0c1-0000-7000-8000-000000000001', 'authority', '{"en":"Older"}', 'Asia/Ho_Chi_Minh', 1, now())`)
  const connection = connect(older.app)
  onTestFinished(() => connection.close())
  const archive = await checkArchive((await backUp({ connection })).file)
  onTestFinished(() => archive.close())
  await compareMigrations(archive.manifest)
  const target = await makeEmptyDatabase()
  await restoreDatabase(target.owner, archive)
  expect(await target.ask('select max(number) as at from schema_migration')).toEqual([{ at: newest }])
  expect(await target.ask(`select name->>'en' as name from organisation_state`)).toEqual([{ name: 'Older' }])
})

test('a backup of a newer program is refused in words', async () => {
  const { manifest } = await backUp()
  const later = { number: 9999, name: '9999-later.sql', sha256: '0'.repeat(64) }
  await expect(compareMigrations({ ...manifest, program: '9.0.0', migrations: [...manifest.migrations, later] })).rejects.toThrow(
    'The backup was made by version 9.0.0, whose migrations (9999-later.sql) this program does not have',
  )
  await expect(compareMigrations({ ...manifest, migrations: manifest.migrations.slice(1) })).rejects.toMatchObject({
    code: 'restore.schema-differs',
  })
})

test('names of backups sort by time', () => {
  expect(nameBackup(at)).toBe('luytre-20261122T030000Z.tar')
})
