import type { Unit } from 'luytre/capacity/people/people.api.ts'
import type { Translated } from 'luytre/platform/i18n/translated.ts'

export interface UnitLine {
  unit: Unit
  depth: number
}

/** Units as a tree written line by line: each under its parent, siblings in the order of the server. */
export function unitLines(units: readonly Unit[]): UnitLine[] {
  const children = new Map<string | null, Unit[]>()
  const known = new Set(units.map(unit => unit.id))
  for (const unit of units) {
    // A parent that this account may not see is no parent here.
    const parentId = unit.parentId !== null && known.has(unit.parentId) ? unit.parentId : null
    children.set(parentId, [...(children.get(parentId) ?? []), unit])
  }
  const lines: UnitLine[] = []
  const write = (parentId: string | null, depth: number): void => {
    for (const unit of children.get(parentId) ?? []) {
      lines.push({ unit, depth })
      write(unit.id, depth + 1)
    }
  }
  write(null, 0)
  return lines
}

/** Ids of a unit and of all below it: none of them can be its parent. */
export function unitAndBelow(units: readonly Unit[], unitId: string): Set<string> {
  const below = new Set([unitId])
  // The server lists parents before children, so one pass finds them all.
  for (const unit of units) if (unit.parentId !== null && below.has(unit.parentId)) below.add(unit.id)
  return below
}

/** Units to choose from, indented by their depth. No-break spaces: ordinary ones would collapse. */
export function choicesOfUnits(units: readonly Unit[], translated: (text: Translated) => string): { value: string; label: string }[] {
  return unitLines(units).map(({ unit, depth }) => ({
    value: unit.id,
    label: `${'\u00A0\u00A0\u00A0'.repeat(depth)}${translated(unit.name)} (${unit.code})`,
  }))
}
