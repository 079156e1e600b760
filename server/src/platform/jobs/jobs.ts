import { PgBoss } from 'pg-boss'
import type { DatabaseAddress } from '#platform/database/connection.ts'
import type { Log, Metrics } from '#platform/telemetry/telemetry.ts'

// Work that nobody waits for, kept in PostgreSQL so that a restart loses none of it. A job is written to run twice
// without harm: after a crash it starts again.

export interface Job {
  /** Dotted: `sessions.purge`. */
  name: string
  /** Five-field cron expression, UTC. */
  schedule: string
  /** After which a run counts as lost and another may begin; ten minutes if missing. */
  limitMinutes?: number
  run: () => Promise<void>
}

export interface Jobs {
  stop(): Promise<void>
}

/** Starts working on `jobs`; each runs on one server at a time, whatever number of them shares the database. */
export async function startJobs(address: DatabaseAddress, jobs: readonly Job[], to: { log: Log; metrics: Metrics }): Promise<Jobs> {
  const boss = new PgBoss({
    ...(typeof address === 'string' ? { connectionString: address } : address),
    schema: 'job_queue',
    // `luytre migrate` made the schema, as its owner.
    migrate: false,
    createSchema: false,
    max: 3,
  })
  // The pool reconnects by itself; a lost database is told by the health check.
  boss.on('error', error => to.log.warn({ err: error }, 'jobs'))
  await boss.start()
  for (const job of jobs) {
    await boss.createQueue(job.name, {
      policy: 'singleton',
      retryLimit: 2,
      expireInSeconds: (job.limitMinutes ?? 10) * 60,
      retentionSeconds: 86_400,
    })
    await boss.work(job.name, { pollingIntervalSeconds: 10 }, async () => {
      try {
        await job.run()
        to.metrics.jobs.inc({ job: job.name, outcome: 'done' })
      } catch (error) {
        to.metrics.jobs.inc({ job: job.name, outcome: 'failed' })
        to.log.error({ err: error, job: job.name }, 'job failed')
        throw error
      }
    })
    await boss.schedule(job.name, job.schedule)
  }
  return { stop: () => boss.stop({ graceful: true, timeout: 10_000 }) }
}
