import pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { embeddedOwner } from '#platform/database/embedded-postgres.ts'
import { makeTestLedger } from '../../../test/ledger-kit.ts'

// What the server's role cannot do to the ledger, tried on a connection of that role.

const ledger = await makeTestLedger()
let app: pg.Client
const tables = ['ledger_line', 'ledger_payload', 'ledger_seal', 'ledger_checkpoint'] as const

beforeAll(async () => {
  await ledger.write(3)
  const sealer = ledger.startSealer()
  await ledger.sealAll(sealer)
  await sealer.stop()
  app = new pg.Client(ledger.database.appAddress)
  await app.connect()
  await app.query(`set luytre.system = 'on'`)
})
afterAll(() => app.end())

async function content(): Promise<unknown> {
  const rows: unknown[] = []
  for (const table of tables) rows.push(await ledger.database.asOwner(`select * from ${table} order by 1`))
  return rows
}

// 42501: insufficient_privilege.
async function expectRefused(statement: string): Promise<void> {
  const before = await content()
  await expect(app.query(statement), statement).rejects.toMatchObject({ code: '42501' })
  expect(await content()).toEqual(before)
}

describe.each(tables)('%s', table => {
  const [column] = { ledger_line: ['body'], ledger_payload: ['content'], ledger_seal: ['position'], ledger_checkpoint: ['position'] }[table]
  test.each([
    `update ${table} set ${column} = ${column}`,
    `delete from ${table}`,
    `truncate ${table} cascade`,
    `alter table ${table} add column note text`,
    `alter table ${table} disable trigger all`,
    `alter table ${table} disable trigger append_only`,
    `alter table ${table} disable row level security`,
    `alter table ${table} no force row level security`,
    `alter table ${table} owner to luytre_app`,
    `drop trigger append_only on ${table}`,
    `drop table ${table} cascade`,
    `create trigger mine before insert on ${table} for each row execute function refuse_ledger_change()`,
    `create rule mine as on insert to ${table} do instead nothing`,
    `create policy mine on ${table} using (true)`,
    `create index on ${table} (${column})`,
    `select ${column} from ${table} for update`,
    `do $$ begin lock table ${table} in access exclusive mode; end $$`,
    `insert into ${table} (${column}) select ${column} from ${table} on conflict do update set ${column} = excluded.${column}`.replace(
      'on conflict',
      `on conflict (${table === 'ledger_line' ? 'id' : table === 'ledger_payload' ? 'line_id' : 'position'})`,
    ),
  ])('refuses: %s', expectRefused)

  test('stays as it is even for a role that was granted too much', async () => {
    await ledger.database.asOwner(`grant update, delete, truncate on ${table} to luytre_app`)
    const before = await content()
    try {
      // The retention role will empty payloads: for the server's role only the missing right stands before that.
      if (table !== 'ledger_payload') await expectNoEffect(`update ${table} set ${column} = ${column}`)
      await expectNoEffect(`delete from ${table}`)
      await expect(app.query(`truncate ${table} cascade`)).rejects.toMatchObject({ code: '42501' })
    } finally {
      await ledger.database.asOwner(`revoke update, delete, truncate on ${table} from luytre_app`)
    }
    expect(await content()).toEqual(before)
  })

  // Seals and checkpoints have no policy for UPDATE and DELETE: no row is reached, so no trigger has to refuse.
  async function expectNoEffect(statement: string): Promise<void> {
    if (table === 'ledger_line' || table === 'ledger_payload') await expect(app.query(statement)).rejects.toMatchObject({ code: '42501' })
    else expect((await app.query(statement)).rowCount).toBe(0)
  }
})

test.each([
  `set role ${embeddedOwner}`,
  `set session authorization ${embeddedOwner}`,
  `set session_replication_role = replica`,
  `alter role luytre_app superuser`,
  `alter role luytre_app bypassrls`,
  `alter role luytre_app set session_replication_role = replica`,
  `create or replace function refuse_ledger_change() returns trigger language plpgsql as 'begin return new; end'`,
  `drop function refuse_ledger_change cascade`,
  `alter function luytre_is_system owner to luytre_app`,
  `create table ledger_line_2 as table ledger_line`,
  `copy ledger_line to program 'cat'`,
  `alter system set fsync = off`,
])('the role refuses: %s', expectRefused)

test('the role cannot give itself a right', async () => {
  // PostgreSQL answers with a warning and grants nothing.
  await app.query('grant all on ledger_line, ledger_payload, ledger_seal, ledger_checkpoint to luytre_app')
  await expectRefused('update ledger_line set body = body')
})

test('what the role makes for itself is never run by the owner, whose functions it may call', async () => {
  const functions = await ledger.database.asOwner<{ proname: string }>(
    `select proname from pg_proc where prosecdef and pronamespace = 'public'::regnamespace
       and not 'search_path=pg_catalog, public, pg_temp' = any(coalesce(proconfig, '{}'))`,
  )
  expect(functions).toEqual([])
  const other = new pg.Client(ledger.database.appAddress)
  await other.connect()
  try {
    await other.query(`
      create temporary table ready_post (like public.ready_post);
      grant all on ready_post to public;
      create function pg_temp.spy() returns trigger language plpgsql as 'begin perform set_config(''spy.ran_as'', current_user, false); return null; end';
      create trigger spy before delete on ready_post for each statement execute function pg_temp.spy();
      select place_ready('{}')`)
    const { rows } = await other.query(`select current_setting('spy.ran_as', true) as ran_as`)
    expect(rows[0].ran_as ?? '').toBe('')
  } finally {
    await other.end()
  }
})

test('without the setting of the program itself no seal can be written and no line be seen', async () => {
  const other = new pg.Client(ledger.database.appAddress)
  await other.connect()
  try {
    const [line] = await ledger.database.asOwner<{ id: string }>('select id from ledger_line limit 1')
    await expect(other.query(`insert into ledger_seal values (99, $1, '\\x00')`, [line!.id])).rejects.toMatchObject({ code: '42501' })
    await expect(other.query(`insert into ledger_checkpoint values (99, '\\x00', now(), 'k', '\\x00')`)).rejects.toMatchObject({
      code: '42501',
    })
    for (const table of tables) expect((await other.query(`select from ${table}`)).rowCount).toBe(0)
  } finally {
    await other.end()
  }
})
