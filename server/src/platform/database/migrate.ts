import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import path from 'node:path'
import pg from 'pg'
import { PgBoss } from 'pg-boss'
import type { DatabaseAddress } from './connection.ts'

/** The role that the server connects as: it owns nothing and cannot bypass row-level security. */
export const appRole = 'luytre_app'

const directory = path.join(import.meta.dirname, '../../../migrations/postgres')
// Any constant: two `migrate` at once take turns on it.
const migrationLock = 7_204_111

export interface Migrated {
  applied: string[]
  /** Number of the last migration that the database has. */
  at: number
}

const clientOf = (address: DatabaseAddress): pg.Client =>
  new pg.Client(typeof address === 'string' ? { connectionString: address } : address)

interface Migration {
  number: number
  /** Name of the file. */
  name: string
  text: string
  sha256: string
}

/** The migrations of this program, in order. */
export async function readMigrations(): Promise<Migration[]> {
  const names = (await readdir(directory)).filter(name => name.endsWith('.sql')).sort()
  return Promise.all(
    names.map(async name => {
      const text = await readFile(path.join(directory, name), 'utf8')
      return { number: Number(name.slice(0, 4)), name, text, sha256: createHash('sha256').update(text).digest('hex') }
    }),
  )
}

/**
 * Brings the schema up to date as its owner: every missing migration in order, each in its own transaction; only up to number
 * `to` for rows that were written under an older one. Throws when an applied file was changed since, or when the database is
 * newer than this program.
 */
export async function migrate(owner: DatabaseAddress, options: { to?: number } = {}): Promise<Migrated> {
  const client = clientOf(owner)
  await client.connect()
  try {
    await client.query('select pg_advisory_lock($1)', [migrationLock])
    await client.query(`do $$ begin
      if not exists (select from pg_roles where rolname = '${appRole}') then
        create role ${appRole} login nosuperuser nocreatedb nocreaterole nobypassrls noinherit;
      end if;
    exception when duplicate_object or unique_violation then null; -- another database of this cluster was quicker
    end $$`)
    await client.query(
      'create table if not exists schema_migration (number integer primary key, name text not null, sha256 text not null, applied_at timestamptz not null default now())',
    )
    const { rows } = await client.query<{ number: number; name: string; sha256: string }>(
      'select number, name, sha256 from schema_migration order by number',
    )
    const known = new Map(rows.map(row => [row.number, row]))
    const applied: string[] = []
    let at = 0
    for (const { number, name: file, text, sha256 } of await readMigrations()) {
      const before = known.get(number)
      known.delete(number)
      if (!before && number > (options.to ?? Infinity)) continue
      at = number
      if (before) {
        if (before.sha256 !== sha256) throw new Error(`migration ${file} was changed after it was applied; add a new one instead`)
        continue
      }
      await client.query('begin')
      try {
        await client.query(text)
        await client.query('insert into schema_migration (number, name, sha256) values ($1, $2, $3)', [number, file, sha256])
        await client.query('commit')
      } catch (error) {
        await client.query('rollback')
        throw new Error(`migration ${file} failed`, { cause: error })
      }
      applied.push(file)
    }
    if (known.size > 0)
      throw new Error(
        `the database has migrations that this program does not know (${[...known.keys()].join(', ')}): it was used by a newer version`,
      )
    await migrateJobs(owner, client)
    return { applied, at }
  } finally {
    await client.end()
  }
}

/** The job queue keeps its own schema; its owner makes it, the server's role only uses it. */
async function migrateJobs(owner: DatabaseAddress, client: pg.Client): Promise<void> {
  const boss = new PgBoss({
    ...(typeof owner === 'string' ? { connectionString: owner } : owner),
    schema: 'job_queue',
    supervise: false,
    schedule: false,
  })
  boss.on('error', () => {}) // a failed start rejects below
  await boss.start()
  await boss.stop({ graceful: false })
  await client.query(`grant usage on schema job_queue to ${appRole};
    grant select, insert, update, delete on all tables in schema job_queue to ${appRole};
    grant usage, select on all sequences in schema job_queue to ${appRole};
    grant execute on all functions in schema job_queue to ${appRole}`)
}
