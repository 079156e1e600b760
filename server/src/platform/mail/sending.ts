import { startLoop } from '#platform/jobs/loop.ts'
import { onLines } from '#platform/ledger/wake-up.ts'
import type { Log, Metrics } from '#platform/telemetry/telemetry.ts'
import { sendDueMails } from './sender.ts'
import type { SenderOptions } from './sender.ts'

/** Sends what is in the outbox until it is stopped: soon after a mail was written, and what is due again when it is. */
export function startSending(options: Omit<SenderOptions, 'countMail' | 'signal'>, { log, metrics }: { log: Log; metrics: Metrics }) {
  const countMail = (outcome: string): void => metrics.mails.inc({ outcome })
  const stopping = new AbortController()
  const run = (): Promise<unknown> => sendDueMails({ ...options, countMail, signal: stopping.signal })
  const loop = startLoop({ name: 'mail.send', everyMs: 5000, run, log, metrics })
  const stopListening = onLines(loop.ring)
  return {
    stop: async (): Promise<void> => {
      stopListening()
      stopping.abort()
      await loop.stop()
    },
  }
}
