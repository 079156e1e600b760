import { z } from 'zod'
import { endpoint } from '#platform/http/endpoint.ts'

export const ledgerLine = z.strictObject({
  id: z.uuid(),
  at: z.iso.datetime(),
  actor: z.strictObject({ id: z.uuid(), name: z.string() }).nullable(),
  verb: z.string(),
  recordType: z.string(),
  recordId: z.uuid(),
  /** Null while the sealer has not chained it yet (less than a second). */
  position: z.int().nullable(),
})
export type LedgerLine = z.infer<typeof ledgerLine>

export const listLedger = endpoint({
  name: 'listLedger',
  method: 'GET',
  path: '/ledger',
  summary: 'The ledger of this organisation, newest first',
  needs: 'ledger.read',
  changes: [],
  query: z.strictObject({
    recordType: z.string().max(60).optional(),
    recordId: z.uuid().optional(),
    before: z.uuid().optional(),
    limit: z.coerce.number().int().min(1).max(200).default(50),
  }),
  returns: z.strictObject({ lines: z.array(ledgerLine), next: z.uuid().nullable() }),
})
