import { expect, test } from 'vitest'
import { makeTestFiles } from '../test/http-kit.ts'
import { createTestDatabase, makeTestAuthority, testNow } from '../test/kit.ts'
import { scheduledJobs } from './scheduled-jobs.ts'

const database = await createTestDatabase()
const { organisationId } = await makeTestAuthority(database)

const files = await makeTestFiles(database)

const run = (name: string, now: Date): Promise<void> =>
  scheduledJobs(database.app, files, { importPreviewDays: 30, publicUrl: () => 'http://localhost:8080' }, () => now)
    .find(job => job.name === name)!
    .run()
const codes = async (): Promise<string[]> =>
  (await database.asOwner<{ code: string }>('select code from half_year where organisation_id = $1 order by code', [organisationId])).map(
    row => row.code,
  )

test('half-years stay two years ahead, and a second run on the same day changes nothing', async () => {
  const atFirst = await codes()
  expect(atFirst).toEqual(['2026-H1', '2026-H2', '2027-H1', '2027-H2', '2028-H1', '2028-H2'])
  await run('half-years.extend', testNow)
  expect(await codes()).toEqual(atFirst)
  // At midnight in Hà Nội on the first of January, which is still December in Greenwich.
  await run('half-years.extend', new Date('2026-12-31T17:30:00Z'))
  expect(await codes()).toEqual([...atFirst, '2029-H1'])
})
