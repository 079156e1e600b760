import pino from 'pino'
import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client'
import { describeError } from './describe-error.ts'

export type Log = pino.Logger

/**
 * Logs JSON lines to standard error; standard output is kept for what a command answers. Bodies, cookies and
 * query strings are never logged: they may hold personal data or secrets. Of an error no more than `describeError` says.
 */
export function createLog(level: string, to: pino.DestinationStream = pino.destination({ dest: 2, sync: true })): Log {
  return pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime, serializers: { err: describeError } }, to)
}

/** Counters of one running server. What each means: docs/reference/metrics.md. */
export function createMetrics() {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry, prefix: 'luytre_' })
  const registers = [registry]
  return {
    registry,
    requestSeconds: new Histogram({
      name: 'luytre_http_request_seconds',
      help: 'Time from the head of a request to the end of its answer, by operation and status.',
      labelNames: ['operation', 'status'],
      buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10],
      registers,
    }),
    internalErrors: new Counter({
      name: 'luytre_http_internal_errors_total',
      help: 'Requests that ended in a defect of this program.',
      registers,
    }),
    signIns: new Counter({
      name: 'luytre_sign_ins_total',
      help: 'Attempts to sign in, by outcome: accepted, refused, or locked (whatever the password was).',
      labelNames: ['outcome'],
      registers,
    }),
    backupMadeAt: new Gauge({
      name: 'luytre_backup_made_at_seconds',
      help: 'When the last good backup of LUYTRE_BACKUP_DIRECTORY was made, in seconds since 1970; its age is time() less this. 0: none yet.',
      registers,
    }),
    backupBytes: new Gauge({ name: 'luytre_backup_bytes', help: 'Size of the last good backup.', registers }),
    ledgerSealed: new Counter({ name: 'luytre_ledger_sealed_lines_total', help: 'Ledger lines chained by this process.', registers }),
    ledgerPosition: new Gauge({ name: 'luytre_ledger_position', help: 'Position of the last sealed ledger line.', registers }),
    eventStreams: new Gauge({
      name: 'luytre_event_streams',
      help: 'Browsers that hear of changes from this process now.',
      registers,
    }),
    eventStreamsEnded: new Counter({
      name: 'luytre_event_streams_ended_total',
      help: 'Streams of changes that ended, by reason: left (the browser), slow (it did not read), session-ended, stopping (this process).',
      labelNames: ['reason'],
      registers,
    }),
    jobs: new Counter({ name: 'luytre_jobs_total', help: 'Jobs run, by name and outcome.', labelNames: ['job', 'outcome'], registers }),
    mails: new Counter({
      name: 'luytre_mails_total',
      help: 'Attempts to send a mail, by outcome: accepted, later (not now or not reached), refused, unknown (it may have gone out), not sent.',
      labelNames: ['outcome'],
      registers,
    }),
    databaseErrors: new Counter({ name: 'luytre_database_connection_errors_total', help: 'Database connections lost.', registers }),
  }
}
export type Metrics = ReturnType<typeof createMetrics>
