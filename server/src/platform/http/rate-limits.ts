import rateLimit from '@fastify/rate-limit'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { Problem } from './problem.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Whoever asks with a session is counted by `countSession` when it is found: by account, not by address. */
    countsSession?: boolean
  }
}

/** How many sessions are known by their tokens at a time; who falls out counts by address again, for one request. */
const knownMax = 20_000
const timeWindow = 60_000

export interface RateLimits {
  /** Notes that a session was found by this token. Throws a Problem when whoever it belongs to has asked too often. */
  countSession(request: FastifyRequest, token: string, userId: string | null): Promise<void>
  /** Notes that no session is found by this token. */
  forget(token: string): void
}

/**
 * Bounds how often somebody may ask, each minute: whoever is signed in by account, so that a whole ministry can work behind
 * one address; everybody else by address (an IPv6 network of 64 bits is one), before anything is looked up for them.
 * Files of the web app do not count: a first visit loads a hundred, later ones none.
 */
export async function registerRateLimits(
  app: FastifyInstance,
  options: { requestsPerMinute: number; tokenOf: (request: FastifyRequest) => string | undefined },
): Promise<RateLimits> {
  const max = options.requestsPerMinute
  const known = new Set<string>()
  const askers = new WeakMap<FastifyRequest, string>()
  const tooMany = (ttl: number): Problem => new Problem(429, 'request.rate-limited', { params: { seconds: Math.ceil(ttl / 1000) } })

  await app.register(rateLimit, {
    max,
    timeWindow,
    cache: 20_000,
    hook: 'onRequest',
    allowList: request => {
      if (request.routeOptions.url === '/assets/*') return true
      // Guesses of passwords and links count by address, whatever session they come with.
      if (typeof request.routeOptions.config.rateLimit === 'object') return false
      const token = options.tokenOf(request)
      return request.routeOptions.config.countsSession === true && token !== undefined && known.has(token)
    },
    errorResponseBuilder: (_request, { ttl }) => tooMany(ttl),
  })
  const countAccount = app.createRateLimit({ max, timeWindow, allowList: [], keyGenerator: request => askers.get(request)! })

  return {
    async countSession(request, token, userId) {
      known.delete(token)
      known.add(token)
      if (known.size > knownMax) known.delete(known.values().next().value!)
      askers.set(request, userId ?? token)
      const count = await countAccount(request)
      if (!count.isAllowed && count.isExceeded) throw tooMany(count.ttl)
    },
    forget: token => void known.delete(token),
  }
}
