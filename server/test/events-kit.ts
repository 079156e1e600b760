import { mkdtemp, rm } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import os from 'node:os'
import path from 'node:path'
import pino from 'pino'
import { afterAll, vi } from 'vitest'
import type { Change } from '#platform/events/changes.ts'
import { serveEvents } from '#platform/events/events.ts'
import type { Events, EventsOptions } from '#platform/events/events.ts'
import { openKeyring } from '#platform/ledger/keyring.ts'
import { startSealer } from '#platform/ledger/sealer.ts'
import type { Sealer } from '#platform/ledger/sealer.ts'
import { createMetrics } from '#platform/telemetry/telemetry.ts'
import { recordRules } from '../src/record-rules.ts'
import { makeTestServer } from './http-kit.ts'
import type { TestServer } from './http-kit.ts'
import type { TestDatabase } from './kit.ts'

// The web server with its live updates on a real port, and a sealer: streams are read over the line as browsers do.

const log = pino({ level: 'silent' })

export interface Heard {
  event: string
  id: string | undefined
  data: Change[]
}

export interface TestListener {
  status: number
  headers: Headers
  /** Everything that has come so far; beats that only carry a position are events without a name. */
  heard: Heard[]
  /** Resolves when something of this kind and id was told. */
  hear(type: string, id?: string | null): Promise<Change>
  /** Resolves when the stream is over. */
  ended: Promise<void>
  leave(): void
}

export interface TestEventServer {
  server: TestServer
  url: string
  events: Events
  listen(cookie: string | undefined, headers?: Record<string, string>): Promise<TestListener>
}

/** For the calling test file, at its top level. */
export async function makeTestEvents(
  database: TestDatabase,
  options: Partial<EventsOptions> = {},
): Promise<TestEventServer & { sealer: Sealer }> {
  const server = await makeTestEventServer(database, options)
  return { ...server, sealer: await startTestSealer(database, server.events) }
}

/** The same with nothing sealed yet, as in the first seconds of a new installation. */
export async function makeTestEventServer(database: TestDatabase, options: Partial<EventsOptions> = {}): Promise<TestEventServer> {
  let events!: Events
  const server = await makeTestServer(database, {
    mountMore: http => {
      events = serveEvents(http, { connection: database.app, rules: recordRules, log, metrics: createMetrics(), ...options })
    },
  })
  await server.http.app.listen({ port: 0, host: '127.0.0.1' })
  const url = `http://127.0.0.1:${(server.http.app.server.address() as AddressInfo).port}`
  const listeners = new Set<TestListener>()
  afterAll(async () => {
    for (const listener of listeners) listener.leave()
    await events.stop()
    await server.http.close()
  })
  return {
    server,
    url,
    events,
    async listen(cookie, headers = {}) {
      const listener = await listen(`${url}/api/v1/events`, { ...(cookie ? { cookie } : {}), ...headers })
      listeners.add(listener)
      return listener
    },
  }
}

export async function startTestSealer(database: TestDatabase, events: Events): Promise<Sealer> {
  const dataDirectory = await mkdtemp(path.join(os.tmpdir(), 'luytre-events-'))
  const sealer = startSealer({
    address: database.appAddress,
    keyring: await openKeyring({ dataDirectory }),
    dataDirectory,
    onSealed: () => events.ring(),
    log,
  })
  afterAll(async () => {
    await sealer.stop()
    await rm(dataDirectory, { recursive: true, force: true })
  })
  return sealer
}

async function listen(url: string, headers: Record<string, string>): Promise<TestListener> {
  const leaving = new AbortController()
  const answer = await fetch(url, { headers, signal: leaving.signal })
  const heard: Heard[] = []
  const read = async (): Promise<void> => {
    let text = ''
    for await (const bytes of answer.body!.pipeThrough(new TextDecoderStream())) {
      text += bytes
      const blocks = text.split('\n\n')
      text = blocks.pop()!
      heard.push(...blocks.map(readBlock))
    }
  }
  const ended = read().catch(() => undefined)
  return {
    status: answer.status,
    headers: answer.headers,
    heard,
    hear: (type, id) =>
      vi.waitUntil(() => heard.flatMap(({ data }) => data).find(change => change.type === type && (id === undefined || change.id === id)), {
        timeout: 20_000,
        interval: 10,
      }),
    ended,
    leave: () => leaving.abort(),
  }
}

function readBlock(block: string): Heard {
  const fields = new Map(block.split('\n').map(line => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1).trim()]))
  const data = JSON.parse(fields.get('data') ?? '[]') as Change[]
  return { event: fields.get('event') ?? '', id: fields.get('id'), data: Array.isArray(data) ? data : [] }
}
