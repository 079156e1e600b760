import type { Mount } from '#platform/http/mount.ts'
import { listLedger } from './ledger.api.ts'
import { listLedgerLines } from './ledger-list.ts'

export function mountLedger(mount: Mount): void {
  mount(listLedger, (work, { query }) => listLedgerLines(work, query))
}
