import cookie from '@fastify/cookie'
import Fastify from 'fastify'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { inSystemWork, inWork } from '#platform/database/connection.ts'
import type { Connection } from '#platform/database/connection.ts'
import type { Actor } from '#platform/database/work.ts'
import { describeMe } from '#platform/identity/identity.ts'
import { absoluteLimitMs, endSessions, resolveSession, watchSession } from '#platform/identity/sessions.ts'
import type { FindReportIds, ResolvedSession } from '#platform/identity/sessions.ts'
import { scopeOf } from '#platform/permissions/permissions.ts'
import type { Log, Metrics } from '#platform/telemetry/telemetry.ts'
import type { AnyEndpoint, Download } from './endpoint.ts'
import { makeClosing } from './closing.ts'
import { once } from './idempotency.ts'
import type { Mount, MountedEndpoint, MountOpen, OpenCall } from './mount.ts'
import { apiPage } from './api-page.ts'
import { describeApi } from './openapi.ts'
import { Problem } from './problem.ts'
import { answerError } from './problem-answer.ts'
import { registerRateLimits } from './rate-limits.ts'
import { parseIfMatch, parseInput, parseJson, parseParams } from './read-request.ts'
import { apiHeaders, makeNonce, plainPageHeaders, strictTransport } from './security-headers.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Name of the endpoint behind the route, for the metrics. */
    operation?: string
  }
}

export interface HttpOptions {
  connection: Connection
  log: Log
  metrics: Metrics
  version: string
  /** Address that people type, without a path. Known for certain once the port is. */
  publicUrl: () => string
  trustedProxies: readonly string[]
  requestsPerMinute: number
  areMetricsPublic: boolean
  findReportIds: FindReportIds
  /** Throws when something that the server stands on is out of order. */
  checkHealth: () => Promise<void>
  /** What a healthy server says about itself beside its version. */
  describeHealth?: () => Promise<Record<string, unknown>>
  /** The clock; tests hand in their own. */
  now?: () => Date
}

export interface HttpServer {
  app: FastifyInstance
  mount: Mount
  mountOpen: MountOpen
  /**
   * Who asks, or who a session found before belongs to now, for what goes on without a person: it does not count as use of
   * the session. Undefined when nobody is signed in (any more).
   */
  watchCaller(request: FastifyRequest, sessionId?: string): Promise<ResolvedSession | undefined>
  /** Ends the server: what was asked before is answered, for ten seconds at most. */
  close(): Promise<void>
  /** Every endpoint that was mounted: the API's description and the generated tests are made from it. */
  endpoints: readonly AnyEndpoint[]
}

const jsonLimitBytes = 2_000_000
/** Sent by the web app (web/src/platform/call/attended.ts) with what nobody asked for by hand. */
const unattendedHeader = 'x-luytre-unattended'

const watchToken: typeof resolveSession = (connection, token, request) => watchSession(connection, { token }, request)

