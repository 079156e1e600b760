import { firstServiceKind, kindCount } from '../window/kinds.ts'
import { judgeKind } from './judge-kind.ts'
import type { Detector } from './measures.ts'

/** Answers of amplifiers, by service: one vector each. */
export const detectReflection: Detector = (measures, limits, report) => {
  for (let kind = firstServiceKind; kind < kindCount; kind++) judgeKind(measures, limits, report, kind)
}
