import type { Work } from '#platform/database/work.ts'
import { countReady } from './readiness.store.ts'
import type { AskedRole } from './readiness.store.ts'

export interface ReadyCounts {
  /** How many of the organisation (null), or of an asked unit with those below it, are ready for each asked role, in the order asked. */
  of(unitId: string | null): readonly number[]
}

/**
 * People are counted in one query, each in the group of the nearest asked unit at or above theirs; that an asked unit's
 * count holds those of the asked units below it is added up here. `units` are those of today; without `askedUnits` each is asked.
 */
export async function getReadyCounts(
  work: Work,
  today: string,
  asked: readonly AskedRole[],
  units: readonly { id: string; parentId: string | null }[],
  askedUnits?: ReadonlySet<string>,
): Promise<ReadyCounts> {
  const parentOf = new Map(units.map(unit => [unit.id, unit.parentId]))
  const placed = askedUnits === undefined ? units : units.filter(({ id }) => askedUnits.has(id))
  const placeOf = new Map(placed.map(({ id }, place) => [id, place]))
  /** Place of the nearest asked unit from `unitId` up. Units in a circle cannot be written. */
  const nearest = (unitId: string | null): number | undefined => {
    for (let at: string | null | undefined = unitId; at; at = parentOf.get(at)) {
      const place = placeOf.get(at)
      if (place !== undefined) return place
    }
    return undefined
  }
  const groups = units.flatMap(({ id }) => {
    const group = nearest(id)
    return group === undefined ? [] : [{ unitId: id, group }]
  })
  const above = placed.map(({ parentId }) => nearest(parentId))
  const none = asked.map(() => 0)
  const whole = [...none]
  const readyIn = placed.map(() => [...none])
  const indexOf = new Map(asked.map((role, index) => [`${role.roleId} ${role.level}`, index]))
  for (const { roleId, level, people: peopleIn } of await countReady(work, today, asked, groups)) {
    const index = indexOf.get(`${roleId} ${level}`)!
    for (const [group, people] of Object.entries(peopleIn)) {
      whole[index]! += people
      for (let at = group === '-1' ? undefined : Number(group); at !== undefined; at = above[at]) readyIn[at]![index]! += people
    }
  }
  return { of: unitId => (unitId === null ? whole : (readyIn[placeOf.get(unitId) ?? -1] ?? none)) }
}
