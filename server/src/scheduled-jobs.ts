import { takeNextEffect } from '#capacity/departures/departures.ts'
import { carryNeeds, foldReadyCounts } from '#capacity/needs/needs.ts'
import type { Config } from '#platform/config/config.ts'
import { inSystemWork, inWork } from '#platform/database/connection.ts'
import type { Connection } from '#platform/database/connection.ts'
import type { Work } from '#platform/database/work.ts'
import { sweepFiles } from '#platform/files/files.ts'
import type { FileStore } from '#platform/files/files.ts'
import { purgeExpired } from '#platform/identity/sessions.ts'
import { removeOldPreviews } from '#platform/imports/previews.ts'
import type { Job } from '#platform/jobs/jobs.ts'
import { writeDigests } from '#platform/notifications/digests.ts'
import { removeOldNotifications } from '#platform/notifications/notifications.ts'
import { extendHalfYears, listOrganisationIds, programActor } from '#platform/organisations/organisations.ts'
import { noticeRules } from './notice-rules.ts'

/** What the server does by the clock. */
export function scheduledJobs(
  connection: Connection,
  files: FileStore,
  { importPreviewDays, publicUrl }: Pick<Config, 'importPreviewDays'> & { publicUrl: () => string },
  now: () => Date = () => new Date(),
): Job[] {
  /** Runs one piece of work after the other, as the program itself, for each organisation in a transaction of its own. */
  async function forEachOrganisation(name: string, run: (work: Work) => Promise<void | 'again'>): Promise<void> {
    for (const id of await inSystemWork(connection.db, listOrganisationIds))
      while ((await inWork(connection.db, programActor(id, `job:${name}`), run, now())) === 'again');
  }

  const job = (name: string, schedule: string, run: (work: Work) => Promise<void | 'again'>): Job => ({
    name,
    schedule,
    run: () => forEachOrganisation(name, run),
  })

  return [
    { name: 'sessions.purge', schedule: '*/5 * * * *', run: () => inSystemWork(connection.db, system => purgeExpired(system, now())) },
    job('half-years.extend', '7 0 * * *', extendHalfYears),
    // Every ten minutes: the day begins at midnight of the authority, wherever that is.
    job('departures.take-effect', '2-59/10 * * * *', takeNextEffect),
    // Every hour, so that it also happens where the server is switched off at night.
    job('imports.clear', '23 * * * *', async work => ((await removeOldPreviews(work, importPreviewDays)) > 0 ? 'again' : undefined)),
    job('notifications.clear', '31 0 * * *', async work => ((await removeOldNotifications(work)) > 0 ? 'again' : undefined)),
    // Asked every hour: which of them is a working hour is the authority’s to say.
    job('mail.digest', '17 * * * *', work => writeDigests(work, noticeRules, publicUrl())),
    // Every hour: the day of an authority begins at its own midnight.
    job('needs.carry', '11 * * * *', carryNeeds),
    job('readiness.fold', '* * * * *', foldReadyCounts),
    { name: 'files.sweep', schedule: '41 * * * *', run: async () => void (await sweepFiles(connection, files, now())) },
  ]
}
