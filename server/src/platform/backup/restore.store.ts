import { createHash } from 'node:crypto'
import { pipeline } from 'node:stream/promises'
import pg from 'pg'
import { from as copyFrom } from 'pg-copy-streams'
import type { DatabaseAddress } from '#platform/database/connection.ts'
import { countRows } from './archive-reader.ts'
import type { CheckedArchive } from './archive-reader.ts'
import { BackupError } from './backup-error.ts'
import { quoted } from './backup.store.ts'
import type { Manifest, TableEntry } from './manifest.ts'

// Rows go in as the schema's owner, all in one transaction: whoever looks sees an empty database or a restored one.

/** Tables to which the migrations themselves give their first rows. */
const made = ['public.ledger_follower']

interface Constraint {
  table: string
  name: string
  definition: string
}

/** Fills a migrated, empty database. Rolls everything back, and throws, for whatever does not fit. */
export async function fillDatabase(owner: DatabaseAddress, archive: CheckedArchive): Promise<void> {
  const client = new pg.Client(typeof owner === 'string' ? { connectionString: owner } : owner)
  // A database that ends meanwhile rejects what is under way.
  client.on('error', () => {})
  await client.connect()
  try {
    await client.query(
      `begin; set local statement_timeout = 0; set local idle_in_transaction_session_timeout = 0; set local timezone = 'UTC'; set local datestyle = 'ISO';
       set local intervalstyle = 'postgres'; set local client_encoding = 'UTF8'`,
    )
    const tables = await listOwnTables(client)
    // COPY into a table refuses whom its policies bind, and forced ones bind the owner. Until the commit nobody else sees the tables.
    for (const table of tables) await client.query(`alter table ${table} no force row level security`)
    await refuseRows(
      client,
      tables.filter(table => !made.includes(table)),
    )
    for (const table of made) if (tables.includes(table)) await client.query(`delete from ${table}`)
    await compareColumns(client, archive.manifest)
    // Foreign keys may point in circles; each is checked once for all rows when it is made again.
    const keys = await listForeignKeys(client)
    for (const { table, name } of keys) await client.query(`alter table ${table} drop constraint ${quoted(name)}`)
    // What a trigger would add beside a row is in the backup as rows of its own.
    const triggers = await listTriggers(client)
    for (const { table, name } of triggers) await client.query(`alter table ${table} disable trigger ${quoted(name)}`)
    for (const table of archive.manifest.tables) await fillTable(client, table, archive.readTable(table.name))
    await holdMails(client)
    for (const { name, lastValue } of archive.manifest.sequences)
      await client.query('select setval($1::regclass, $2)', [`public.${quoted(name)}`, lastValue])
    for (const { table, name } of triggers) await client.query(`alter table ${table} enable trigger ${quoted(name)}`)
    for (const { table, name, definition } of keys) await client.query(`alter table ${table} add constraint ${quoted(name)} ${definition}`)
    for (const table of tables) await client.query(`alter table ${table} force row level security`)
    await client.query('commit')
    // Else the first screens are planned as for empty tables.
    await client.query('analyze')
  } catch (error) {
    await client.query('rollback').catch(() => {})
    throw error
  } finally {
    await client.end()
  }
}

/** What waited to be sent may have gone out since, and a drill sends nothing: an administrator decides on each mail. */
async function holdMails(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ exists: boolean }>(`select to_regclass('public.mail') is not null as exists`)
  if (!rows[0]!.exists) return // a backup from before there was mail
  await client.query(
    `update mail set status = 'failed', fault = 'outcome-unknown', claimed_at = null, ended_at = now(), version = version + 1
     where status in ('waiting', 'sending')`,
  )
}

/** Tables behind the walls, that is all but the one that lists migrations. */
async function listOwnTables(client: pg.Client): Promise<string[]> {
  const { rows } = await client.query<{ table: string }>(
    `select format('public.%I', relname) as "table" from pg_class
     where relnamespace = 'public'::regnamespace and relkind = 'r' and relforcerowsecurity order by relname`,
  )
  return rows.map(row => row.table)
}

async function refuseRows(client: pg.Client, tables: readonly string[]): Promise<void> {
  const { rows } = await client.query<{ table: string }>(
    tables.map(table => `select '${table}' as "table" where exists (select from ${table})`).join(' union all '),
  )
  if (rows.length > 0)
    throw new BackupError('restore.not-empty', `The database holds rows already (${rows[0]!.table}); a restore replaces nothing.`)
}

async function compareColumns(client: pg.Client, { tables }: Manifest): Promise<void> {
  const { rows } = await client.query<{ table: string; columns: string[] }>(
    `select c.relname as "table", array_agg(a.attname::text order by a.attnum) as columns
     from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
     where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and c.relname <> 'schema_migration' group by 1`,
  )
  const present = new Map(rows.map(row => [row.table, row.columns]))
  for (const { name, columns } of tables) {
    const here = present.get(name)
    if (!here || here.length !== columns.length || columns.some(column => !here.includes(column)))
      throw new BackupError('restore.schema-differs', `Table ${name} of the backup is not the one of this program at the same migration.`)
    // A table that is named twice finds nothing the second time.
    present.delete(name)
  }
}

async function listForeignKeys(client: pg.Client): Promise<Constraint[]> {
  const { rows } = await client.query<Constraint>(
    `select format('public.%I', c.relname) as "table", k.conname as name, pg_get_constraintdef(k.oid) as definition
     from pg_constraint k join pg_class c on c.oid = k.conrelid
     where k.contype = 'f' and k.connamespace = 'public'::regnamespace order by 1, 2`,
  )
  return rows
}

async function listTriggers(client: pg.Client): Promise<{ table: string; name: string }[]> {
  const { rows } = await client.query<{ table: string; name: string }>(
    `select format('public.%I', c.relname) as "table", t.tgname as name from pg_trigger t join pg_class c on c.oid = t.tgrelid
     where c.relnamespace = 'public'::regnamespace and not t.tgisinternal and t.tgenabled = 'O' order by 1, 2`,
  )
  return rows
}

async function fillTable(client: pg.Client, table: TableEntry, parts: AsyncIterable<Buffer>): Promise<void> {
  const hash = createHash('sha256')
  let rows = 0
  async function* counted(): AsyncGenerator<Buffer> {
    for await (const part of parts) {
      hash.update(part)
      rows += countRows(part)
      yield part
    }
  }
  const into = client.query(copyFrom(`copy public.${quoted(table.name)} (${table.columns.map(quoted).join(', ')}) from stdin`))
  try {
    await pipeline(counted(), into)
  } catch (error) {
    throw new BackupError('restore.rows-refused', `Rows of ${table.name} were refused: ${(error as Error).message}`, { cause: error })
  }
  if (into.rowCount !== table.rows || rows !== table.rows || hash.digest('hex') !== table.sha256)
    throw new BackupError('restore.archive-damaged', `The archive changed while table ${table.name} was being read.`)
}
