import type { UnitState } from './units.store.ts'

// The tree of units on a day, and what must hold of it on every day from some day on. Pure.

export type TreeFault = { kind: 'cycle'; unitId: string; day: string } | { kind: 'parent-missing'; unitId: string; day: string }

export const holdsOn = (state: { startsOn: string | null; endsBefore: string | null }, day: string): boolean =>
  (state.startsOn === null || state.startsOn <= day) && (state.endsBefore === null || state.endsBefore > day)

/**
 * The first fault on `from` or later: a unit that stands above itself, or whose parent does not exist on that day. The tree
 * changes only where a state begins or ends, so those days are looked at.
 */
export function findTreeFault(states: readonly UnitState[], from: string): TreeFault | undefined {
  const days = new Set([
    from,
    ...states.flatMap(({ startsOn, endsBefore }) => [startsOn, endsBefore]).filter((day): day is string => day !== null && day > from),
  ])
  for (const day of [...days].toSorted((a, b) => (a < b ? -1 : 1))) {
    const parentOf = new Map(states.filter(state => holdsOn(state, day)).map(({ unitId, parentId }) => [unitId, parentId]))
    const isSound = new Set<string>()
    for (const unitId of parentOf.keys()) {
      const path = new Set<string>()
      for (let at: string | null = unitId; at !== null && !isSound.has(at); at = parentOf.get(at) ?? null) {
        if (path.has(at)) return { kind: 'cycle', unitId: at, day }
        path.add(at)
        const parentId = parentOf.get(at) ?? null
        if (parentId !== null && !parentOf.has(parentId)) return { kind: 'parent-missing', unitId: at, day }
      }
      for (const id of path) isSound.add(id)
    }
  }
  return undefined
}

/** Parents before children, siblings as they come; whose parent is not among them stands at the top. */
export function inTreeOrder<T extends { id: string; parentId: string | null }>(units: readonly T[]): T[] {
  const known = new Set(units.map(unit => unit.id))
  const children = Map.groupBy(units, unit => (unit.parentId !== null && known.has(unit.parentId) ? unit.parentId : null))
  const ordered: T[] = []
  const waiting = (children.get(null) ?? []).toReversed()
  for (let unit = waiting.pop(); unit; unit = waiting.pop()) {
    ordered.push(unit)
    waiting.push(...(children.get(unit.id) ?? []).toReversed())
  }
  return ordered
}
