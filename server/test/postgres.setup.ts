import { mkdtemp, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import pg from 'pg'
import type { TestProject } from 'vitest/node'
import { embeddedOwner, startEmbeddedPostgres } from '#platform/database/embedded-postgres.ts'
import { migrate } from '#platform/database/migrate.ts'

// One PostgreSQL for a run of the suite: the embedded one, or the one that LUYTRE_TEST_PG_BIN's programs make
// (CI runs Debian's 15 that way). Each test file gets a fresh database from one migrated template.

export interface TestPostgres {
  host: string
  port: number
  owner: string
  version: number
}

declare module 'vitest' {
  export interface ProvidedContext {
    postgres: TestPostgres
  }
}

export const templateDatabase = 'luytre_template'

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const directory = await mkdtemp(path.join(os.tmpdir(), 'luytre-test-'))
  const binaries = process.env['LUYTRE_TEST_PG_BIN']
  // The tests of durability start databases of their own; here speed is worth more than a power cut.
  const settings = { fsync: 'off', max_connections: '200' }
  const server = await startEmbeddedPostgres({ directory, settings, ...(binaries ? { binaries } : {}) })
  const address = { host: server.socketDirectory, port: server.port, user: embeddedOwner }
  const admin = new pg.Client({ ...address, database: 'postgres' })
  await admin.connect()
  await admin.query(`create database ${templateDatabase}`)
  await admin.end()
  await migrate({ ...address, database: templateDatabase })
  project.provide('postgres', { host: address.host, port: address.port, owner: embeddedOwner, version: server.version })
  return async () => {
    await server.stop()
    await rm(directory, { recursive: true, force: true })
  }
}
