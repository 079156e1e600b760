import { column } from '../window/hot-targets.ts'
import { firstServiceKind, kind as kinds, kindCount } from '../window/kinds.ts'
import { judgeKind } from './judge-kind.ts'
import type { Detector } from './measures.ts'

/** An answer is in so many fragments at most, of 1500 bytes, as 12 kB are; of more it is not said whose they are. */
const maxFragments = 8

/** Answers of amplifiers, by service: one vector each. Fragments after the first name no service, and are counted to that of which most arrives. */
export const detectReflection: Detector = (measures, limits, report) => {
  const { now } = measures
  let most = firstServiceKind
  for (let kind = firstServiceKind; kind < kindCount; kind++) if (now[column.bits + kind]! > now[column.bits + most]!) most = kind
  const hasItsFragments = now[kinds.fragment]! > 0 && now[kinds.fragment]! <= maxFragments * now[most]!
  for (let kind = firstServiceKind; kind < kindCount; kind++)
    judgeKind(measures, limits, report, kind, hasItsFragments && kind === most ? kinds.fragment : -1)
}
