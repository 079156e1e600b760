import { sql } from 'kysely'
import type { Work } from '#platform/database/work.ts'
import { ownRows } from '#platform/permissions/reach.ts'

export interface LedgerStateRow {
  position: number | null
  /** Of the own organisation's last lines, the oldest that is not sealed. */
  waitingSince: Date | null
  checkpointPosition: number | null
  checkpointAt: Date | null
  keyId: string | null
}

/** Lines that are looked at for one that waits: more than a busy second writes. */
const lastLines = 200

export async function selectLedgerState(work: Work): Promise<LedgerStateRow> {
  const { rows } = await sql<LedgerStateRow>`
    select (select max(position) from ledger_seal) as position,
      (select min(line.at) from (select id, at from ledger_line where ${ownRows(work)} order by id desc limit ${lastLines}) as line
        where not exists (select from ledger_seal where ledger_seal.line_id = line.id)) as waiting_since,
      checkpoint.position as checkpoint_position, checkpoint.at as checkpoint_at, checkpoint.key_id
    from (select) as one left join (select position, at, key_id from ledger_checkpoint order by position desc limit 1) as checkpoint on true`.execute(
    work.db,
  )
  return rows[0]!
}