/** The web server without any endpoint; areas mount theirs, then the caller lets it listen. */
export async function createHttpServer(options: HttpOptions): Promise<HttpServer> {
  const { connection, log, metrics } = options
  const now = options.now ?? (() => new Date())
  const endpoints: AnyEndpoint[] = []
  const app = Fastify({
    bodyLimit: jsonLimitBytes,
    trustProxy: options.trustedProxies.length > 0 ? [...options.trustedProxies] : false,
    requestTimeout: 60_000,
    connectionTimeout: 120_000,
    exposeHeadRoutes: false,
    logger: false,
    // Everything is parsed by the endpoint's own declaration.
    routerOptions: { maxParamLength: 200 },
    // Addresses that the router cannot read come here without passing the hooks.
    frameworkErrors: (error, request, reply) => void answerError(error, request, reply.headers(apiHeaders), { log, metrics }),
  })
  const close = makeClosing(app)
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body))
  await app.register(cookie)
  const isSecure = (): boolean => options.publicUrl().startsWith('https:')
  const cookieName = (): string => (isSecure() ? '__Host-luytre_session' : 'luytre_session')
  const cookieOptions = () => ({ httpOnly: true, sameSite: 'lax' as const, path: '/', secure: isSecure(), maxAge: absoluteLimitMs / 1000 })
  const tokenOf = (request: FastifyRequest): string | undefined => {
    const token = request.cookies[cookieName()]
    return token?.length === 43 ? token : undefined
  }
  const rateLimits = await registerRateLimits(app, { requestsPerMinute: options.requestsPerMinute, tokenOf })

  app.addHook('onSend', async (request, reply) => {
    if (!reply.hasHeader('content-security-policy')) reply.headers(apiHeaders)
    if (isSecure()) reply.headers(strictTransport)
    if (request.url.startsWith('/api/')) reply.header('vary', 'Cookie, Accept-Language')
  })
  // Every answer of an endpoint, refusals too, timed from the head of its request.
  app.addHook('onResponse', async (request, reply) => {
    const { operation } = request.routeOptions.config
    if (operation) metrics.requestSeconds.observe({ operation, status: String(reply.statusCode) }, reply.elapsedTime / 1000)
  })
  app.setErrorHandler((error, request, reply) => answerError(error, request, reply, { log, metrics }))
  app.setNotFoundHandler((request, reply) =>
    answerError(new Problem(404, 'record.not-found', { params: { record: 'address' } }), request, reply, { log, metrics }),
  )

  /** Browsers name the origin of every request that changes something: another one is another site's form or script. */
  function refuseForeignOrigin(request: FastifyRequest): void {
    const { origin } = request.headers
    const site = request.headers['sec-fetch-site']
    const isOwn = origin === undefined ? site === 'same-origin' || site === 'none' : origin === options.publicUrl()
    if (!isOwn) throw new Problem(403, 'request.origin-refused', { params: { expected: options.publicUrl() } })
  }

  /** Once a session was looked up by its token: counts for whoever it belongs to, or leads back to the count by address. */
  async function noteSession(request: FastifyRequest, token: string, session: ResolvedSession | undefined): Promise<void> {
    if (session) await rateLimits.countSession(request, session.newToken ?? token, session.actor.userId)
    else rateLimits.forget(token)
  }

  async function findSession(request: FastifyRequest, reply: FastifyReply): Promise<(ResolvedSession & { token: string }) | undefined> {
    const token = tokenOf(request)
    if (!token) return undefined
    // What a page asks for by itself, while nobody is at it, keeps no session alive.
    const find = request.headers[unattendedHeader] === undefined ? resolveSession : watchToken
    const session = await find(connection, token, { origin: request.ip, now: now(), findReportIds: options.findReportIds })
    if (session?.newToken) reply.setCookie(cookieName(), session.newToken, cookieOptions())
    await noteSession(request, token, session)
    if (!session) return undefined
    return { ...session, token: session.newToken ?? token }
  }

  const sessions = new WeakMap<FastifyRequest, Awaited<ReturnType<typeof findSession>>>()

  const mustBeSignedIn = (): Problem => new Problem(401, 'session.required')

  function openCall(request: FastifyRequest, reply: FastifyReply, session: Awaited<ReturnType<typeof findSession>>): OpenCall {
    const at = now()
    const actor = session?.actor
    const need = <T>(value: T | undefined): T => {
      if (value === undefined) throw mustBeSignedIn()
      return value
    }
    return {
      caller: { origin: request.ip, userAgent: request.headers['user-agent'] ?? '', now: at },
      ...(actor ? { inOwnWork: run => inWork(connection.db, actor, run, at) } : {}),
      session: {
        actor: () => need(actor),
        token: () => need(session?.token),
        open: async token => {
          // One browser, one session: the one that it had before ends.
          if (session) await inSystemWork(connection.db, system => endSessions(system, { sessionId: session.sessionId }))
          reply.setCookie(cookieName(), token, cookieOptions())
          const opened = need(
            await resolveSession(connection, token, { origin: request.ip, now: at, findReportIds: options.findReportIds }),
          )
          return inWork(connection.db, opened.actor, describeMe, at)
        },
        close: () => void reply.clearCookie(cookieName(), cookieOptions()),
      },
    }
  }

  function readArguments(
    endpoint: AnyEndpoint,
    request: FastifyRequest,
  ): { params: unknown; query: unknown; body: unknown; upload: unknown; ifMatch: number | undefined } {
    const { query = z.strictObject({}), body, upload } = endpoint
    const bytes = request.body as Buffer | undefined
    const contentType = request.headers['content-type']
    const params = parseParams(request.params as Record<string, string>)
    const ifMatch = endpoint.versioned ? parseIfMatch(request.headers['if-match']) : undefined
    if (!upload) {
      const value = parseJson(bytes, contentType)
      if (!body && value !== undefined) throw new Problem(422, 'request.invalid', { fields: [{ path: '', code: 'unknown' }] })
      return { params, query: parseInput(query, request.query), body: body && parseInput(body, value), upload: undefined, ifMatch }
    }
    const { fileName: sent, ...others } = request.query as Record<string, unknown>
    const { fileName } = parseInput(z.strictObject({ fileName: z.string().min(1).max(255) }), { fileName: sent })
    const about = parseInput(query, others)
    const type = contentType?.split(';')[0]?.trim().toLowerCase() ?? ''
    if (!upload.contentTypes.includes(type))
      throw new Problem(415, 'request.unsupported-type', { params: { expected: upload.contentTypes.join(', ') } })
    if (!bytes || bytes.length === 0) throw new Problem(422, 'request.invalid', { fields: [{ path: '', code: 'required' }] })
    return { params, query: about, body: undefined, upload: { fileName: fileName.normalize('NFC'), bytes }, ifMatch }
  }

  function add(mounted: MountedEndpoint): void {
    const { endpoint } = mounted
    endpoints.push(endpoint)
    app.route({
      method: endpoint.method,
      url: `/api/v1${endpoint.path}`,
      ...(endpoint.upload ? { bodyLimit: endpoint.upload.maxBytes } : {}),
      config: {
        operation: endpoint.name,
        countsSession: true,
        // Whoever guesses passwords or links gets few tries, whatever address they guess from behind one proxy.
        ...(endpoint.needs === 'public' && endpoint.method !== 'GET'
          ? { rateLimit: { max: Math.ceil(options.requestsPerMinute / 10) } }
          : {}),
      },
      // After the count by address, and before the body is read: nobody fills the memory who may not call at all.
      preParsing: async (request, reply) => {
        if (endpoint.method !== 'GET') refuseForeignOrigin(request)
        const session = await findSession(request, reply)
        if (endpoint.needs !== 'public') {
          if (!session) throw mustBeSignedIn()
          if (!scopeOf(endpoint.needs, session.actor.roles))
            throw new Problem(403, 'permission.missing', { params: { permission: endpoint.needs } })
        }
        sessions.set(request, session)
      },
      handler: async (request, reply) => {
        const session = sessions.get(request)
        const args = readArguments(endpoint, request) as never
        const answer =
          mounted.kind === 'open'
            ? await mounted.handle(openCall(request, reply, session), args)
            : await runInWork(mounted, session!.actor, request, args)
        return send(endpoint, answer, reply)
      },
    })
  }

  async function runInWork(
    mounted: Extract<MountedEndpoint, { kind: 'work' }>,
    actor: Actor,
    request: FastifyRequest,
    args: never,
  ): Promise<unknown> {
    const key = request.headers['idempotency-key']
    const prepared = (await mounted.prepare?.(args)) as never
    const answer = await inWork(
      connection.db,
      actor,
      work => {
        const run = () => mounted.handle(work, args, prepared)
        if (typeof key !== 'string' || request.method !== 'POST' || mounted.endpoint.upload) return run()
        if (mounted.endpoint.secretAnswer) throw new Problem(400, 'idempotency.invalid')
        return once(
          work,
          {
            key,
            operation: `${request.method} ${request.url}`,
            ifMatch: request.headers['if-match'],
            bytes: (request.body as Buffer | undefined) ?? new Uint8Array(),
          },
          run,
        )
      },
      now(),
    )
    // What takes long and needs no database is done when the connection is free again.
    return typeof answer === 'function' ? (answer as () => Promise<Download>)() : answer
  }

  async function send(endpoint: AnyEndpoint, answer: unknown, reply: FastifyReply): Promise<unknown> {
    const { returns } = endpoint
    if (returns === undefined) return reply.code(204).send()
    if (returns === 'file') {
      const file = answer as Download
      return reply
        .header('content-type', file.contentType)
        .header('content-disposition', `attachment; filename*=UTF-8''${encodeURIComponent(file.fileName).replaceAll("'", '%27')}`)
        .send(Buffer.from(file.bytes.buffer, file.bytes.byteOffset, file.bytes.byteLength))
    }
    const checked = z.parse(returns, answer)
    if (typeof checked === 'object' && checked !== null && 'version' in checked && typeof checked.version === 'number')
      reply.header('etag', `"${checked.version}"`)
    // As bytes: a long text would be turned into them piece by piece while it is written.
    return reply.header('content-type', 'application/json; charset=utf-8').send(Buffer.from(JSON.stringify(checked)))
  }

  app.get('/health', { exposeHeadRoute: true }, async (_request, reply) => {
    try {
      await options.checkHealth()
    } catch (error) {
      log.error({ err: error }, 'health')
      return reply.code(503).send({ status: 'failing' })
    }
    return { status: 'ok', version: options.version, ...(await options.describeHealth?.()) }
  })
  app.get('/metrics', async (request, reply) => {
    // A proxy on this machine is local too: what it forwards is not.
    const isForwarded = 'x-forwarded-for' in request.headers || 'forwarded' in request.headers
    const isLocal = !isForwarded && ['127.0.0.1', '::1', '::ffff:127.0.0.1'].includes(request.ip)
    if (!isLocal && !options.areMetricsPublic) throw new Problem(403, 'permission.missing', { params: { permission: 'metrics' } })
    return reply.header('content-type', metrics.registry.contentType).send(await metrics.registry.metrics())
  })
  let description: Record<string, unknown> | undefined
  app.get('/api/openapi.json', async () => (description ??= describeApi(endpoints, options.version)))
  app.get('/api/docs', async (_request, reply) => {
    description ??= describeApi(endpoints, options.version)
    const nonce = makeNonce()
    return reply.headers(plainPageHeaders(nonce)).type('text/html; charset=utf-8').send(apiPage(description, nonce))
  })

  return {
    app,
    close,
    endpoints,
    watchCaller: async (request, sessionId) => {
      const token = tokenOf(request)
      const by = sessionId !== undefined ? { sessionId } : token !== undefined ? { token } : undefined
      const session = by && (await watchSession(connection, by, { origin: request.ip, now: now(), findReportIds: options.findReportIds }))
      if (token !== undefined && sessionId === undefined) await noteSession(request, token, session)
      return session
    },
    mount: (endpoint, handle, prepare) => add({ endpoint, kind: 'work', handle, prepare }),
    mountOpen: (endpoint, handle) => add({ endpoint: endpoint, kind: 'open', handle: handle }),
  }
}
