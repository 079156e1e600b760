import { createBell } from '#platform/ledger/bell.ts'
import type { Log, Metrics } from '#platform/telemetry/telemetry.ts'

// Work that cannot wait for the minute of a schedule: done again and again, at once when something rings. It keeps in the
// database what is to be done, so that a restart loses none of it, and every server may run it.

export interface Loop {
  /** There may be something to do. */
  ring(): void
  /** Resolves when the run under way is over. */
  stop(): Promise<void>
}

export interface LoopOptions {
  /** As the metrics name it: `mail.send`. */
  name: string
  everyMs: number
  /** After a ring: long enough for a burst to be one run, and for the transaction that rang to be over. */
  soonMs?: number
  run: () => Promise<unknown>
  log: Log
  metrics: Metrics
}

export function startLoop({ name, everyMs, soonMs = 300, run, log, metrics }: LoopOptions): Loop {
  const bell = createBell()
  let isStopping = false
  let isFailing = false

  async function once(): Promise<void> {
    try {
      await run()
      isFailing = false
    } catch (error) {
      metrics.jobs.inc({ job: name, outcome: 'failed' })
      // One line when a fault begins and none while it lasts: an error line wakes somebody.
      if (!isFailing) log.error({ err: error, job: name }, 'job failed')
      isFailing = true
    }
  }

  async function work(): Promise<void> {
    while (!isStopping) {
      await once()
      if (!isStopping) await bell.wait({ quietMs: everyMs, soonMs: isFailing ? everyMs : soonMs })
    }
  }

  const working = work()
  return {
    ring: () => bell.soon(),
    stop: async () => {
      isStopping = true
      bell.now()
      await working
    },
  }
}
