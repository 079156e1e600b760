import type { z } from 'zod'
import type { Work } from '#platform/database/work.ts'
import { recordChanges } from '#platform/ledger/ledger.ts'
import type { planRow } from './development-plans.api.ts'
import { countAwaiting, selectOpenPlans, updateClosed } from './close-plans.store.ts'
import { statusOf } from './plan-view.ts'

// Plans of somebody who leaves: closed from that day on, kept with all versions and signatures, read as before.

type OpenPlan = Pick<z.output<typeof planRow>, 'id' | 'halfYearCode' | 'status'>

/** Plans of the person whose half-year is not over on the day. */
export const listOpenPlans = async (work: Work, personId: string, day: string): Promise<OpenPlan[]> =>
  (await selectOpenPlans(work, personId, day)).map(({ id, halfYearCode, agreedSides }) => ({
    id,
    halfYearCode,
    status: statusOf(agreedSides, null),
  }))

/** Of these people, plans of half-years not over on the day to which their supervisor has not agreed. */
export const countPlansAwaitingSupervisor: (work: Work, personIds: readonly string[], day: string) => Promise<number> = countAwaiting

export async function closePlans(work: Work, personId: string, day: string, departureId: string): Promise<void> {
  const plans = await selectOpenPlans(work, personId, day)
  await updateClosed(
    work,
    plans.map(({ id }) => id),
    day,
    departureId,
  )
  await recordChanges(
    work,
    plans.map(({ id, agreedSides }) => ({
      verb: 'plan.closed',
      recordType: 'plan',
      recordId: id,
      before: { status: statusOf(agreedSides, null) },
      after: { status: 'closed', closedOn: day, departureId },
    })),
  )
}
