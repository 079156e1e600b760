import type { FastifyReply, FastifyRequest } from 'fastify'
import { inSystemWork } from '#platform/database/connection.ts'
import type { Connection } from '#platform/database/connection.ts'
import type { Actor } from '#platform/database/work.ts'
import { Problem } from '#platform/http/problem.ts'
import type { HttpServer } from '#platform/http/server.ts'
import { apiHeaders } from '#platform/http/security-headers.ts'
import { startLoop } from '#platform/jobs/loop.ts'
import type { Log, Metrics } from '#platform/telemetry/telemetry.ts'
import { changesOf, mayHear, summarise } from './changes.ts'
import type { RecordRules, TellableChange } from './changes.ts'
import { findHeadPosition, listSealedLines } from './followed-lines.ts'
import { openStream } from './stream.ts'
import type { Stream } from './stream.ts'

// Live updates: each browser holds one stream, which says of which records the ledger tells something new. The ledger is the
// only source, so a change is told whoever made it and on whichever server, and a stream that broke reads on from the
// position where it was. Every server follows by itself and only while somebody listens.

// Of other servers' lines; our own sealer rings.
const everyMs = 1000
const soonMs = 30
const linesMax = 1000
/** A reader that was away for longer than this asks for everything anew. */
const catchUpLinesMax = 5000
/** What a page read just before its stream began may have changed already. */
const recentLines = 500
const recentMs = 60_000
/** Proxies cut what is silent for a minute; whoever may not listen any more hears nothing after this time. */
const beatEveryMs = 20_000
const streamsMax = 2000
const streamsOfUserMax = 12

export interface EventsOptions {
  connection: Connection
  rules: RecordRules
  /** Users with something new of their own (notifications) between two positions of the ledger, and how far that is known. */
  findNews?: (after: number | undefined) => Promise<{ upTo: number; userIds: readonly string[] }>
  log: Log
  metrics: Metrics
  beatMs?: number
}

export interface Events {
  /** Lines were sealed, or something else to tell was written. */
  ring(): void
  /** Ends every stream; to be called before the web server closes, which waits for them. */
  stop(): Promise<void>
}

interface Listener {
  sessionId: string
  actor: Actor
  stream: Stream
  beat: NodeJS.Timeout
}

