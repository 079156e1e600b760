import { column } from '../window/hot-targets.ts'
import { goesOnFrom } from './measures.ts'
import type { Detector } from './measures.ts'

/** A target's usual sources are known only after a while. */
const leastWatchedMs = 60_000

/** Low and wide: each source sends little, but thousands come at once that were not there before. */
export const detectManySources: Detector = (measures, limits, report) => {
  if (!measures.isHost || measures.watchedMs < leastWatchedMs) return
  // As many sources as flows, in two seconds, at the most: most targets need no count.
  if (measures.now[column.flows]! * 2 < limits.newSources * goesOnFrom) return
  const sources = measures.countNewSources()
  const level = sources / limits.newSources
  if (level >= goesOnFrom)
    report({
      vector: 'many-sources',
      unit: 'sources',
      rate: Math.round(sources),
      limit: limits.newSources,
      level,
      samples: measures.now[column.samples]!,
    })
}
