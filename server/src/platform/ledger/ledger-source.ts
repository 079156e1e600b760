import type { Finding, Note } from './findings.ts'
import type { SignedPosition } from './signed-position.ts'

// What `verify` reads, whether it comes from a database or from an exported file.

/** The columns beside the body, as the database writes them: instants in UTC, ids in lower case. */
export interface LineColumns {
  at: string
  organisationId: string | null
  actorId: string | null
  verb: string
  recordType: string
  recordId: string
}

/** `'withheld'`: an export without payloads says only that there is one. */
export type Payload = 'withheld' | { salt: string | null; content: string | null; erasedBy: string | null; organisationId?: string | null }

/** One seal with the line that it names. */
export interface StoredLine {
  position: number
  lineId: string
  hash: string
  /** Null when the line is gone. */
  body: string | null
  /** Null in an export, which carries the body alone. */
  columns: LineColumns | null
  payload: Payload | null
}

/** A line without a seal that should have one: it lies before lines that are sealed. */
export interface UnsealedLine {
  lineId: string
  body: string
}

/** A signed statement about the chain and where it was found. */
export interface Statement {
  signed: SignedPosition
  /** `database`, `export`, or the file's path. */
  place: string
}

export interface LedgerSource {
  statements: readonly Statement[]
  /** What has no place in the order of the chain: a text that should be a statement, a record that cannot be read. May grow
   *  while `lines` is being read. */
  faults: readonly Finding[]
  notes: readonly Note[]
  /** Lines that the sealer must have passed over, in its order, the first `passedOverMax` of `count`. */
  passedOver: { lines: readonly UnsealedLine[]; count: number }
  /** Lines that wait for the sealer. */
  tail: number
  /** Every seal by position, in batches. */
  lines(): AsyncIterable<readonly StoredLine[]>
}

export const passedOverMax = 10_000
