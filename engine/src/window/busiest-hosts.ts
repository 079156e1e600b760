import type { TargetTable } from './target-table.ts'

/** Slots that are looked through; in a larger table only hosts with rich counters are, so that a look stays below some milliseconds. */
const maxLooks = 262_144

/** Slots of the hosts that receive most bits now, the busiest first; `hot` are those with rich counters. */
export function findBusiestHosts(targets: TargetTable, hot: Iterable<number>, tick: number, count: number): number[] {
  const busiest: { slot: number; bits: number }[] = []
  const judge = (slot: number): void => {
    if (targets.kindOf(slot) === 0 || !targets.isHost(slot)) return
    targets.sink(slot, tick)
    const bits = targets.bitsPerSecond(slot)
    if (bits < 1 || (busiest.length === count && bits <= busiest.at(-1)!.bits)) return
    const place = busiest.findIndex(one => one.bits < bits)
    busiest.splice(place < 0 ? busiest.length : place, 0, { slot, bits })
    if (busiest.length > count) busiest.pop()
  }
  if (targets.slots <= maxLooks) for (let slot = 0; slot < targets.slots; slot++) judge(slot)
  else for (const slot of hot) judge(slot)
  return busiest.map(({ slot }) => slot)
}
