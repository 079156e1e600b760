import type pg from 'pg'

// One moment of the whole database, for whoever reads all of it: a proof, an export, a backup.

/**
 * Runs `run` in a transaction that only reads, sees all rows as they are now (or as `snapshot` sees them) and every value as the
 * same text wherever it runs. It takes as long as it takes, and keeps neither writers nor the sealer waiting. The connection goes
 * back idle, or is thrown away.
 */
export async function inSnapshot<T>(pool: pg.Pool, run: (client: pg.PoolClient) => Promise<T>, snapshot?: string): Promise<T> {
  const client = await pool.connect()
  let failure: Error | undefined
  try {
    await client.query('begin transaction isolation level repeatable read read only')
    if (snapshot !== undefined) await client.query(`set transaction snapshot '${snapshot}'`)
    await client.query(
      `set local statement_timeout = 0; set local idle_in_transaction_session_timeout = 0; set local timezone = 'UTC'; set local datestyle = 'ISO';
       set local intervalstyle = 'postgres'; set local bytea_output = 'hex'; set local extra_float_digits = 1; set local client_encoding = 'UTF8'`,
    )
    await client.query(`select set_config('luytre.system', 'on', true)`)
    return await run(client)
  } catch (error) {
    failure = error as Error
    throw error
  } finally {
    await client.query('rollback').catch((error: Error) => (failure ??= error))
    client.release(failure)
  }
}

/** Lets others see what this connection sees, while its transaction lasts. */
export async function exportSnapshot(client: pg.PoolClient): Promise<string> {
  const { rows } = await client.query<{ snapshot: string }>(`select pg_export_snapshot() as snapshot`)
  return rows[0]!.snapshot
}
