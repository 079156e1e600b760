import { inSystemWork, inWork } from '#platform/database/connection.ts'
import type { Connection } from '#platform/database/connection.ts'
import type { Work } from '#platform/database/work.ts'
import { migrate } from '#platform/database/migrate.ts'
import { findAuthority, programActor } from '#platform/organisations/organisations.ts'
import { createMetrics } from '#platform/telemetry/telemetry.ts'
import { connectAsServer, joinStores } from '../stores.ts'
import type { Stores } from '../stores.ts'
import { CommandError } from './command.ts'
import type { CommandCall } from './command.ts'

/** Opens the stores for one command and closes them after it. A running server owns an embedded database: then it says so. */
export async function withConnection<T>(call: CommandCall, run: (connection: Connection, stores: Stores) => Promise<T>): Promise<T> {
  const stores = await joinStores(call.config, call.log)
  try {
    if (stores.owner) await migrate(stores.owner)
    const connection = await connectAsServer(stores, { log: call.log, metrics: createMetrics() })
    try {
      return await run(connection, stores)
    } finally {
      await connection.close()
    }
  } finally {
    await stores.stop()
  }
}

/** Runs one piece of work for the authority, as the program itself. */
export async function asAuthority<T>(connection: Connection, run: (work: Work) => Promise<T>): Promise<T> {
  const authority = await inSystemWork(connection.db, findAuthority)
  if (!authority)
    throw new CommandError('setup.not-done', 'There is no authority yet: open the link that "luytre serve" prints, then come back.')
  return inWork(connection.db, programActor(authority.id, 'cli'), run)
}
