import { listHave } from '#capacity/assessments/assessments.ts'
import { existsFramework } from '#capacity/frameworks/frameworks.ts'
import { findUnitShown, inTreeOrder, selectNames } from '#capacity/people/people.ts'
import type { UnitShown } from '#capacity/people/people.ts'
import type { Work } from '#platform/database/work.ts'
import { invalid, notFound } from '#platform/http/problem.ts'
import { getToday } from '#platform/organisations/organisations.ts'
import { reachOf } from '#platform/permissions/reach.ts'
import type { PersonRoleMap, RoleUnitMap } from './heat-maps.api.ts'
import { selectNeededRoles, selectPeopleBelow, selectRequired, selectUnits } from './heat-maps.store.ts'
import { getReadyCounts } from './ready-counts.ts'

/** Columns of a map; a framework with more roles is shown up to here. */
const maxRoles = 100

interface UnitLine {
  unit: UnitShown
  depth: number
}

/** Units as a tree written line by line, each under its parent; of a unit alone those below it. */
function treeLines(units: readonly UnitShown[], within: string | undefined): UnitLine[] {
  const depths = new Map<string, number>(within === undefined ? [] : [[within, -1]])
  return inTreeOrder(units).flatMap(unit => {
    const above = unit.parentId === null ? undefined : depths.get(unit.parentId)
    if (unit.id === within || (above === undefined && within !== undefined)) return []
    const depth = (above ?? -1) + 1
    depths.set(unit.id, depth)
    return [{ unit, depth }]
  })
}

export async function getRoleUnitMap(
  work: Work,
  query: { withinUnitId?: string | undefined; after?: string | undefined; limit: number },
): Promise<RoleUnitMap> {
  const { withinUnitId, after, limit } = query
  const today = await getToday(work)
  const within = withinUnitId === undefined ? null : await findUnitShown(work, today, withinUnitId)
  if (within === undefined) throw notFound('unit')
  const roles = await selectNeededRoles(work)
  const units = await selectUnits(work, today)
  const ready = await getReadyCounts(work, today, roles, units)
  const lines = treeLines(units, withinUnitId)
  const start = after === undefined ? 0 : lines.findIndex(({ unit }) => unit.code === after) + 1
  if (after !== undefined && start === 0) throw invalid({ path: 'after', code: 'unknown' })

  const cellsOf = (unitId: string | null) => {
    const counts = ready.of(unitId)
    return roles.map((role, index) => ({ ready: counts[index]!, needed: role.needed[unitId ?? ''] ?? null }))
  }

  const page = lines.slice(start, start + limit)
  return {
    today,
    roles: roles.map(({ roleId, code, name, level }) => ({ id: roleId, code, name, level })),
    within: within && { id: within.id, code: within.code, name: within.name },
    total: cellsOf(within?.id ?? null),
    units: page.map(({ unit: { id, code, name }, depth }) => ({ id, code, name, depth, cells: cellsOf(id) })),
    next: start + limit < lines.length ? page.at(-1)!.unit.code : null,
  }
}

export async function getPersonRoleMap(
  work: Work,
  query: { unitId: string; frameworkId: string; after?: string | undefined; limit: number },
): Promise<PersonRoleMap> {
  const { unitId, frameworkId, after, limit } = query
  const reach = reachOf(work, 'gap.read')
  const today = await getToday(work)
  const unit = await findUnitShown(work, today, unitId)
  if (!unit) throw notFound('unit')
  if (!(await existsFramework(work, frameworkId))) throw notFound('framework')
  if (after !== undefined && !(await selectNames(work, [after])).has(after)) throw invalid({ path: 'after', code: 'unknown' })
  const roles = await selectRequired(work, frameworkId, maxRoles)
  // One more than asked for tells whether another page follows.
  const found = await selectPeopleBelow(work, today, { unitId, reach, after, limit: limit + 1 })
  const people = found.people.slice(0, limit)
  const have = await listHave(
    work,
    people.map(person => person.id),
    frameworkId,
  )
  return {
    today,
    unit: { id: unit.id, code: unit.code, name: unit.name },
    roles: roles.map(({ id, code, name, needs }) => ({ id, code, name, required: needs.length })),
    people: people.map(({ id, name, roleCode }) => {
      const rated = have.get(id)
      return {
        id,
        name,
        roleCode,
        isRated: rated !== undefined,
        cells: roles.map(({ needs }) => {
          const missing = needs.map(need => Math.max(0, need.level - (rated?.get(need.elementId)?.level ?? 0)))
          return { met: missing.filter(levels => levels === 0).length, missing: missing.reduce((sum, levels) => sum + levels, 0) }
        }),
      }
    }),
    total: found.total,
    next: found.people.length > limit ? people.at(-1)!.id : null,
  }
}
