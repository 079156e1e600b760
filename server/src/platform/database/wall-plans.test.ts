import { beforeAll, expect, test } from 'vitest'
import { createTestDatabase, makeTestAuthority } from '../../../test/kit.ts'
import { inSystemWork } from './connection.ts'
import type { Db } from './work.ts'
import { sql } from 'kysely'

// Row-level security must not mislead the planner: who expects a handful of rows where there are thousands joins them one by one.

const database = await createTestDatabase()
const authority = await makeTestAuthority(database)
const people = 3000

beforeAll(async () => {
  const { organisationId } = authority
  await database.asOwner(
    `insert into person (id, organisation_id, name, name_culture, sort_key, search_key)
     select md5('person' || n)::uuid, $1, 'N', 'vi', 'n', 'n' from generate_series(1, ${people}) as n`,
    [organisationId],
  )
  await database.asOwner(
    `insert into unit (id, organisation_id) select md5('unit' || n)::uuid, $1 from generate_series(1, ${people}) as n`,
    [organisationId],
  )
  await database.asOwner(
    `insert into post (id, organisation_id, person_id, unit_id, title, valid)
     select md5('post' || n)::uuid, $1, md5('person' || n)::uuid, md5('unit' || n)::uuid, 't', '[2020-01-01,)' from generate_series(1, ${people}) as n`,
    [organisationId],
  )
  await database.asOwner('analyze person, unit, post')
})

async function expectedRows(db: Db): Promise<number> {
  const { rows } = await sql<{ 'QUERY PLAN': [{ Plan: { 'Plan Rows': number } }] }>`
    explain (format json) select from person join post on post.person_id = person.id join unit on unit.id = post.unit_id`.execute(db)
  return rows[0]!['QUERY PLAN'][0].Plan['Plan Rows']
}

test.each([
  ['the program itself', () => inSystemWork(database.app.db, expectedRows)],
  ['an organisation', () => authority.as({}, work => expectedRows(work.db))],
])('in work of %s a join over all people is planned for about as many rows as there are', async (_who, expected) => {
  const rows = await expected()
  expect(rows).toBeGreaterThan(people / 2)
  expect(rows).toBeLessThan(people * 2)
})
