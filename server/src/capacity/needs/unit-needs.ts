import { findSuccessors } from '#capacity/people/people.ts'
import type { NeedsOfUnits } from '#capacity/people/people.ts'
import type { Work } from '#platform/database/work.ts'
import { recordChange } from '#platform/ledger/ledger.ts'
import { getToday } from '#platform/organisations/organisations.ts'
import { maxNeeds } from './needs.api.ts'
import { selectNeeds, updateNeed } from './needs.store.ts'
import type { NeedContent, NeedRecord } from './needs.store.ts'

// A unit may end while people are needed in it: from that day on they are needed in what alone succeeds it. Until then a
// need stays where it is, so that who is ready is counted where people are.

/** What the module of people asks of this one when units end. */
export const needsOfUnits: NeedsOfUnits = {
  list: async (work, unitIds) =>
    (await selectNeeds(work, await getToday(work), {}, maxNeeds)).flatMap(({ id, unitId, roleId, roleCode, roleName, level, people }) =>
      unitId !== null && unitIds.includes(unitId)
        ? [{ id, unitId, role: { id: roleId, code: roleCode, name: roleName }, level, people }]
        : [],
    ),
  carry: carryNeeds,
}

/**
 * Brings needs of units that have ended to what succeeds them. Where the same role and level is needed there already, or comes
 * from several units, it becomes one need of all those people. Running it again changes nothing.
 */
export async function carryNeeds(work: Work): Promise<void> {
  const today = await getToday(work)
  const needs = (await selectNeeds(work, today, {}, maxNeeds)).filter(({ unitId }) => unitId !== null)
  const successors = await findSuccessors(
    work,
    needs.map(({ unitId }) => unitId!),
    today,
  )
  if (successors.size === 0) return
  const placeOf = ({ unitId }: NeedRecord): string => successors.get(unitId!) ?? unitId!
  for (const same of Map.groupBy(needs, need => `${need.roleId} ${need.level} ${placeOf(need)}`).values()) {
    if (same.every(({ unitId }) => !successors.has(unitId!))) continue
    const kept = same.find(({ unitId }) => !successors.has(unitId!)) ?? same[0]!
    const others = same.filter(need => need !== kept)
    // Ended first: of one role, place and level only one may be open.
    // oxlint-disable-next-line no-await-in-loop -- lines of the ledger in the order of the needs
    for (const other of others) await endInto(work, other, kept.id)
    // oxlint-disable-next-line no-await-in-loop -- as above
    await bringTo(work, kept, joined(placeOf(kept), [kept, ...others]))
  }
}

const maxPeople = 100_000
const maxReasonLength = 2000

function joined(unitId: string, needs: readonly NeedRecord[]): NeedContent {
  const [{ roleId, level }] = needs as [NeedRecord]
  const reasons = [...new Set(needs.map(({ reason }) => reason).filter(reason => reason !== ''))]
  return {
    roleId,
    unitId,
    level,
    people: Math.min(
      maxPeople,
      needs.reduce((sum, { people }) => sum + people, 0),
    ),
    dueOn: needs.map(({ dueOn }) => dueOn).toSorted()[0]!,
    priority: Math.min(...needs.map(({ priority }) => priority)),
    reason: reasons.join('\n').slice(0, maxReasonLength),
  }
}

async function endInto(work: Work, { id, version }: NeedRecord, keptId: string): Promise<void> {
  if (!(await updateNeed(work, id, version, { endedAt: work.now })))
    throw new Error(`staffing need ${id} changed while it was carried over`)
  await recordChange(work, { verb: 'staffing-need.ended', recordType: 'staffing-need', recordId: id, after: { continuesIn: keptId } })
}

async function bringTo(work: Work, need: NeedRecord, after: NeedContent): Promise<void> {
  const { id, version, roleId, unitId, people, level, dueOn, priority, reason } = need
  if (!(await updateNeed(work, id, version, after))) throw new Error(`staffing need ${id} changed while it was carried over`)
  const before: NeedContent = { roleId, unitId, people, level, dueOn, priority, reason }
  await recordChange(work, { verb: 'staffing-need.changed', recordType: 'staffing-need', recordId: id, before, after })
}
