import type { Work } from '#platform/database/work.ts'
import type { LedgerState } from './ledger.api.ts'
import { selectLedgerState } from './ledger-state.store.ts'

/** The sealer works every second; a line that waits this long says that it stands still. */
const patienceMs = 60_000

export async function getLedgerState(work: Work): Promise<LedgerState> {
  const { position, waitingSince, checkpointPosition, checkpointAt, keyId } = await selectLedgerState(work)
  return {
    position,
    isBehind: waitingSince !== null && work.now.getTime() - waitingSince.getTime() > patienceMs,
    checkpoint: checkpointPosition === null ? null : { position: checkpointPosition, at: checkpointAt!.toISOString(), keyId: keyId! },
  }
}
