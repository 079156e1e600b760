import { sql } from 'kysely'
import type { Db } from '#platform/database/work.ts'

// Sealed lines of the ledger in their order, for whoever reads on from a position. `system` works for the system: lines of
// every organisation, and of each only what it is about; what was in it stays where it is.

export interface FollowedLine {
  position: number
  at: Date
  organisationId: string
  actorId: string | null
  verb: string
  recordType: string
  recordId: string
}

/** Position of the last sealed line; 0 when there is none. */
export async function findHeadPosition(system: Db): Promise<number> {
  const { rows } = await sql<{ position: number }>`select coalesce(max(position), 0) as position from ledger_seal`.execute(system)
  return rows[0]!.position
}

/** At most `limit` lines after a position and up to another: all, or those of some verbs. */
export async function listSealedLines(
  system: Db,
  range: { after: number; upTo: number; limit: number; verbs?: readonly string[] },
): Promise<FollowedLine[]> {
  const { rows } = await sql<FollowedLine>`
    select seal.position, line.at, line.organisation_id, line.actor_id, line.verb, line.record_type, line.record_id
    from ledger_seal seal join ledger_line line on line.id = seal.line_id
    where seal.position > ${range.after} and seal.position <= ${range.upTo} and line.organisation_id is not null
      ${range.verbs ? sql`and line.verb = any(${[...range.verbs]}::text[])` : sql``}
    order by seal.position limit ${range.limit}`.execute(system)
  return rows
}
