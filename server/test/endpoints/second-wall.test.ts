import { describe, expect, test } from 'vitest'
import { appRole } from '#platform/database/migrate.ts'
import { makeWorld } from './world.ts'

// The second wall itself, table by table as the database lists them: who works for one organisation neither sees,
// changes nor adds rows of another, and who works for none sees nothing.

const { database, authority, agency } = await makeWorld()

/** Tables whose rows belong to an organisation, with the column that says so. */
const tables = (
  await database.asOwner<{ name: string; column: string }>(
    `select table_name as name, column_name as column from information_schema.columns
     where table_schema = 'public' and (column_name = 'organisation_id' or (table_name = 'organisation' and column_name = 'id')) order by 1`,
  )
).map(table => ({ ...table, column: `"${table.column}"` }))

/** In a transaction of the server's role for one organisation (or none), which is rolled back. */
async function asServer<T>(
  organisationId: string | undefined,
  run: (query: (text: string, values?: unknown[]) => Promise<{ rowCount: number | null }>) => Promise<T>,
): Promise<T> {
  const client = await database.app.pool.connect()
  try {
    await client.query('begin')
    if (organisationId) await client.query(`select set_config('luytre.organisation', $1, true)`, [organisationId])
    return await run((text, values = []) => client.query(text, values))
  } finally {
    await client.query('rollback')
    client.release()
  }
}

const refusal = async (run: Promise<unknown>): Promise<string> =>
  run.then(
    () => 'done',
    (error: { code?: string }) => error.code ?? 'unknown',
  )

test('every table stands behind it, the owner of the tables too', async () => {
  const open = await database.asOwner<{ relname: string }>(
    `select relname from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and relname !~ 'migration' and not (relrowsecurity and relforcerowsecurity)`,
  )
  expect(open).toEqual([])
})

test('the server is neither superuser nor owner, and passes no wall', async () => {
  const [role] = await database.asOwner('select rolsuper, rolbypassrls, rolcreaterole, rolcreatedb from pg_roles where rolname = $1', [
    appRole,
  ])
  expect(role).toEqual({ rolsuper: false, rolbypassrls: false, rolcreaterole: false, rolcreatedb: false })
  const owned = await database.asOwner('select tablename from pg_tables where schemaname = $1 and tableowner = $2', ['public', appRole])
  expect(owned).toEqual([])
})

describe.each(tables)('$name', ({ name, column }) => {
  test('shows no row of another organisation, and none without an organisation', async () => {
    const { rowCount: foreign } = await asServer(authority.organisationId, query =>
      query(`select 1 from ${name} where ${column} = $1`, [agency.organisationId]),
    )
    const { rowCount: nobodys } = await asServer(undefined, query => query(`select 1 from ${name}`))
    expect({ foreign, nobodys }).toEqual({ foreign: 0, nobodys: 0 })
  })

  test('lets no row of another organisation be changed, removed, taken or added', async () => {
    const { organisationId } = authority
    const changes = {
      update: `update ${name} set ${column} = ${column} where ${column} = $1`,
      delete: `delete from ${name} where ${column} = $1`,
    }
    for (const [what, text] of Object.entries(changes)) {
      const outcome = await refusal(
        asServer(organisationId, async query => expect((await query(text, [agency.organisationId])).rowCount, what).toBe(0)),
      )
      // 42501: the role may not even try.
      expect(['done', '42501'], `${what}: ${outcome}`).toContain(outcome)
    }
    const give = asServer(
      organisationId,
      async query => (await query(`update ${name} set ${column} = $1`, [agency.organisationId])).rowCount,
    )
    const outcome = await give.catch((error: { code?: string }) => error.code)
    // Nothing to give away, or refused.
    expect([0, '42501'], 'a row is given away').toContain(outcome)
    const add = asServer(organisationId, query => query(`insert into ${name} (${column}) values ($1)`, [agency.organisationId]))
    expect(await refusal(add), 'a row is added').toBe('42501')
  })
})
