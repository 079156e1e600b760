import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { createTestDatabase } from '../../test/kit.ts'
import { prepareDemo } from './demo.ts'

// The demonstration looks like life: what it is there to show is in it.

const database = await createTestDatabase()
const directory = await mkdtemp(path.join(tmpdir(), 'luytre-demo-'))
afterAll(() => rm(directory, { recursive: true }))
const demo = await prepareDemo(database.app, directory)

const count = async (what: string): Promise<number> => (await database.asOwner(`select count(*)::int as n from ${what}`))[0]?.n as number

test('an installation that has an authority gets no second one', async () => {
  expect(await prepareDemo(database.app, directory)).toEqual({ accounts: demo!.accounts, password: demo!.password })
})

test('120 people in 12 units, some without an address, some who have not signed in yet', async () => {
  expect(await count('person')).toBe(120)
  expect(await count('unit')).toBe(12)
  expect(await count('person where email is null')).toBeGreaterThan(5)
  expect(await count(`user_account where password_hash is null`)).toBeGreaterThan(5)
  expect(await count('staffing_need')).toBe(10)
})

test('at first the plan of the first steps waits for its supervisor', async () => {
  expect(await count('development_plan where person_agreed_at is not null and supervisor_agreed_at is null')).toBe(1)
  expect(await count('development_plan')).toBe(1)
})

test('then three half-years fill in, each line of the ledger at its time', async () => {
  await demo!.live!(new AbortController().signal)
  expect(await count('development_plan')).toBeGreaterThan(140)
  expect(await count('(select 1 from development_plan group by half_year_id) as round')).toBe(3)
  expect(await count('development_plan where supervisor_agreed_at is null')).toBeGreaterThan(20)
  expect(await count('contest where answered_at is null')).toBeGreaterThan(0)
  expect(await count('contest where answered_at is not null')).toBeGreaterThan(0)
  expect(await count('(select person_id from post group by person_id having count(*) > 1) as moved')).toBe(2)
  expect(await count('ledger_line where at > now()')).toBe(0)
  // The last plan of the first steps is older by then than what came after it.
  expect(await count(`ledger_line where at < now() - interval '6 months'`)).toBeGreaterThan(500)
}, 400_000)
