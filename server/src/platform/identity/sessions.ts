import { createHash, randomBytes } from 'node:crypto'
import { v7 as uuidv7 } from 'uuid'
import { inSystemWork } from '#platform/database/connection.ts'
import type { Connection } from '#platform/database/connection.ts'
import type { Actor, Db } from '#platform/database/work.ts'
import { dayIn } from '#platform/organisations/half-years.ts'
import type { Role } from '#platform/permissions/permissions.ts'
import * as store from './sessions.store.ts'

// Sessions by cookie. The token is random and kept as its hash; it changes at sign-in and every quarter of an hour.

export const idleLimitMs = 30 * 60_000
export const absoluteLimitMs = 12 * 3_600_000
const rotateAfterMs = 15 * 60_000
// Requests under way while the token changes still carry the old one.
const graceMs = 60_000
const touchAfterMs = 60_000
// Links that have run out, and answers to requests that were sent twice.
const keptAfterwardsMs = 86_400_000

export const hashToken = (token: string): Buffer => createHash('sha256').update(token).digest()
/** 256 random bits, base64url: 43 characters. */
export const makeToken = (): string => randomBytes(32).toString('base64url')

/** Ids of the people whose supervisor somebody is on a day. The people's module has the answer; the server hands it in. */
export type FindReportIds = (db: Db, organisationId: string, personId: string, today: string) => Promise<string[]>

export interface SessionStart {
  userId: string
  membershipId: string
  organisationId: string
  origin: string
  userAgent: string
  now: Date
}

/** Returns the token; only its hash is stored. `db` works for the system. */
export async function startSession(db: Db, start: SessionStart): Promise<string> {
  const token = makeToken()
  const { now, userAgent, ...who } = start
  await store.insertSession(db, { id: uuidv7(), tokenHash: hashToken(token), userAgent: userAgent.slice(0, 300), ...who }, now)
  return token
}

export interface ResolvedSession {
  sessionId: string
  actor: Actor
  /** Set when the token was changed: the cookie must carry this one from now on. */
  newToken?: string
}

interface SessionRequest {
  origin: string
  now: Date
  findReportIds: FindReportIds
}

/** Finds who a token belongs to; undefined when it is unknown, too old, or the account may not act any more. */
export async function resolveSession({ db }: Connection, token: string, request: SessionRequest): Promise<ResolvedSession | undefined> {
  const { now } = request
  const tokenHash = hashToken(token)
  return inSystemWork(db, async system => {
    const found = await store.findSession(system, { tokenHash })
    if (!found || !isAlive(found, now, tokenHash)) return undefined
    let newToken: string | undefined
    if (found.tokenHash.equals(tokenHash) && now.getTime() - found.rotatedAt.getTime() > rotateAfterMs) {
      const next = makeToken()
      // Of two requests at once only the first changes the token; the second goes on with the old one in its grace.
      if (await store.changeToken(system, found.id, tokenHash, hashToken(next), now)) newToken = next
    } else if (now.getTime() - found.lastSeenAt.getTime() > touchAfterMs) {
      await store.touchSession(system, found.id, now)
    }
    return { ...(await describeSession(system, found, request)), ...(newToken ? { newToken } : {}) }
  })
}

/**
 * The same for what happens without a person: nothing is written, so that the session neither lives longer for it nor gets
 * another token. By its id where it was resolved before.
 */
export async function watchSession(
  { db }: Connection,
  by: { token: string } | { sessionId: string },
  request: SessionRequest,
): Promise<ResolvedSession | undefined> {
  const tokenHash = 'token' in by ? hashToken(by.token) : undefined
  return inSystemWork(db, async system => {
    const found = await store.findSession(system, 'token' in by ? { tokenHash: tokenHash! } : by)
    return found && isAlive(found, request.now, tokenHash) ? describeSession(system, found, request) : undefined
  })
}

function isAlive(found: store.SessionRecord, now: Date, tokenHash: Buffer | undefined): boolean {
  const today = dayIn(found.timeZone, now)
  const isReplaced = tokenHash !== undefined && !found.tokenHash.equals(tokenHash)
  return (
    found.status === 'active' &&
    now.getTime() - found.createdAt.getTime() <= absoluteLimitMs &&
    now.getTime() - found.lastSeenAt.getTime() <= idleLimitMs &&
    today >= found.validFrom &&
    (found.validBefore === null || today < found.validBefore) &&
    !(isReplaced && now.getTime() - found.rotatedAt.getTime() > graceMs)
  )
}

async function describeSession(system: Db, found: store.SessionRecord, request: SessionRequest): Promise<ResolvedSession> {
  const { personId, organisationId, timeZone } = found
  const reportIds = personId ? await request.findReportIds(system, organisationId, personId, dayIn(timeZone, request.now)) : []
  const roles = [found.role as Role, ...(reportIds.length > 0 ? (['supervisor'] as const) : [])]
  return {
    sessionId: found.id,
    actor: { userId: found.userId, personId, organisationId, roles, reportIds, origin: request.origin },
  }
}

/** Ends one session, by its token or the one that was just replaced, or all of a user. `db` works for the system. */
export async function endSessions(db: Db, which: { token: string } | { userId: string } | { sessionId: string }): Promise<void> {
  if ('sessionId' in which) await store.deleteSession(db, which.sessionId)
  else if ('userId' in which) await store.deleteSessionsOf(db, which.userId)
  else await store.deleteSessionByToken(db, hashToken(which.token))
}

/** Removes what has run out; run by the jobs room. */
export async function purgeExpired(db: Db, now: Date): Promise<void> {
  const ago = (ms: number): Date => new Date(now.getTime() - ms)
  await store.deleteSessionsBefore(db, { seen: ago(idleLimitMs), created: ago(absoluteLimitMs) })
  await store.deleteLinksBefore(db, ago(keptAfterwardsMs))
  await store.deleteAnswersBefore(db, ago(keptAfterwardsMs))
}
