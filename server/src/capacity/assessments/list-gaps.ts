import { existsFramework, getNeedsOf, getRoleNames, listRolesByCode } from '#capacity/frameworks/frameworks.ts'
import type { RoleNeeds } from '#capacity/frameworks/frameworks.ts'
import { findUnitShown, listPeopleOfUnit } from '#capacity/people/people.ts'
import type { PersonSummary } from '#capacity/people/people.ts'
import type { Work } from '#platform/database/work.ts'
import type { Returned } from '#platform/http/endpoint.ts'
import { notFound } from '#platform/http/problem.ts'
import { getToday } from '#platform/organisations/organisations.ts'
import { assertReaches, mayReach } from '#platform/permissions/reach.ts'
import type { Gap, listPersonGaps as personGaps, listUnitGaps as unitGaps, unitGap } from './assessments.api.ts'
import type { z } from 'zod'
import { selectHave } from './assessments.store.ts'
import type { HaveRow, Sight } from './assessments.store.ts'
import { haveByElement, rankGaps } from './gaps.ts'
import type { Have } from './gaps.ts'
import { getHalfYear } from './half-years.ts'
import { findSheet, sideOf } from './sheet.ts'
import type { Sheet } from './sheet.ts'

// Gaps as somebody may see them: a rating that the sheet still hides from the viewer does not count here either, else
// the gaps would tell it.

type PersonGaps = Exclude<Returned<typeof personGaps>, undefined>
type UnitGaps = Exclude<Returned<typeof unitGaps>, undefined>
type UnitGap = z.output<typeof unitGap>

/** People named under one line; beyond that the counts say how many. */
const maxWho = 500

export async function listPersonGaps(work: Work, personId: string, key: { halfYearId: string; roleId: string }): Promise<PersonGaps> {
  const sheet = await findSheet(work, personId, key.halfYearId, key.roleId)
  assertReaches(work, 'gap.read', personId)
  const gaps = await measureGaps(work, sheet, sightOf(work, [sheet.person.id]))
  const { person, role } = sheet
  const total = role.needs.length
  return {
    person: { id: person.id, name: person.name },
    role: role.role,
    levels: role.framework.levels,
    gaps,
    met: total - gaps.length,
    total,
  }
}

/**
 * Gaps that a plan is made from: they count only what both sides may see by now, since both read the plan. Where
 * nobody supervises the person, nobody is waited for.
 */
export async function listGapsForPlan(
  work: Work,
  personId: string,
  key: { halfYearId: string; roleId: string },
): Promise<Sheet & { gaps: Gap[] }> {
  const sheet = await findSheet(work, personId, key.halfYearId, key.roleId)
  const { supervisorId } = sheet.person
  const gaps = await measureGaps(work, sheet, { ...nobody, [supervisorId ? 'common' : 'asSelf']: [personId] })
  return { ...sheet, gaps }
}

const nobody: Sight = { everything: [], asSelf: [], asSupervisor: [], common: [] }

/** How much of each person's ratings the actor may see. */
export function sightOf(work: Work, personIds: readonly string[]): Sight {
  const bySide = Map.groupBy(personIds, id => sideOf(work, id))
  return {
    ...nobody,
    everything: bySide.get('beside') ?? [],
    asSelf: bySide.get('self') ?? [],
    asSupervisor: bySide.get('supervisor') ?? [],
  }
}

async function measureGaps(work: Work, { key, role }: Sheet, sight: Sight): Promise<Gap[]> {
  return rankGaps(role.needs, haveByElement(await selectHave(work, key.frameworkId, key.halfYearId, sight)))
}

// Of a unit ------------------------------------------------------------------------

/** In six queries, however many people there are. */
export async function listUnitGaps(work: Work, unitId: string, key: { halfYearId: string; frameworkId: string }): Promise<UnitGaps> {
  const unit = await findUnitShown(work, await getToday(work), unitId)
  if (!unit) throw notFound('unit')
  const halfYear = await getHalfYear(work, key.halfYearId)
  if (!(await existsFramework(work, key.frameworkId))) throw notFound('framework')
  const people = (await listPeopleOfUnit(work, unitId)).filter(person => mayReach(work, 'gap.read', person.id))
  const roleOf = await findRolesOf(work, people, key.frameworkId)
  const withRole = people.filter(person => roleOf.has(person.id))
  const sight = sightOf(
    work,
    withRole.map(person => person.id),
  )
  const have = Map.groupBy(await selectHave(work, key.frameworkId, halfYear.id, sight), row => row.personId)
  const withoutRole = people.filter(person => !roleOf.has(person.id))
  const roleNames = await getRoleNames(
    work,
    withoutRole.map(({ roleCode }) => roleCode),
  )
  return {
    unit: { id: unit.id, name: unit.name },
    gaps: sumUp(withRole, roleOf, have),
    withoutRole: withoutRole.map(({ id, name, roleCode }) => ({
      personId: id,
      name,
      roleCode,
      roleName: (roleCode !== null && roleNames.get(roleCode)) || null,
    })),
  }
}

/** The role of this framework that each person's post names. */
async function findRolesOf(work: Work, people: readonly PersonSummary[], frameworkId: string): Promise<Map<string, RoleNeeds>> {
  const codes = people.flatMap(person => person.roleCode ?? [])
  const roles = (await listRolesByCode(work, codes)).filter(found => found.framework.id === frameworkId)
  const needs = await getNeedsOf(work, roles)
  const byCode = new Map([...needs.values()].map(found => [found.role.code, found]))
  return new Map(
    people.flatMap(person => {
      const found = person.roleCode ? byCode.get(person.roleCode) : undefined
      return found ? [[person.id, found] as const] : []
    }),
  )
}

/** Elements that somebody misses, the largest sum of missing levels first. */
function sumUp(
  people: readonly PersonSummary[],
  roleOf: ReadonlyMap<string, RoleNeeds>,
  haveOf: ReadonlyMap<string, HaveRow[]>,
): UnitGap[] {
  const lines = new Map<string, UnitGap>()
  for (const person of people) {
    const { needs } = roleOf.get(person.id)!
    const have: ReadonlyMap<string, Have> = haveByElement(haveOf.get(person.id) ?? [])
    const gaps = new Map(rankGaps(needs, have).map(gap => [gap.element.id, gap]))
    for (const { element, importance } of needs) {
      const line = lines.get(element.id) ?? { element, people: 0, short: 0, unrated: 0, missing: 0, who: [] }
      lines.set(element.id, line)
      line.people++
      if (!have.has(element.id)) line.unrated++
      const gap = gaps.get(element.id)
      if (!gap) continue
      line.short++
      line.missing += gap.missing
      if (line.who.length < maxWho)
        line.who.push({ personId: person.id, name: person.name, have: gap.have, haveFrom: gap.haveFrom, need: gap.need, importance })
    }
  }
  return [...lines.values()].filter(line => line.short > 0).sort((a, b) => b.missing - a.missing || b.short - a.short || byCode(a, b))
}

const byCode = (a: UnitGap, b: UnitGap): number => (a.element.code < b.element.code ? -1 : 1)
