/**
 * Faults of the surroundings, which carry a code and a sentence: no stack helps an operator with those. They are our own
 * (`disk-full`, `ledger.key-exposed`), the system's (ENOENT; not Node's ERR_…, which name a defect), and PostgreSQL's when
 * it cannot be reached or used: classes 08 connection, 28 authorisation, 3D no such database, 53 resources, 57 shut down.
 */
export function isFaultOfSurroundings(error: unknown): error is Error & { code: string } {
  if (!(error instanceof Error)) return false
  const { code } = error as { code?: unknown }
  return typeof code === 'string' && /^([a-z][a-z0-9.-]*|E(?!RR_)[A-Z0-9_]+|(08|28|3D|53|57)[0-9A-Z]{3})$/.test(code)
}
