import { z } from 'zod'
import { endpoint } from '#platform/http/endpoint.ts'
import { uuid } from '#platform/http/uuid.ts'

export const ledgerLine = z.strictObject({
  id: uuid,
  at: z.iso.datetime(),
  actor: z.strictObject({ id: uuid, name: z.string() }).nullable(),
  verb: z.string(),
  recordType: z.string(),
  recordId: uuid,
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
  reads: [],
  query: z.strictObject({
    recordType: z.string().max(60).optional(),
    recordId: uuid.optional(),
    before: uuid.optional(),
    limit: z.coerce.number().int().min(1).max(200).default(50),
  }),
  returns: z.strictObject({ lines: z.array(ledgerLine), next: uuid.nullable() }),
})
