import { CamelCasePlugin, Kysely, PostgresDialect, sql } from 'kysely'
import pg from 'pg'
import type { Database } from './tables.gen.ts'
import type { Actor, Work } from './work.ts'

export interface Address {
  host: string
  port: number
  user: string
  database: string
}

/** Where a PostgreSQL is: a URL, or the parts of an address on a socket. */
export type DatabaseAddress = string | Address

// One place decides how values come back: bigint as number (a ledger of 2^53 lines is far away, and a larger value
// throws rather than loses digits), dates as text (a calendar day has no zone).
const types: pg.CustomTypesConfig = {
  getTypeParser: ((oid: number, format?: 'text' | 'binary') => {
    if (oid === 20) {
      return (text: string) => {
        const value = Number(text)
        if (!Number.isSafeInteger(value)) throw new RangeError(`bigint ${text} does not fit a number`)
        return value
      }
    }
    if (oid === 1082) return (text: string) => text
    return pg.types.getTypeParser(oid, format)
  }) as pg.CustomTypesConfig['getTypeParser'],
}

/**
 * How queries are planned, on whatever server: an index is read nearly as fast as a table in order, as on every disk without
 * a moving arm; what a screen waits for is over before helping processes are started, and takes no other screen's processor.
 */
const planning = '-c random_page_cost=1.1 -c max_parallel_workers_per_gather=0 -c jit=off'

export interface Connection {
  db: Kysely<Database>
  pool: pg.Pool
  close(): Promise<void>
}

/** A pool of at most `size` connections. A lost connection is reported to `onError` and never ends the process. */
export function connect(address: DatabaseAddress, options: { size?: number; onError?: (error: Error) => void } = {}): Connection {
  const pool = new pg.Pool({
    ...(typeof address === 'string' ? { connectionString: address } : address),
    max: options.size ?? 10,
    connectionTimeoutMillis: 10_000,
    statement_timeout: 30_000,
    idle_in_transaction_session_timeout: 60_000,
    options: planning,
    types,
  })
  const onError = options.onError ?? (() => {})
  pool.on('error', onError)
  pool.on('connect', client => client.on('error', onError))
  const db = new Kysely<Database>({
    dialect: new PostgresDialect({ pool }),
    plugins: [new CamelCasePlugin({ maintainNestedObjectKeys: true })],
  })
  return {
    db,
    pool,
    async close() {
      await db.destroy()
      // Kysely ends a pool only if a query went through it.
      if (!pool.ending) await pool.end()
    },
  }
}

/**
 * Runs one piece of work in a transaction that the database knows actor and organisation of: row-level security
 * shows the organisation's rows and no others.
 */
export async function inWork<T>(db: Kysely<Database>, actor: Actor, run: (work: Work) => Promise<T>, now = new Date()): Promise<T> {
  return db.transaction().execute(async transaction => {
    await sql`select set_config('luytre.actor', ${actor.userId ?? ''}, true), set_config('luytre.organisation', ${actor.organisationId}, true)`.execute(
      transaction,
    )
    return run({ db: transaction, actor, now })
  })
}

/** Runs the program's own work (sealing, signing in, cleaning up), which belongs to no one organisation. */
export async function inSystemWork<T>(db: Kysely<Database>, run: (db: Work['db']) => Promise<T>): Promise<T> {
  return db.transaction().execute(async transaction => {
    await sql`select set_config('luytre.system', 'on', true)`.execute(transaction)
    return run(transaction)
  })
}
