import { setTimeout as delay } from 'node:timers/promises'
import { sql } from 'kysely'
import { inSystemWork } from '#platform/database/connection.ts'
import type { Connection } from '#platform/database/connection.ts'
import type { Sealer } from '#platform/ledger/sealer.ts'

// The sealer of a running server needs a second; a transaction that somebody left open delays it, and a backup does not wait for
// that: what has no seal yet is in it all the same and gets one after a restore.
const limitMs = 5000
const pollMs = 50

/** Has everything sealed that is written by now, by this sealer or by another one that is at work. */
export async function sealFirst(connection: Connection, sealer: Sealer): Promise<void> {
  const newest = await inSystemWork(connection.db, system =>
    system.selectFrom('ledgerLine').select('id').orderBy('txid', 'desc').orderBy('id', 'desc').limit(1).executeTakeFirst(),
  )
  if (!newest) return
  for (const end = performance.now() + limitMs; performance.now() < end; await delay(pollMs)) {
    await sealer.sealNow()
    const { rows } = await inSystemWork(connection.db, system =>
      sql<{ isSealed: boolean }>`select exists (select from ledger_seal where line_id = ${newest.id}) as is_sealed`.execute(system),
    )
    if (rows[0]!.isSealed) return
  }
}
