import type { Work } from '#platform/database/work.ts'
import { ownRows } from '#platform/permissions/reach.ts'

export interface LineFilter {
  recordType: string | undefined
  recordId: string | undefined
  before: string | undefined
  limit: number
}

export function selectLines(work: Work, filter: LineFilter) {
  return work.db
    .selectFrom('ledgerLine as line')
    .leftJoin('ledgerSeal as seal', 'seal.lineId', 'line.id')
    .leftJoin('userAccount as account', 'account.id', 'line.actorId')
    .select([
      'line.id',
      'line.at',
      'line.actorId',
      'account.displayName as actorName',
      'line.verb',
      'line.recordType',
      'line.recordId',
      'seal.position',
    ])
    .where(ownRows(work, 'line.organisation_id'))
    .$if(filter.recordType !== undefined, query => query.where('line.recordType', '=', filter.recordType!))
    .$if(filter.recordId !== undefined, query => query.where('line.recordId', '=', filter.recordId!))
    .$if(filter.before !== undefined, query => query.where('line.id', '<', filter.before!))
    .orderBy('line.id', 'desc')
    .limit(filter.limit)
    .execute()
}
