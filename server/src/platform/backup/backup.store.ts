import type pg from 'pg'
import { BackupError } from './backup-error.ts'
import { leftOut } from './left-out.ts'

// What a backup reads: the catalogue says which tables there are, so that none can be forgotten.

/** As `pg_class.relkind` has them: ordinary tables are copied; these hold no rows of their own, or belong to a table. */
const kindsWithoutRows = new Set(['v', 'i', 'I', 'c', 'S', 't'])

export interface ListedTable {
  name: string
  columns: string[]
  /** Reads every row with exactly these columns, as text. */
  copy: string
}

interface Relation {
  schema: string
  name: string
  kind: string
  isPart: boolean
  isReadable: boolean
  isWalled: boolean
  isOpenToSystem: boolean
}

/** Every table to be copied. Throws when the database holds something that a backup would silently miss. */
export async function listTables(client: pg.PoolClient): Promise<ListedTable[]> {
  const { rows: relations } = await client.query<Relation>(`
    select n.nspname as schema, c.relname as name, c.relkind as kind,
      exists (select from pg_inherits i where c.oid in (i.inhrelid, i.inhparent)) as "isPart",
      c.relkind <> 'r' or has_table_privilege(c.oid, 'SELECT') as "isReadable",
      c.relrowsecurity and not (select rolsuper or rolbypassrls from pg_roles where rolname = current_user) as "isWalled",
      exists (select from pg_policy p where p.polrelid = c.oid and p.polpermissive and p.polcmd in ('*', 'r')
          and pg_get_expr(p.polqual, p.polrelid) like '%luytre_is_system()%')
        and not exists (select from pg_policy p where p.polrelid = c.oid and not p.polpermissive and p.polcmd in ('*', 'r')) as "isOpenToSystem"
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where n.nspname not in ('information_schema', 'job_queue') and n.nspname not like 'pg\\_%'
    order by c.relname`)
  const faults = relations.flatMap(findFaults)
  const { rows: objects } = await client.query<{ n: number }>('select count(*)::int as n from pg_largeobject_metadata')
  if (objects[0]!.n > 0) faults.push(`${objects[0]!.n} large objects`)
  const { rows: keys } = await client.query<{ name: string; missing: string }>(
    `select conrelid::regclass::text as name, confrelid::regclass::text as missing from pg_constraint
     where contype = 'f' and connamespace = 'public'::regnamespace and confrelid::regclass::text = any($1) and not conrelid::regclass::text = any($1)`,
    [[...leftOut.keys()]],
  )
  faults.push(...keys.map(({ name, missing }) => `${name}, which refers to ${missing}, whose rows are left out`))
  if (faults.length > 0)
    throw new BackupError('backup.incomplete', `The backup would lack what it does not know how to copy: ${faults.join('; ')}.`)

  const names = relations.filter(({ kind, name }) => kind === 'r' && !leftOut.has(name)).map(({ name }) => name)
  const { rows: columns } = await client.query<{ table: string; column: string; type: string }>(
    `select c.relname as "table", a.attname as "column", format_type(a.atttypid, null) as type
     from pg_attribute a join pg_class c on c.oid = a.attrelid
     where c.relnamespace = 'public'::regnamespace and c.relname = any($1) and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
     order by c.relname, a.attnum`,
    [names],
  )
  const byTable = Map.groupBy(columns, column => column.table)
  return names.map(name => {
    const own = byTable.get(name) ?? []
    // Numbers of transactions start again in another cluster: what is restored is older than everything new (docs/decisions/0003).
    const values = own.map(({ column, type }) => (type === 'xid8' ? `'0'::xid8` : quoted(column)))
    return {
      name,
      columns: own.map(({ column }) => column),
      copy: `copy (select ${values.join(', ')} from public.${quoted(name)}) to stdout`,
    }
  })
}

function findFaults({ schema, name, kind, isPart, isReadable, isWalled, isOpenToSystem }: Relation): string[] {
  if (kindsWithoutRows.has(kind)) return []
  if (schema !== 'public') return [`${schema}.${name}, in a schema that is not this program's`]
  if (kind !== 'r' || isPart) return [`${name}, a kind of table that is not known here (${kind})`]
  if (leftOut.has(name)) return []
  if (!isReadable) return [`${name}, which the server's role may not read`]
  if (isWalled && !isOpenToSystem) return [`${name}, whose policies hide rows from the program itself`]
  return []
}

export const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`

/** Last values of sequences, read after the rows: a number that a row has is never given out again. */
export async function listSequences(client: pg.PoolClient): Promise<{ name: string; lastValue: number }[]> {
  const { rows } = await client.query<{ name: string; isReadable: boolean; lastValue: number | null }>(
    `select sequencename as name, has_sequence_privilege(format('%I.%I', schemaname, sequencename), 'SELECT') as "isReadable", last_value as "lastValue"
     from pg_sequences where schemaname = 'public' order by sequencename`,
  )
  const unreadable = rows.filter(row => !row.isReadable).map(row => row.name)
  if (unreadable.length > 0)
    throw new BackupError('backup.incomplete', `The server's role may not read the sequences ${unreadable.join(', ')}.`)
  return rows.flatMap(({ name, lastValue }) => (lastValue === null ? [] : [{ name, lastValue }]))
}

export async function listMigrations(client: pg.PoolClient): Promise<{ number: number; name: string; sha256: string }[]> {
  const { rows } = await client.query<{ number: number; name: string; sha256: string }>(
    'select number, name, sha256 from schema_migration order by number',
  )
  return rows
}

export async function describeLedger(client: pg.PoolClient): Promise<{ position: number; hash: string; unsealed: number }> {
  const { rows } = await client.query<{ position: number; hash: string }>(
    `select position, encode(hash, 'hex') as hash from ledger_seal order by position desc limit 1`,
  )
  const head = rows[0] ?? { position: 0, hash: '0'.repeat(64) }
  const { rows: counted } = await client.query<{ unsealed: number }>(
    `select (select count(*) from ledger_line) - (select count(*) from ledger_seal) as unsealed`,
  )
  return { ...head, unsealed: Math.max(0, counted[0]!.unsealed) }
}

export async function readServerVersion(client: pg.PoolClient): Promise<string> {
  const { rows } = await client.query<{ version: string }>(`select current_setting('server_version') as version`)
  return rows[0]!.version
}

/** The mark of the directory that the server keeps files in; undefined before the first one. */
export async function findStoreId(client: pg.PoolClient): Promise<string | undefined> {
  if (!(await existsTable(client, 'file_store'))) return undefined
  const { rows } = await client.query<{ id: string }>('select id from file_store')
  return rows[0]?.id
}

const sumsAtOnce = 10_000

/** SHA-256 of every kept file, once each, in order. */
export async function* listKeptSums(client: pg.PoolClient): AsyncGenerator<string, undefined> {
  if (!(await existsTable(client, 'stored_file'))) return undefined
  for (let after = ''; ;) {
    const { rows } = await client.query<{ sha256: string }>(
      `select distinct sha256 collate "C" as sha256 from stored_file where sha256 collate "C" > $1 order by 1 limit ${sumsAtOnce}`,
      [after],
    )
    for (const { sha256 } of rows) yield sha256
    if (rows.length < sumsAtOnce) return undefined
    after = rows.at(-1)!.sha256
  }
}

/** A database of before has fewer tables. */
async function existsTable(client: pg.PoolClient, name: string): Promise<boolean> {
  const { rows } = await client.query<{ exists: boolean }>(`select to_regclass($1) is not null as exists`, [`public.${name}`])
  return rows[0]!.exists
}
