import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Log, Metrics } from '#platform/telemetry/telemetry.ts'
import { describeProblem } from './describe-problem.ts'
import { Problem } from './problem.ts'

// The one place where what went wrong becomes an answer: application/problem+json (RFC 9457).

interface Coded {
  code?: unknown
  statusCode?: unknown
}

/** PostgreSQL's and Fastify's own refusals that are the caller's matter, not a defect. */
function asProblem(error: unknown): Problem | undefined {
  if (error instanceof Problem) return error
  const { code, statusCode } = error as Coded
  switch (code) {
    case '23505': // unique_violation: somebody else was quicker
    case '23P01': // exclusion_violation
    case '40001': // serialization_failure
    case '40P01': // deadlock_detected
      return new Problem(409, 'record.conflict')
    case '22021': // character_not_in_repertoire: a NUL in a text
    case '22P05':
    case '22003': // numeric_value_out_of_range
    case '22008': // datetime_field_overflow
      return new Problem(422, 'request.invalid')
    case 'FST_ERR_CTP_BODY_TOO_LARGE':
      return new Problem(413, 'request.too-large')
  }
  if (typeof statusCode === 'number' && statusCode >= 400 && statusCode < 500) return new Problem(statusCode, 'request.unreadable')
  return undefined
}

export function answerError(
  error: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
  to: { log: Log; metrics: Metrics },
): FastifyReply {
  let problem = asProblem(error)
  if (!problem) {
    // An error line wakes somebody: only our own defects get one.
    to.log.error({ err: error, method: request.method, route: request.routeOptions.url }, 'request failed')
    to.metrics.internalErrors.inc()
    problem = new Problem(500, 'internal')
  }
  return reply
    .code(problem.status)
    .header('content-type', 'application/problem+json; charset=utf-8')
    .send(JSON.stringify(describeProblem(problem, request.headers['accept-language'])))
}
