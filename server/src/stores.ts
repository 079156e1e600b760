import type { Config } from '#platform/config/config.ts'
import { refuseUnfinishedRestore } from '#platform/backup/restore.ts'
import { connect } from '#platform/database/connection.ts'
import type { Connection, DatabaseAddress } from '#platform/database/connection.ts'
import { makeDataDirectory } from '#platform/database/data-directory.ts'
import { embeddedOwner, findRunningPostgres, startEmbeddedPostgres } from '#platform/database/embedded-postgres.ts'
import { appRole } from '#platform/database/migrate.ts'
import type { Log, Metrics } from '#platform/telemetry/telemetry.ts'

// Where the data is: the embedded PostgreSQL in the data directory, or one of the operator's own by address.

const database = 'luytre'

export interface Stores {
  /** As the server connects. */
  app: DatabaseAddress
  /** As the schema's owner; absent when only the server's role was configured. */
  owner: DatabaseAddress | undefined
  /** Resolves when the embedded database has ended without being asked to. */
  lost: Promise<string>
  stop(): Promise<void>
}

/** For the server itself: starts the embedded database where no other is configured, and is the one to stop it. */
export async function openStores(config: Config, log: Log, options: { isRestoring?: boolean } = {}): Promise<Stores> {
  await makeDataDirectory(config.dataDirectory)
  if (!options.isRestoring) await refuseUnfinishedRestore(config.dataDirectory)
  if (config.databaseUrl) return notOurs(config.databaseUrl, config.databaseOwnerUrl)
  const server = await startEmbeddedPostgres({
    directory: config.dataDirectory,
    log: line => log.debug({ postgres: line }, 'database'),
    ...(config.postgresBinaries ? { binaries: config.postgresBinaries } : {}),
  })
  const address = { host: server.socketDirectory, port: server.port }
  const owner = { ...address, user: embeddedOwner, database: 'postgres' }
  await createDatabase(owner)
  let isStopping = false
  return {
    app: { ...address, user: appRole, database },
    owner: { ...owner, database },
    lost: server.exited.then(({ code, signal }) => (isStopping ? new Promise<string>(() => {}) : `the database ended (${signal ?? code})`)),
    stop: async () => {
      isStopping = true
      await server.stop()
    },
  }
}

/** Stores that somebody else starts and stops. */
const notOurs = (app: DatabaseAddress, owner: DatabaseAddress | undefined): Stores => ({
  app,
  owner,
  lost: new Promise(() => {}),
  stop: async () => {},
})

/** For a command: beside a running server its database is used, otherwise one is started for the command. */
export async function joinStores(config: Config, log: Log): Promise<Stores> {
  if (config.databaseUrl) return notOurs(config.databaseUrl, config.databaseOwnerUrl)
  await makeDataDirectory(config.dataDirectory)
  const running = await findRunningPostgres(config.dataDirectory)
  if (!running) return openStores(config, log)
  const address = { host: running.socketDirectory, port: running.port, database }
  return notOurs({ ...address, user: appRole }, { ...address, user: embeddedOwner })
}

async function createDatabase(owner: DatabaseAddress): Promise<void> {
  const admin = connect(owner, { size: 1 })
  try {
    const { rowCount } = await admin.pool.query('select from pg_database where datname = $1', [database])
    if (rowCount === 0) await admin.pool.query(`create database ${database}`)
  } finally {
    await admin.close()
  }
}

/** What the server demands of the role that it connects as; each sentence is one reason not to start. */
export async function findRoleFaults({ pool }: Connection): Promise<string[]> {
  const { rows } = await pool.query<{ fault: string }>(`
    select 'the role is a superuser' as fault from pg_roles where rolname = current_user and rolsuper
    union all select 'the role bypasses row-level security' from pg_roles where rolname = current_user and rolbypassrls
    union all select 'the role owns table ' || tablename from pg_tables where schemaname = 'public' and tableowner = current_user
    union all select 'the role may truncate ' || tablename from pg_tables where schemaname = 'public' and has_table_privilege(format('%I.%I', schemaname, tablename), 'TRUNCATE')
    union all select 'row-level security is not forced on ' || c.relname from pg_class c
      where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and not (c.relrowsecurity and c.relforcerowsecurity) and c.relname <> 'schema_migration'`)
  return rows.map(row => row.fault)
}

/** A pool as the server's role; refuses to work with a role that could go around the walls. */
export async function connectAsServer(stores: Stores, to: { log: Log; metrics: Metrics }): Promise<Connection> {
  const connection = connect(stores.app, {
    size: 20,
    onError: error => {
      to.metrics.databaseErrors.inc()
      to.log.warn({ err: error }, 'database connection lost')
    },
  })
  const faults = await findRoleFaults(connection)
  if (faults.length > 0) {
    await connection.close()
    throw new Error(`the database role is not fit for the server: ${faults.join('; ')}`)
  }
  return connection
}
