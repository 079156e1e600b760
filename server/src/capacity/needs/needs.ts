import { findUnitEnd, findUnitShown } from '#capacity/people/people.ts'
import type { Work } from '#platform/database/work.ts'
import type { Arguments } from '#platform/http/endpoint.ts'
import { invalid, notFound, Problem } from '#platform/http/problem.ts'
import { writtenText } from '#platform/i18n/written-text.ts'
import { recordChange } from '#platform/ledger/ledger.ts'
import { getToday } from '#platform/organisations/organisations.ts'
import { maxNeeds } from './needs.api.ts'
import type { ListedNeed, StaffingNeed, createStaffingNeed as creating } from './needs.api.ts'
import { countOpenNeeds, findRole, findSameNeed, insertNeed, selectNeeds, updateNeed } from './needs.store.ts'
import type { NeedContent, NeedRecord } from './needs.store.ts'
import { getReadyCounts } from './ready-counts.ts'
import { selectUnitTree } from './readiness.store.ts'

export { foldReadyCounts } from './readiness.store.ts'
export { carryNeeds, needsOfUnits } from './unit-needs.ts'

// How many people the authority needs in a role. A need is changed or ended, never deleted: the ledger and later reports
// speak of it.

type NeedInput = Arguments<typeof creating>['body']

const present = (record: NeedRecord, ready: number): StaffingNeed => ({
  id: record.id,
  version: record.version,
  role: { id: record.roleId, code: record.roleCode, name: record.roleName },
  framework: { id: record.frameworkId, title: record.frameworkTitle, version: record.frameworkVersion, levels: record.levels },
  unit: record.unitId === null ? null : { id: record.unitId, code: record.unitCode!, name: record.unitName! },
  people: record.people,
  level: record.level,
  dueOn: record.dueOn,
  priority: record.priority,
  reason: record.reason,
  ready,
  short: Math.max(0, record.people - ready),
  endedAt: record.endedAt?.toISOString() ?? null,
})

/** By priority, then the larger shortage first, then what is due sooner. */
export async function listStaffingNeeds(work: Work): Promise<{ needs: ListedNeed[]; today: string }> {
  const today = await getToday(work)
  const needs = await countFor(work, today, await selectNeeds(work, today, {}, maxNeeds))
  needs.sort((a, b) => a.priority - b.priority || b.short - a.short || (a.dueOn < b.dueOn ? -1 : Number(a.dueOn > b.dueOn)))
  return { needs: needs.map(({ framework: { id, title, version }, ...need }) => ({ ...need, framework: { id, title, version } })), today }
}

/** Open needs by priority, without counting who is ready for them. */
export const listOpenNeeds = async (work: Work): Promise<NeedRecord[]> => selectNeeds(work, await getToday(work), {}, maxNeeds)

export async function getStaffingNeed(work: Work, needId: string): Promise<StaffingNeed> {
  const today = await getToday(work)
  const [need] = await countFor(work, today, await selectNeeds(work, today, { needId }, 1))
  if (!need) throw notFound('staffing-need')
  return need
}

/** With how many of today's people are ready for each. */
async function countFor(work: Work, today: string, records: readonly NeedRecord[]): Promise<StaffingNeed[]> {
  const asked = [...new Map(records.map(({ roleId, level }) => [`${roleId} ${level}`, { roleId, level }])).values()]
  const places = new Set(records.flatMap(({ unitId }) => unitId ?? []))
  const ready = await getReadyCounts(work, today, asked, places.size > 0 ? await selectUnitTree(work, today) : [], places)
  return records.map(record => {
    const index = asked.findIndex(({ roleId, level }) => roleId === record.roleId && level === record.level)
    return present(record, ready.of(record.unitId)[index]!)
  })
}

