import { listHave, rankGaps } from '#capacity/assessments/assessments.ts'
import { getRoleNeeds } from '#capacity/frameworks/frameworks.ts'
import type { RoleNeeds } from '#capacity/frameworks/frameworks.ts'
import { findUnitShown } from '#capacity/people/people.ts'
import type { Work } from '#platform/database/work.ts'
import type { Arguments, Returned } from '#platform/http/endpoint.ts'
import { notFound } from '#platform/http/problem.ts'
import { getToday } from '#platform/organisations/organisations.ts'
import { reachOf } from '#platform/permissions/reach.ts'
import type { NearPerson, listNearest as listing } from './needs.api.ts'
import { selectNearest, selectPosted } from './readiness.store.ts'
import type { PostedPerson } from './readiness.store.ts'

type Nearest = Exclude<Returned<typeof listing>, undefined>

/**
 * Who misses least. Ranked by the readiness that is kept, except those whose ratings the actor may see only in part (the own
 * person and reports): they are measured by what the actor sees, else their place would tell the rest.
 */
export async function listNearest(work: Work, roleId: string, query: Arguments<typeof listing>['query']): Promise<Nearest> {
  const { level, unitId, limit } = query
  const role = (await getRoleNeeds(work, [roleId])).get(roleId)
  if (!role) throw notFound('role')
  const today = await getToday(work)
  if (unitId !== undefined && !(await findUnitShown(work, today, unitId))) throw notFound('unit')
  const reach = reachOf(work, 'gap.read')
  const { personId, reportIds } = work.actor
  const partlySeen = personId === null ? [...reportIds] : [personId, ...reportIds]
  const ids = await selectNearest(work, today, { roleId, level, unitId, reach, except: partlySeen, limit })
  const reached = partlySeen.filter(id => reach === 'everybody' || reach.includes(id))
  const people = await selectPosted(work, today, [...ids, ...reached], unitId)
  const near = await measure(work, people, role, level)
  return {
    role: { id: role.role.id, code: role.role.code, name: role.role.name },
    levels: role.framework.levels,
    people: near.slice(0, limit),
  }
}

async function measure(work: Work, people: readonly PostedPerson[], role: RoleNeeds, level: number): Promise<NearPerson[]> {
  const have = await listHave(
    work,
    people.map(person => person.id),
    role.framework.id,
  )
  const asked = role.needs
    .filter(({ importance }) => importance === 'required')
    .map(need => ({ ...need, level: Math.min(need.level, level) }))
  const near = people.flatMap(({ id, name, unitId, unitCode, unitName }): NearPerson[] => {
    const rated = have.get(id)
    if (!rated) return []
    const gaps = rankGaps(asked, rated)
    if (gaps.length === 0) return []
    return [
      {
        person: { id, name },
        unit: { id: unitId, code: unitCode, name: unitName },
        missing: gaps.reduce((sum, gap) => sum + gap.missing, 0),
        met: asked.length - gaps.length,
        required: asked.length,
        gaps: gaps.map(({ element, have: has, haveFrom, need, missing }) => ({ element, have: has, haveFrom, need, missing })),
      },
    ]
  })
  return near.sort((a, b) => a.missing - b.missing || (a.person.id < b.person.id ? -1 : 1))
}
