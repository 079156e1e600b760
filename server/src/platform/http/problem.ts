/** A field of the request that is wrong: where it is and why, as a code that the web app translates. */
export interface ProblemField {
  /** Path in the body, dot-separated: `actions.2.dueOn`. */
  path: string
  code: string
  params?: Record<string, string | number>
}

export interface ProblemDetails {
  params?: Record<string, string | number>
  fields?: ProblemField[]
  /** For 412: the record as it is now, so that both states can be shown. */
  current?: unknown
}

/**
 * A mistake of the caller. Thrown once, turned into `application/problem+json` (RFC 9457) in one place.
 * `code` is stable, dotted, and has a text in every language under `problems.<code>` of the locales.
 */
export class Problem extends Error {
  readonly status: number
  readonly code: string
  readonly details: ProblemDetails

  constructor(status: number, code: string, details: ProblemDetails = {}) {
    super(code)
    this.name = 'Problem'
    this.status = status
    this.code = code
    this.details = details
  }
}

export const notFound = (record: string): Problem => new Problem(404, 'record.not-found', { params: { record } })

export const invalid = (...fields: ProblemField[]): Problem => new Problem(422, 'request.invalid', { fields })