/** The content as it is kept; 404 for a role or unit of somebody else's, 422 for a level beside the scale. */
async function checkNeed(work: Work, input: NeedInput): Promise<NeedContent> {
  const role = await findRole(work, input.roleId)
  if (!role) throw notFound('role')
  if (input.unitId !== null) await checkUnit(work, input.unitId, input.dueOn)
  if (!role.levels.some(({ level }) => level === input.level)) throw invalid({ path: 'level', code: 'unknown' })
  const { roleId, unitId, people, level, dueOn, priority } = input
  return { roleId, unitId, people, level, dueOn, priority, reason: writtenText(input.reason) }
}

/** People can be needed in a unit that is there, and until then will be, or has one unit to succeed it. */
async function checkUnit(work: Work, unitId: string, dueOn: string): Promise<void> {
  const today = await getToday(work)
  const unit = await findUnitShown(work, today, unitId)
  if (!unit) throw notFound('unit')
  const end = await findUnitEnd(work, unitId)
  if (!end) return
  if (end.endsBefore <= today) throw invalid({ path: 'unitId', code: 'unit-not-there', params: { date: today } })
  if (!end.hasHeir && end.endsBefore <= dueOn)
    throw invalid({ path: 'unitId', code: 'unit-ends', params: { unit: unit.code, date: end.endsBefore } })
}

const exists = (): Problem => new Problem(409, 'staffing-need.exists')

export async function createStaffingNeed(work: Work, input: NeedInput): Promise<StaffingNeed> {
  return getStaffingNeed(work, await addNeed(work, await checkNeed(work, input)))
}

/** Adds a checked need and its line; returns its id. */
export async function addNeed(work: Work, need: NeedContent): Promise<string> {
  const { userId } = work.actor
  if (!userId) throw new Error('needs: the program needs nobody')
  if ((await countOpenNeeds(work)) >= maxNeeds) throw new Problem(409, 'staffing-need.too-many', { params: { maximum: maxNeeds } })
  const id = await insertNeed(work, need, userId)
  if (!id) throw exists()
  await recordChange(work, { verb: 'staffing-need.created', recordType: 'staffing-need', recordId: id, after: need })
  return id
}

export async function changeStaffingNeed(work: Work, needId: string, version: number, input: NeedInput): Promise<StaffingNeed> {
  const before = await getOpenNeed(work, needId, version)
  const need = await checkNeed(work, input)
  // What is already so leaves no line.
  if (JSON.stringify(contentOf(before)) === JSON.stringify(need)) return before
  if (await findSameNeed(work, need, needId)) throw exists()
  if (!(await updateNeed(work, needId, version, need))) throw await conflict(work, needId)
  await recordChange(work, {
    verb: 'staffing-need.changed',
    recordType: 'staffing-need',
    recordId: needId,
    before: contentOf(before),
    after: need,
  })
  return getStaffingNeed(work, needId)
}

export async function endStaffingNeed(work: Work, needId: string, version: number): Promise<StaffingNeed> {
  await getOpenNeed(work, needId, version)
  if (!(await updateNeed(work, needId, version, { endedAt: work.now }))) throw await conflict(work, needId)
  await recordChange(work, { verb: 'staffing-need.ended', recordType: 'staffing-need', recordId: needId })
  return getStaffingNeed(work, needId)
}

async function getOpenNeed(work: Work, needId: string, version: number): Promise<StaffingNeed> {
  const need = await getStaffingNeed(work, needId)
  if (need.version !== version) throw await conflict(work, needId)
  if (need.endedAt !== null) throw new Problem(409, 'staffing-need.ended')
  return need
}

const conflict = async (work: Work, needId: string): Promise<Problem> =>
  new Problem(412, 'version.conflict', { current: await getStaffingNeed(work, needId) })

const contentOf = ({ role, unit, people, level, dueOn, priority, reason }: StaffingNeed): NeedContent => ({
  roleId: role.id,
  unitId: unit?.id ?? null,
  people,
  level,
  dueOn,
  priority,
  reason,
})
