import type { z } from 'zod'
import type { Work } from '#platform/database/work.ts'
import { invalid } from '#platform/http/problem.ts'
import type { EndpointResult } from '#platform/http/endpoint.ts'
import { reachOf } from '#platform/permissions/reach.ts'
import type { listLedger } from './ledger.api.ts'
import { selectLines } from './ledger-list.store.ts'

/** The organisation's lines, newest first; `before` is the last line of the page before. */
export async function listLedgerLines(
  work: Work,
  query: z.output<(typeof listLedger)['query'] & {}>,
): Promise<EndpointResult<typeof listLedger>> {
  reachOf(work, 'ledger.read')
  // A record is known by kind and id together, and so is the index.
  if (query.recordId !== undefined && query.recordType === undefined) throw invalid({ path: 'recordType', code: 'required' })
  const { recordType, recordId, before, limit } = query
  const rows = await selectLines(work, { recordType, recordId, before, limit: limit + 1 })
  const lines = rows.slice(0, limit)
  return {
    lines: lines.map(({ id, at, actorId, actorName, verb, recordType: kind, recordId: record, position }) => ({
      id,
      at: at.toISOString(),
      actor: actorId === null ? null : { id: actorId, name: actorName ?? '' },
      verb,
      recordType: kind,
      recordId: record,
      position,
    })),
    next: rows.length > limit ? lines.at(-1)!.id : null,
  }
}
