import { v7 as uuidv7 } from 'uuid'
import type { Work } from '#platform/database/work.ts'
import { invalid, notFound, Problem } from '#platform/http/problem.ts'
import { recordChange } from '#platform/ledger/ledger.ts'
import { getToday } from '#platform/organisations/organisations.ts'
import { hasControlCharacters, tidyText } from './names.ts'
import type { Unit } from './people.api.ts'
import { lockPeople } from './people.store.ts'
import { countUnits, existsUnit, findUnitIdByCode, insertUnit, selectUnits, updateUnit } from './units.store.ts'
import type { UnitContent } from './units.store.ts'

/** Units of one organisation; the list is not paged. */
export const maxUnits = 5_000

/** Parents before children, siblings by code. */
export async function listUnits(work: Work): Promise<Unit[]> {
  const units = await selectUnits(work, await getToday(work), maxUnits)
  const known = new Set(units.map(unit => unit.id))
  const children = Map.groupBy(units, unit => (unit.parentId !== null && known.has(unit.parentId) ? unit.parentId : null))
  const ordered: Unit[] = []
  const waiting = (children.get(null) ?? []).toReversed()
  for (let unit = waiting.pop(); unit; unit = waiting.pop()) {
    ordered.push(unit)
    waiting.push(...(children.get(unit.id) ?? []).toReversed())
  }
  return ordered
}

async function getUnit(work: Work, unitId: string): Promise<Unit> {
  const unit = (await listUnits(work)).find(({ id }) => id === unitId)
  if (!unit) throw notFound('unit')
  return unit
}

function tidyUnit(unit: UnitContent): UnitContent {
  const name = Object.fromEntries(Object.entries(unit.name).flatMap(([language, text]) => (text ? [[language, tidyText(text)]] : [])))
  const tidied = { code: tidyText(unit.code), name, parentId: unit.parentId }
  const fields = [
    ...(hasControlCharacters(tidied.code) ? [{ path: 'code', code: 'invalid' }] : []),
    ...Object.entries(name).flatMap(([language, text]) =>
      hasControlCharacters(text) ? [{ path: `name.${language}`, code: 'invalid' }] : [],
    ),
  ]
  if (fields.length > 0) throw invalid(...fields)
  return tidied
}

export async function createUnit(work: Work, body: UnitContent): Promise<Unit> {
  const unit = tidyUnit(body)
  await lockPeople(work)
  if (unit.parentId !== null && !(await existsUnit(work, unit.parentId))) throw notFound('unit')
  if (await findUnitIdByCode(work, unit.code)) throw invalid({ path: 'code', code: 'taken' })
  if ((await countUnits(work)) >= maxUnits) throw new Problem(409, 'unit.too-many', { params: { maximum: maxUnits } })
  const id = uuidv7()
  await insertUnit(work, id, unit, await getToday(work))
  await recordChange(work, { verb: 'unit.created', recordType: 'unit', recordId: id, after: unit })
  return { id, version: 1, ...unit, people: 0 }
}

export async function changeUnit(work: Work, unitId: string, version: number, body: UnitContent): Promise<Unit> {
  const unit = tidyUnit(body)
  await lockPeople(work)
  const before = await getUnit(work, unitId)
  if (before.version !== version) throw new Problem(412, 'version.conflict', { current: before })
  if (unit.parentId !== null && !(await existsUnit(work, unit.parentId))) throw notFound('unit')
  const taken = await findUnitIdByCode(work, unit.code)
  if (taken !== undefined && taken !== unitId) throw invalid({ path: 'code', code: 'taken' })
  const parentOf = new Map((await listUnits(work)).map(({ id, parentId }) => [id, parentId]))
  for (let above = unit.parentId; above !== null; above = parentOf.get(above) ?? null) {
    if (above === unitId) throw invalid({ path: 'parentId', code: 'cycle' })
  }
  const { code, name, parentId } = before
  // What is already so leaves no line.
  if (JSON.stringify([code, sorted(name), parentId]) === JSON.stringify([unit.code, sorted(unit.name), unit.parentId])) return before
  if (!(await updateUnit(work, unitId, version, unit))) throw new Problem(412, 'version.conflict', { current: await getUnit(work, unitId) })
  await recordChange(work, { verb: 'unit.changed', recordType: 'unit', recordId: unitId, before: { code, name, parentId }, after: unit })
  return { ...before, ...unit, version: version + 1 }
}

const sorted = (name: object): [string, unknown][] => Object.entries(name).toSorted(([a], [b]) => (a < b ? -1 : 1))
