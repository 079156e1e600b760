import path from 'node:path'
import type { AddressInfo } from 'node:net'
import { listReportIds } from '#capacity/people/people.ts'
import type { Config } from '#platform/config/config.ts'
import { inSystemWork, inWork } from '#platform/database/connection.ts'
import type { Connection } from '#platform/database/connection.ts'
import { migrate } from '#platform/database/migrate.ts'
import { createHttpServer } from '#platform/http/server.ts'
import { servePages } from '#platform/http/pages.ts'
import { makeFirstLink } from '#platform/identity/identity.ts'
import { purgeExpired } from '#platform/identity/sessions.ts'
import { removeOldPreviews } from '#platform/imports/previews.ts'
import { startJobs } from '#platform/jobs/jobs.ts'
import { openKeyring } from '#platform/ledger/keyring.ts'
import { startSealer } from '#platform/ledger/sealer.ts'
import { extendHalfYears, programActor } from '#platform/organisations/organisations.ts'
import type { Log } from '#platform/telemetry/telemetry.ts'
import { createMetrics } from '#platform/telemetry/telemetry.ts'
import { mountAreas } from './areas.ts'
import { findUnknownKeys, unknownKeysAdvice } from './ledger-keys.ts'
import { connectAsServer, openStores } from './stores.ts'
import { prepareDemo } from './demo/demo.ts'
import { version } from './version.ts'

export interface RunningServer {
  url: string
  /** How to sign in, for whoever started the server. */
  welcome: { firstLink?: string; demo?: { accounts: readonly { email: string; role: string }[]; password: string } }
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
    const sealer = startSealer({
      address: stores.app,
      keyring,
      dataDirectory: config.dataDirectory,
      outside: config.ledgerCheckpointsFile ? [config.ledgerCheckpointsFile] : [],
      log,
      metrics,
    })
    stops.push(sealer.stop)

    const jobs = await startJobs(
      stores.app,
      [
        {
          name: 'sessions.purge',
          schedule: '*/5 * * * *',
          run: () => inSystemWork(connection.db, system => purgeExpired(system, new Date())),
        },
        { name: 'half-years.extend', schedule: '7 0 * * *', run: () => extendAllHalfYears(connection) },
        // Every hour, so that it also happens where the server is switched off at night.
        { name: 'imports.clear', schedule: '23 * * * *', run: () => clearPreviews(connection, config.importPreviewDays) },
      ],
      { log, metrics },
    )
    stops.push(jobs.stop)

    let url = config.publicUrl ?? `http://localhost:${config.port}`
    const publicUrl = (): string => url
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
    })
    mountAreas(http, { connection, publicUrl, metrics })
    await servePages(http.app)

    const demo = options.isDemo ? await prepareDemo(connection, config.dataDirectory) : undefined
    // A demo has accounts that anybody at this machine can read: it never listens beyond it.
    const host = demo ? '127.0.0.1' : config.host
    await http.app.listen({ port: config.port, host })
    stops.push(() => http.app.close())
    if (!config.publicUrl) url = `http://localhost:${(http.app.server.address() as AddressInfo).port}`
    const firstLink = demo ? undefined : await makeFirstLink(connection, url)
    log.info({ url, data: path.relative(process.cwd(), config.dataDirectory) || '.' }, 'listening')
    return { url, welcome: { ...(firstLink ? { firstLink } : {}), ...(demo ? { demo } : {}) }, lost: stores.lost, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

async function extendAllHalfYears(connection: Connection): Promise<void> {
  const organisations = await inSystemWork(connection.db, system =>
    system.selectFrom('organisation').select('id').where('kind', '=', 'authority').execute(),
  )
  for (const { id } of organisations) await inWork(connection.db, programActor(id, 'job:half-years.extend'), extendHalfYears)
}

async function clearPreviews(connection: Connection, keptDays: number): Promise<void> {
  const organisations = await inSystemWork(connection.db, system => system.selectFrom('organisation').select('id').execute())
  for (const { id } of organisations) {
    const removeSome = () => inWork(connection.db, programActor(id, 'job:imports.clear'), work => removeOldPreviews(work, keptDays))
    while ((await removeSome()) > 0);
  }
}
