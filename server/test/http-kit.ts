import { mkdtemp, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import pino from 'pino'
import { afterAll } from 'vitest'
import { mountAreas } from '../src/areas.ts'
import { inSystemWork } from '#platform/database/connection.ts'
import { listReportIds } from '#capacity/people/people.ts'
import { openFileStore } from '#platform/files/files.ts'
import type { FileStore } from '#platform/files/files.ts'
import { createHttpServer } from '#platform/http/server.ts'
import type { HttpServer } from '#platform/http/server.ts'
import type { AnyEndpoint } from '#platform/http/endpoint.ts'
import { startSession } from '#platform/identity/sessions.ts'
import { createMetrics } from '#platform/telemetry/telemetry.ts'
import type { Metrics } from '#platform/telemetry/telemetry.ts'
import { testNow } from './kit.ts'
import type { TestDatabase } from './kit.ts'

// The web server as `luytre serve` makes it, on a test's database, without sealer and jobs: requests go in and answers
// come out through the whole of it.

export const testOrigin = 'http://localhost:8080'

/** One call of an endpoint. A header of `undefined` is left out, also one that is set by itself (origin). */
export interface TestCall {
  params?: Record<string, string>
  query?: Record<string, string | number>
  body?: unknown
  upload?: { fileName: string; contentType: string; bytes: Uint8Array }
  ifMatch?: number
  headers?: Record<string, string | undefined>
}

export interface TestAnswer {
  status: number
  headers: Record<string, unknown>
  /** As it came. */
  text: string
  /** Parsed where it is JSON. */
  body: any
}

export interface TestServer {
  http: HttpServer
  metrics: Metrics
  files: FileStore
  /** Lines that the server would have logged as errors. */
  errors: string[]
  /** A session cookie of a user, through the real session store. */
  signIn(userId: string): Promise<string>
  /** Calls an endpoint with a cookie, or as nobody. */
  callWith(cookie: string | undefined, endpoint: AnyEndpoint, call?: TestCall): Promise<TestAnswer>
  /** Any request, to any address. */
  send(request: {
    method: string
    url: string
    headers?: Record<string, string | undefined>
    payload?: Buffer | string
  }): Promise<TestAnswer>
}

/** Files are kept in a folder of the test's own, removed after its last test. */
export async function makeTestFiles(database: TestDatabase, options: { maxBytes?: number } = {}): Promise<FileStore> {
  const dataDirectory = await mkdtemp(path.join(os.tmpdir(), 'luytre-files-'))
  afterAll(() => rm(dataDirectory, { recursive: true, force: true }))
  return openFileStore(database.app, { dataDirectory, ...options })
}

const cookieName = 'luytre_session'

export async function makeTestServer(
  database: TestDatabase,
  options: {
    now?: () => Date
    requestsPerMinute?: number
    publicUrl?: string
    sendsMail?: boolean
    /** Of another server of the same database: they share one directory. */
    files?: FileStore
    mountMore?: (http: HttpServer) => void
  } = {},
): Promise<TestServer> {
  const now = options.now ?? (() => testNow)
  const publicUrl = (): string => options.publicUrl ?? testOrigin
  const metrics = createMetrics()
  const errors: string[] = []
  const log = pino({ level: 'error', base: null }, { write: line => void errors.push(line) })
  const http = await createHttpServer({
    connection: database.app,
    log,
    metrics,
    now,
    publicUrl,
    version: 'test',
    trustedProxies: [],
    requestsPerMinute: options.requestsPerMinute ?? 1_000_000,
    areMetricsPublic: false,
    findReportIds: listReportIds,
    checkHealth: async () => void (await database.app.pool.query('select 1')),
  })
  const files = options.files ?? (await makeTestFiles(database))
  mountAreas(http, { connection: database.app, sendsMail: options.sendsMail ?? false, publicUrl, metrics, files, log })
  options.mountMore?.(http)
  await http.app.ready()

  async function send({ method, url, headers = {}, payload }: Parameters<TestServer['send']>[0]): Promise<TestAnswer> {
    const sent = Object.fromEntries(Object.entries(headers).filter((entry): entry is [string, string] => entry[1] !== undefined))
    const answer = await http.app.inject({ method: method as 'GET', url, headers: sent, ...(payload === undefined ? {} : { payload }) })
    const isJson = answer.payload !== '' && (answer.headers['content-type']?.includes('json') ?? false)
    return { status: answer.statusCode, headers: answer.headers, text: answer.payload, body: isJson ? answer.json() : undefined }
  }

  return {
    http,
    files,
    metrics,
    errors,
    send,
    signIn: async userId => {
      const [membership] = await database.asOwner<{ id: string; organisation_id: string }>(
        'select id, organisation_id from membership where user_id = $1 and valid @> $2::date',
        [userId, now().toISOString().slice(0, 10)],
      )
      if (!membership) throw new Error(`no membership of user ${userId}`)
      const start = {
        userId,
        membershipId: membership.id,
        organisationId: membership.organisation_id,
        origin: '127.0.0.1',
        userAgent: 'test',
        now: now(),
      }
      return `${cookieName}=${await inSystemWork(database.app.db, system => startSession(system, start))}`
    },
    callWith: (cookie, endpoint, call = {}) => {
      const { params = {}, query = {}, body, upload, ifMatch, headers = {} } = call
      const url = new URL(
        `${testOrigin}/api/v1${endpoint.path.replaceAll(/:(\w+)/g, (_, name: string) => encodeURIComponent(params[name] ?? ''))}`,
      )
      for (const [name, value] of Object.entries(query)) url.searchParams.set(name, String(value))
      if (upload) url.searchParams.set('fileName', upload.fileName)
      const payload = upload ? Buffer.from(upload.bytes) : body === undefined ? undefined : JSON.stringify(body)
      return send({
        method: endpoint.method,
        url: url.pathname + url.search,
        headers: {
          cookie,
          origin: testOrigin,
          'content-type': upload ? upload.contentType : payload === undefined ? undefined : 'application/json',
          'if-match': ifMatch === undefined ? undefined : `"${ifMatch}"`,
          ...headers,
        },
        ...(payload === undefined ? {} : { payload }),
      })
    },
  }
}
