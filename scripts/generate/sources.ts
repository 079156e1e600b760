import { globSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { mountAreas } from '../../server/src/areas.ts'
import { connect } from '../../server/src/platform/database/connection.ts'
import { embeddedOwner, startEmbeddedPostgres } from '../../server/src/platform/database/embedded-postgres.ts'
import { generateTables } from '../../server/src/platform/database/generate-tables.ts'
import { migrate } from '../../server/src/platform/database/migrate.ts'
import type { AnyEndpoint } from '../../server/src/platform/http/endpoint.ts'
import { createLog, createMetrics } from '../../server/src/platform/telemetry/telemetry.ts'
import type { ListedEndpoint, ListedMetric } from './pages.ts'

// What the generated files are made from: the migrated schema, the mounted endpoints, the registered metrics.

/** Migrates an empty database of its own and reads the types of its tables. */
export async function tablesOfMigratedSchema(): Promise<string> {
  const directory = await mkdtemp(path.join(os.tmpdir(), 'luytre-generate-'))
  const server = await startEmbeddedPostgres({ directory, settings: { fsync: 'off' } })
  try {
    const address = { host: server.socketDirectory, port: server.port, user: embeddedOwner, database: 'postgres' }
    await migrate(address)
    return await generateTables(address)
  } finally {
    await server.stop()
    await rm(directory, { recursive: true, force: true })
  }
}

/** Every endpoint as the server mounts it, with its module. One that is declared and not mounted is a mistake. */
export async function mountedEndpoints(): Promise<ListedEndpoint[]> {
  const modules = new Map<unknown, string>()
  for (const file of globSync('server/src/**/*.api.ts')) {
    const exported = Object.values((await import(path.resolve(file))) as Record<string, unknown>)
    for (const value of exported) if (isEndpoint(value)) modules.set(value, path.basename(file, '.api.ts'))
  }
  const listed: ListedEndpoint[] = []
  const note = (endpoint: unknown): void => {
    listed.push({ module: modules.get(endpoint) ?? 'elsewhere', endpoint: endpoint as AnyEndpoint })
    modules.delete(endpoint)
  }
  // A pool connects when it is first asked for something; mounting asks for nothing.
  const connection = connect({ host: '/nowhere', port: 0, user: 'nobody', database: 'none' })
  mountAreas(
    { mount: note, mountOpen: note },
    {
      connection,
      sendsMail: false,
      publicUrl: () => '',
      metrics: createMetrics(),
      files: { directory: '', maxBytes: 0, id: '' },
      log: createLog('silent'),
    },
  )
  await connection.close()
  const forgotten = [...modules.keys()].map(endpoint => (endpoint as AnyEndpoint).name)
  if (forgotten.length > 0) throw new Error(`declared and not mounted: ${forgotten.join(', ')}`)
  return listed
}

const isEndpoint = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && 'method' in value && 'path' in value && 'needs' in value && 'changes' in value

/** The metrics of this program, and those that the library adds about the process. */
export function registeredMetrics(): { own: ListedMetric[]; ofRuntime: ListedMetric[] } {
  const { registry, ...ours } = createMetrics()
  const own = new Set(Object.values(ours).map(metric => (metric as unknown as { name: string }).name))
  const all = registry.getMetricsAsArray() as unknown as {
    name: string
    type?: string
    help: string
    labelNames?: string[]
    constructor: { name: string }
  }[]
  const listed = all.map(metric => ({
    name: metric.name,
    type: metric.constructor.name.toLowerCase(),
    help: metric.help,
    labels: metric.labelNames ?? [],
  }))
  registry.clear()
  return { own: listed.filter(({ name }) => own.has(name)), ofRuntime: listed.filter(({ name }) => !own.has(name)) }
}
