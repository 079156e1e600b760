import type { Work } from '#platform/database/work.ts'
import type { UnitNeed } from './unit-events.api.ts'

/** Open staffing needs of units, which another module keeps. */
export interface NeedsOfUnits {
  list: (work: Work, unitIds: readonly string[]) => Promise<UnitNeed[]>
  /** Brings those of units that have ended to what alone succeeds them. */
  carry: (work: Work) => Promise<unknown>
}