/** Adds `GET /api/v1/events` to the web server, and follows the ledger for those who ask for it. */
export function serveEvents(http: Pick<HttpServer, 'app' | 'watchCaller'>, options: EventsOptions): Events {
  const { connection, rules, log, metrics } = options
  const { db } = connection
  const listeners = new Set<Listener>()
  /** Those who have come since the last round, with the position that they know. */
  let arriving: { listener: Listener; after: number | undefined }[] = []
  let position = 0
  /** An empty ledger is followed too, from 0. */
  let isFollowing = false
  let newsUpTo: number | undefined
  let isStopping = false

  http.app.get('/api/v1/events', { config: { countsSession: true } }, async (request, reply) => {
    const caller = await http.watchCaller(request)
    if (!caller) throw new Problem(401, 'session.required')
    const own = [...listeners].filter(({ actor }) => actor.userId === caller.actor.userId).length
    if (isStopping || listeners.size >= streamsMax || own >= streamsOfUserMax)
      throw new Problem(429, 'request.rate-limited', { params: { seconds: 60 } })
    accept(request, reply, caller)
  })

  function accept(request: FastifyRequest, reply: FastifyReply, caller: { sessionId: string; actor: Actor }): void {
    reply.hijack()
    reply.raw.writeHead(200, {
      ...apiHeaders,
      'cache-control': 'no-store, no-transform',
      'content-type': 'text/event-stream; charset=utf-8',
      // nginx would collect what comes before it passes it on.
      'x-accel-buffering': 'no',
    })
    const stream = openStream(reply.raw, reason => {
      clearInterval(listener.beat)
      listeners.delete(listener)
      metrics.eventStreams.set(listeners.size)
      metrics.eventStreamsEnded.inc({ reason })
    })
    const listener: Listener = { ...caller, stream, beat: setInterval(() => void beat(request, listener), options.beatMs ?? beatEveryMs) }
    listeners.add(listener)
    metrics.eventStreams.set(listeners.size)
    arriving.push({ listener, after: lastPosition(request) })
    loop.ring()
  }

  /** Sessions end and people change their place while a stream is open. */
  async function beat(request: FastifyRequest, listener: Listener): Promise<void> {
    try {
      const caller = await http.watchCaller(request, listener.sessionId)
      if (!caller) return listener.stream.end('session-ended')
      listener.actor = caller.actor
      // Not before it was told what it missed.
      if (!arriving.some(one => one.listener === listener)) listener.stream.beat(position)
    } catch (error) {
      log.debug({ err: error }, 'events: a session could not be checked')
    }
  }

  async function follow(): Promise<void> {
    if (listeners.size === 0) return void (isFollowing = false)
    const head = await inSystemWork(db, findHeadPosition)
    // The first to listen since nobody did, or a ledger that was restored from before.
    if (!isFollowing || head < position) position = head
    isFollowing = true
    const before = new Set(listeners)
    for (const { listener } of arriving) before.delete(listener)
    await tellLines(head, before)
    // One whose turn fails has it again in the next round.
    for (let next = arriving[0]; next; next = arriving[0]) {
      await welcome(next.listener, next.after)
      arriving.shift()
    }
    await tellNews()
  }

  async function tellLines(head: number, to: ReadonlySet<Listener>): Promise<void> {
    while (position < head) {
      const lines = await inSystemWork(db, system => listSealedLines(system, { after: position, upTo: head, limit: linesMax }))
      const changes = await changesOf(db, lines, rules)
      position = lines.length < linesMax ? head : lines.at(-1)!.position
      for (const listener of to) tell(listener, changes)
    }
  }

  function tell({ actor, stream }: Listener, changes: readonly TellableChange[]): void {
    const own = summarise(changes.filter(change => mayHear(actor, change)))
    if (own.length > 0) stream.tell(position, own)
  }

  async function welcome(listener: Listener, after: number | undefined): Promise<void> {
    // Beyond the end: a position of another ledger.
    const isKnown = after !== undefined && after <= position && position - after <= catchUpLinesMax
    if (after !== undefined && !isKnown) return listener.stream.tellAll(position)
    const from = isKnown ? after : Math.max(0, position - recentLines)
    const lines = await inSystemWork(db, system => listSealedLines(system, { after: from, upTo: position, limit: catchUpLinesMax }))
    const since = Date.now() - recentMs
    tell(listener, await changesOf(db, isKnown ? lines : lines.filter(line => line.at.getTime() >= since), rules))
    listener.stream.beat(position)
  }

  async function tellNews(): Promise<void> {
    if (!options.findNews) return
    const { upTo, userIds } = await options.findNews(newsUpTo)
    newsUpTo = upTo
    const users = new Set(userIds)
    for (const { actor, stream } of listeners)
      if (actor.userId && users.has(actor.userId)) stream.tellOwn({ type: 'notification', id: null })
  }

  const loop = startLoop({ name: 'events.follow', everyMs, soonMs, run: follow, log, metrics })
  return {
    ring: loop.ring,
    stop: async () => {
      isStopping = true
      arriving = []
      for (const { stream } of listeners) stream.end('stopping')
      await loop.stop()
    },
  }
}

/** Browsers send the header when they come back by themselves; the page's own new beginning names the position in the address. */
function lastPosition(request: FastifyRequest): number | undefined {
  const { after } = request.query as Record<string, unknown>
  const text = request.headers['last-event-id'] ?? after
  if (typeof text !== 'string' || !/^\d{1,15}$/.test(text)) return undefined
  return Number(text)
}
