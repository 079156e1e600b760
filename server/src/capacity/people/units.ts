import { v7 as uuidv7 } from 'uuid'
import type { Work } from '#platform/database/work.ts'
import { invalid, notFound, Problem } from '#platform/http/problem.ts'
import { recordChange } from '#platform/ledger/ledger.ts'
import { getToday } from '#platform/organisations/organisations.ts'
import { hasControlCharacters, tidyText } from './names.ts'
import type { Unit } from './people.api.ts'
import { lockPeople } from './people.store.ts'
import { findTreeFault, holdsOn, inTreeOrder } from './unit-tree.ts'
import {
  countUnits,
  existsUnit,
  findCodeUse,
  insertUnits,
  selectStatesFrom,
  selectUnitNames,
  selectUnits,
  writeStates,
} from './units.store.ts'
import type { UnitContent, UnitName, UnitState } from './units.store.ts'

/** Units of one organisation on one day; the list is not paged. */
export const maxUnits = 5_000

/** Units on a day, today unless another is named: parents before children, siblings by code. */
export async function listUnits(work: Work, { asOf }: { asOf?: string | undefined } = {}): Promise<Unit[]> {
  return inTreeOrder(await selectUnits(work, asOf ?? (await getToday(work)), maxUnits))
}

/** What today's units are called, by code. */
export const listUnitNames = async (work: Work): Promise<UnitName[]> => selectUnitNames(work, await getToday(work), maxUnits)

/** As it is on a day, or as it will be at first, when it is still planned. 404 for a unit that is not, or no longer, there. */
async function getUnit(work: Work, unitId: string): Promise<Unit & { state: UnitState }> {
  const today = await getToday(work)
  const [state] = await selectStatesFrom(work, today, [unitId])
  if (!state) throw notFound('unit')
  const { startsOn } = state
  const unit = (await selectUnits(work, startsOn !== null && startsOn > today ? startsOn : today, maxUnits)).find(({ id }) => id === unitId)
  if (!unit) throw notFound('unit')
  return { ...unit, state }
}

export function tidyUnit(unit: UnitContent, path = ''): UnitContent {
  const name = Object.fromEntries(Object.entries(unit.name).flatMap(([language, text]) => (text ? [[language, tidyText(text)]] : [])))
  const tidied = { code: tidyText(unit.code), name, parentId: unit.parentId }
  const fields = [
    ...(hasControlCharacters(tidied.code) ? [{ path: `${path}code`, code: 'invalid' }] : []),
    ...Object.entries(name).flatMap(([language, text]) =>
      hasControlCharacters(text) ? [{ path: `${path}name.${language}`, code: 'invalid' }] : [],
    ),
  ]
  if (fields.length > 0) throw invalid(...fields)
  return tidied
}

/** No other unit has the code on any of those days. The database holds this too. */
export async function assertCodeFree(
  work: Work,
  code: string,
  days: { startsOn: string | null; endsBefore: string | null },
  { except, path = 'code' }: { except?: string; path?: string } = {},
): Promise<void> {
  const use = await findCodeUse(work, code, days.startsOn, days.endsBefore, except)
  if (!use) return
  // Without a first day a new unit reaches back to where another one had the code.
  const isFreeLater = days.startsOn === null && use.endsBefore !== null
  throw invalid(isFreeLater ? { path, code: 'taken-until', params: { date: use.endsBefore! } } : { path, code: 'taken' })
}

/** The tree is whole on every day from `day` on. */
export async function assertTree(work: Work, day: string, path: string): Promise<void> {
  const fault = findTreeFault(await selectStatesFrom(work, day), day)
  if (fault?.kind === 'cycle') throw invalid({ path, code: 'cycle' })
  if (fault) throw invalid({ path, code: 'parent-missing', params: { date: fault.day } })
}

export async function createUnit(work: Work, body: UnitContent & { startsOn?: string | null | undefined }): Promise<Unit> {
  const unit = tidyUnit(body)
  const startsOn = body.startsOn ?? null
  await lockPeople(work)
  const today = await getToday(work)
  if (unit.parentId !== null && !(await existsUnit(work, unit.parentId))) throw notFound('unit')
  await assertCodeFree(work, unit.code, { startsOn, endsBefore: null })
  if ((await countUnits(work, today)) >= maxUnits) throw new Problem(409, 'unit.too-many', { params: { maximum: maxUnits } })
  const id = uuidv7()
  await insertUnits(work, [{ id, ...unit, startsOn }])
  await assertTree(work, startsOn !== null && startsOn > today ? startsOn : today, 'parentId')
  await recordChange(work, { verb: 'unit.created', recordType: 'unit', recordId: id, after: { ...unit, startsOn } })
  return { id, version: 1, ...unit, startsOn, endsBefore: null, people: 0 }
}

/** Corrects how a unit is recorded: today's state, or the one that is planned. What changes from a day on is an event. */
export async function changeUnit(work: Work, unitId: string, version: number, body: UnitContent): Promise<Unit> {
  const unit = tidyUnit(body)
  await lockPeople(work)
  const { state, ...before } = await getUnit(work, unitId)
  if (before.version !== version) throw new Problem(412, 'version.conflict', { current: before })
  if (unit.parentId !== null && !(await existsUnit(work, unit.parentId))) throw notFound('unit')
  await assertCodeFree(work, unit.code, state, { except: unitId })
  if (unit.parentId === unitId) throw invalid({ path: 'parentId', code: 'cycle' })
  const { code, name, parentId } = before
  // What is already so leaves no line.
  if (sameContent(before, unit)) return before
  await writeStates(work, [{ ...state, ...unit }], [])
  const today = await getToday(work)
  await assertTree(work, holdsOn(state, today) ? today : state.startsOn!, 'parentId')
  await recordChange(work, { verb: 'unit.changed', recordType: 'unit', recordId: unitId, before: { code, name, parentId }, after: unit })
  return { ...before, ...unit, version: version + 1 }
}

const sorted = (name: object): [string, unknown][] => Object.entries(name).toSorted(([a], [b]) => (a < b ? -1 : 1))
export const sameContent = (a: UnitContent, b: UnitContent): boolean =>
  JSON.stringify([a.code, sorted(a.name), a.parentId]) === JSON.stringify([b.code, sorted(b.name), b.parentId])
