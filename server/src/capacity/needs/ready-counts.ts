import type { Work } from '#platform/database/work.ts'
import { selectUnits } from './heat-maps.store.ts'
import type { UnitShown } from '#capacity/people/people.ts'
import { countReady } from './readiness.store.ts'
import type { AskedRole } from './readiness.store.ts'

export interface ReadyCounts {
  units: readonly UnitShown[]
  /** How many of the organisation, or of a unit with those below it, are ready for each asked role, in the order asked. */
  of(unitId: string | null): readonly number[]
}

/** Counted per unit in one query; that a unit's count holds those of the units below it is added up here. */
export async function getReadyCounts(work: Work, today: string, asked: readonly AskedRole[]): Promise<ReadyCounts> {
  const units = await selectUnits(work, today)
  const indexOf = new Map(asked.map((role, index) => [`${role.roleId} ${role.level}`, index]))
  const parentOf = new Map(units.map(unit => [unit.id, unit.parentId]))
  const none = asked.map(() => 0)
  const whole = [...none]
  const readyIn = new Map<string, number[]>()
  for (const { roleId, level, unitIds, people: peopleIn } of await countReady(work, today, asked)) {
    const index = indexOf.get(`${roleId} ${level}`)!
    for (const [place, unitId] of unitIds.entries()) {
      const people = peopleIn[place]!
      whole[index]! += people
      for (let at: string | null | undefined = unitId; at; at = parentOf.get(at)) {
        let counts = readyIn.get(at)
        if (!counts) readyIn.set(at, (counts = [...none]))
        counts[index]! += people
      }
    }
  }
  return { units, of: unitId => (unitId === null ? whole : (readyIn.get(unitId) ?? none)) }
}
