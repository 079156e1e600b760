// PostgreSQL tells in `detail` which row it refused, names of people included, and in the message of a data exception the
// value itself. Operators need to know what broke and where, not whose row it was.

/** What is logged of an error: its kind, code and place, and those of what caused it. */
export interface DescribedError {
  type: string
  code?: string
  table?: string
  constraint?: string
  stack: string
  cause?: DescribedError
}

// An error's cause has a cause …; three tell enough.
const deepest = 3

export function describeError(error: unknown, depth = 1): DescribedError {
  if (!(error instanceof Error)) return { type: typeof error, stack: '' }
  const { code, table, constraint, severity, cause } = error as Error & Record<'code' | 'table' | 'constraint' | 'severity', unknown>
  const isOfDatabase = typeof severity === 'string'
  const place = { code, table, constraint }
  return {
    type: error.name,
    ...Object.fromEntries(Object.entries(place).filter(([, value]) => typeof value === 'string')),
    stack: isOfDatabase ? framesOf(error) : (error.stack ?? error.message),
    ...(cause !== undefined && depth < deepest ? { cause: describeError(cause, depth + 1) } : {}),
  }
}

/** The stack without the message, which stands before its first frame and may quote a value. */
function framesOf({ stack = '', message }: Error): string {
  const end = message === '' ? 0 : stack.indexOf(message) + message.length
  return stack.slice(end).trimStart()
}
