import path from 'node:path'
import type { AddressInfo } from 'node:net'
import { listReportIds } from '#capacity/people/people.ts'
import type { Config } from '#platform/config/config.ts'
import { inSystemWork } from '#platform/database/connection.ts'
import { migrate } from '#platform/database/migrate.ts'
import { serveEvents } from '#platform/events/events.ts'
import type { Events } from '#platform/events/events.ts'
import { openFileStore } from '#platform/files/files.ts'
import { createHttpServer } from '#platform/http/server.ts'
import { servePages } from '#platform/http/pages.ts'
import { makeFirstLink } from '#platform/identity/identity.ts'
import { makeMailedLink } from '#platform/identity/mailed-links.ts'
import { startJobs } from '#platform/jobs/jobs.ts'
import type { Loop } from '#platform/jobs/loop.ts'
import { openKeyring } from '#platform/ledger/keyring.ts'
import { startSealer } from '#platform/ledger/sealer.ts'
import { selectNews, startNotifying } from '#platform/notifications/notifier.ts'
import { findAuthority } from '#platform/organisations/organisations.ts'
import { startSending } from '#platform/mail/sending.ts'
import { createMailer } from '#platform/mail/smtp.ts'
import type { Log } from '#platform/telemetry/telemetry.ts'
import { createMetrics } from '#platform/telemetry/telemetry.ts'
import { mountAreas } from './areas.ts'
import { findUnknownKeys, unknownKeysAdvice } from './ledger-keys.ts'
import { connectAsServer, openStores } from './stores.ts'
import { prepareDemo } from './demo/demo.ts'
import { planBackups } from './planned-backups.ts'
import { noticeRules } from './notice-rules.ts'
import { recordRules } from './record-rules.ts'
import { scheduledJobs } from './scheduled-jobs.ts'
import { version } from './version.ts'

export interface RunningServer {
  url: string
  /** How to sign in, for whoever started the server. */
  welcome: { firstLink?: string; demo?: { accounts: readonly { email: string; role: string }[]; password: string }; holdsDemo: boolean }
  /** Resolves, with the reason, when the server cannot go on. */
  lost: Promise<string>
  stop(): Promise<void>
}

/** Opens the stores, migrates what it owns, starts everything and listens. What was started is stopped if a later step fails. */
export async function serve(config: Config, log: Log, options: { isDemo: boolean }): Promise<RunningServer> {
  const stops: (() => Promise<void>)[] = []
  const stop = async (): Promise<void> => {
    for (const one of stops.splice(0).reverse()) await one().catch((error: unknown) => log.error({ err: error }, 'stopping'))
  }
  try {
    const metrics = createMetrics()
    const stores = await openStores(config, log)
    stops.push(stores.stop)
    if (stores.owner) await migrate(stores.owner)
    const connection = await connectAsServer(stores, { log, metrics })
    stops.push(connection.close)

    const keyring = await openKeyring({ dataDirectory: config.dataDirectory, keyFile: config.ledgerKeyFile })
    const unknownKeys = await findUnknownKeys(connection, config.dataDirectory)
    if (unknownKeys.length > 0) log.warn({ ownKey: keyring.keyId, unknownKeys }, `ledger: ${unknownKeysAdvice(unknownKeys)}`)
    let events: Events | undefined
    let notifier: Loop | undefined
    const sealer = startSealer({
      address: stores.app,
      keyring,
      dataDirectory: config.dataDirectory,
      outside: config.ledgerCheckpointsFile ? [config.ledgerCheckpointsFile] : [],
      onSealed: () => {
        events?.ring()
        notifier?.ring()
      },
      log,
      metrics,
    })
    stops.push(sealer.stop)

    let url = config.publicUrl ?? `http://localhost:${config.port}`
    const publicUrl = (): string => url
    const files = await openFileStore(connection, { dataDirectory: config.dataDirectory, maxBytes: config.maxFileBytes })
    const backups =
      config.backups && planBackups(config.backups, { connection, keyring, sealer, dataDirectory: config.dataDirectory, log, metrics })
    const jobs = await startJobs(
      stores.app,
      [...scheduledJobs(connection, files, { ...config, publicUrl }), ...(backups ? [backups.job] : [])],
      {
        log,
        metrics,
      },
    )
    stops.push(jobs.stop)
    // Before the jobs are waited for.
    if (backups) stops.push(backups.stop)

    const http = await createHttpServer({
      connection,
      log,
      metrics,
      version,
      publicUrl,
      trustedProxies: config.trustedProxies,
      requestsPerMinute: config.requestsPerMinute,
      areMetricsPublic: config.areMetricsPublic,
      findReportIds: listReportIds,
      checkHealth: async () => void (await connection.pool.query('select 1')),
      ...(backups ? { describeHealth: backups.describe } : {}),
    })
    mountAreas(http, { connection, publicUrl, metrics, sendsMail: config.smtp !== undefined, files, backups: config.backups, log })
    events = serveEvents(http, {
      connection,
      rules: recordRules,
      findNews: after => inSystemWork(connection.db, system => selectNews(system, after)),
      log,
      metrics,
    })
    // Also when a later step fails: what follows the ledger would keep the process from ending.
    stops.push(http.close)
    stops.push(events.stop)
    await servePages(http.app)

    const demo = options.isDemo ? await prepareDemo(connection, config.dataDirectory) : undefined
    const holdsDemo = (await inSystemWork(connection.db, findAuthority))?.isDemo === true
    // A demo has accounts that anybody at this machine can read: it never listens beyond it, however it was started.
    const host = holdsDemo ? '127.0.0.1' : config.host
    if (host !== config.host) log.warn({ host }, 'a demonstration listens on loopback only, not on LUYTRE_HOST')
    await http.app.listen({ port: config.port, host })
    if (!config.publicUrl) url = `http://localhost:${(http.app.server.address() as AddressInfo).port}`
    notifier = startNotifying({ connection, rules: noticeRules, publicUrl, onWritten: events.ring }, { log, metrics })
    stops.push(notifier.stop)
    const firstLink = await makeFirstLink(connection, url)
    if (config.smtp) {
      const mailer = createMailer(config.smtp)
      stops.push(startSending({ connection, mailer, makeLink: (work, mail) => makeMailedLink(work, mail, url) }, { log, metrics }).stop)
    }
    if (demo?.live) {
      const ending = new AbortController()
      const filled = demo
        .live(ending.signal)
        .catch((error: unknown) => log.error({ err: error }, 'the demonstration is not filled to its end'))
      stops.push(() => {
        ending.abort()
        return filled
      })
    }
    log.info({ url, data: path.relative(process.cwd(), config.dataDirectory) || '.' }, 'listening')
    return {
      url,
      welcome: {
        ...(firstLink ? { firstLink } : {}),
        ...(demo ? { demo: { accounts: demo.accounts, password: demo.password } } : {}),
        holdsDemo,
      },
      lost: stores.lost,
      stop,
    }
  } catch (error) {
    await stop()
    throw error
  }
}
