import type { ProblemField } from 'luytre/platform/http/problem.ts'

/** What the server refused, or `network` when it was not reached. Its text is `problems:<code>`. */
export class CallProblem extends Error {
  /** HTTP status; 0 when there was no answer. */
  readonly status: number
  readonly code: string
  readonly params: Record<string, string | number>
  readonly fields: ProblemField[]
  /** Of a 412: the record as it is now. */
  readonly current: unknown

  constructor(
    status: number,
    code: string,
    details: { params?: Record<string, string | number>; fields?: ProblemField[]; current?: unknown } = {},
  ) {
    super(code)
    this.name = 'CallProblem'
    this.status = status
    this.code = code
    this.params = details.params ?? {}
    this.fields = details.fields ?? []
    this.current = details.current
  }
}
