import type { Mount } from '#platform/http/mount.ts'
import { getLedgerState as ledgerState, listLedger } from './ledger.api.ts'
import { listLedgerLines } from './ledger-list.ts'
import { getLedgerState } from './ledger-state.ts'

export function mountLedger(mount: Mount): void {
  mount(listLedger, (work, { query }) => listLedgerLines(work, query))
  mount(ledgerState, work => getLedgerState(work))
}
