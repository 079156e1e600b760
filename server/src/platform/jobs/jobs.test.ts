import pino from 'pino'
import { PgBoss } from 'pg-boss'
import { afterEach, expect, test } from 'vitest'
import { createTestDatabase } from '../../../test/kit.ts'
import { createMetrics } from '#platform/telemetry/telemetry.ts'
import { startJobs } from './jobs.ts'
import type { Job, Jobs } from './jobs.ts'

const database = await createTestDatabase()
const log = pino({ level: 'silent' })

const started: Jobs[] = []
afterEach(async () => {
  for (const jobs of started.splice(0)) await jobs.stop()
})

async function start(job: Job) {
  const metrics = createMetrics()
  const jobs = await startJobs(database.appAddress, [job], { log, metrics })
  started.push(jobs)
  const outcomes = async (): Promise<Record<string, number>> =>
    Object.fromEntries((await metrics.jobs.get()).values.map(({ labels, value }) => [labels.outcome, value]))
  return { jobs, outcomes }
}

/** Puts a job into the queue, as its schedule does. */
async function fall(name: string): Promise<void> {
  const boss = new PgBoss({
    ...database.appAddress,
    schema: 'job_queue',
    migrate: false,
    createSchema: false,
    supervise: false,
    schedule: false,
  })
  boss.on('error', () => {})
  await boss.start()
  await boss.send(name)
  await boss.stop({ graceful: false })
}

/** A job, and a promise of its next run. */
function watched(name: string, run: () => void = () => {}): { job: Job; ran: Promise<void> } {
  const { promise, resolve } = Promise.withResolvers<void>()
  return {
    job: {
      name,
      schedule: '0 0 1 1 *',
      run: async () => {
        resolve()
        run()
      },
    },
    ran: promise,
  }
}

test('a job’s schedule is kept in the database', async () => {
  await start({ name: 'kept', schedule: '7 0 * * *', run: async () => {} })
  const rows = await database.asOwner('select cron, timezone from job_queue.schedule where name = $1', ['kept'])
  expect(rows).toEqual([{ cron: '7 0 * * *', timezone: 'UTC' }])
})

test('what fell due while no server ran is done at the next start', async () => {
  const before = await start({ name: 'due', schedule: '0 0 1 1 *', run: async () => expect.unreachable() })
  await before.jobs.stop()
  await fall('due')
  const { job, ran } = watched('due')
  const { jobs, outcomes } = await start(job)
  await ran
  await jobs.stop()
  expect(await outcomes()).toEqual({ done: 1 })
})

test('a job that fails is counted, and stays to be tried again', async () => {
  const before = await start({ name: 'failing', schedule: '0 0 1 1 *', run: async () => expect.unreachable() })
  await before.jobs.stop()
  await fall('failing')
  const { job, ran } = watched('failing', () => {
    throw new Error('not today')
  })
  const { jobs, outcomes } = await start(job)
  await ran
  await jobs.stop()
  expect(await outcomes()).toEqual({ failed: 1 })
  expect(await database.asOwner(`select state::text from job_queue.job where name = 'failing'`)).toEqual([{ state: 'retry' }])
})
