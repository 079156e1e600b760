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

export const ledgerState = z.strictObject({
  /** Of the last seal; null before the first line. */
  position: z.int().nullable(),
  /** A line has been waiting for its seal for more than a minute: the sealer stands still. */
  isBehind: z.boolean(),
  /** The last signed statement of where the chain stood. */
  checkpoint: z.strictObject({ position: z.int(), at: z.iso.datetime(), keyId: z.string() }).nullable(),
})
export type LedgerState = z.infer<typeof ledgerState>

export const getLedgerState = endpoint({
  name: 'getLedgerState',
  method: 'GET',
  path: '/ledger-state',
  summary: 'How far the ledger is sealed, and its last checkpoint',
  needs: 'ledger.read',
  changes: [],
  reads: [],
  returns: ledgerState,
})
