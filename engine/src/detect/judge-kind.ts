import { column } from '../window/hot-targets.ts'
import { judge } from './measures.ts'
import type { Measures, Report } from './measures.ts'
import { vectorOfKind } from './profiles.ts'
import type { Limits } from './profiles.ts'

/** One kind of traffic against its limits in packets and in bits; the one that is nearer to its limit is told. */
export function judgeKind(measures: Measures, limits: Limits, report: Report, kind: number, vector = vectorOfKind[kind]!): void {
  const { now, steady } = measures
  const packets = now[kind]!
  if (packets <= 0 && steady[kind]! <= 0) return
  const bits = now[column.bits + kind]!
  const share = measures.packetsNow > 0 ? packets / measures.packetsNow : 0
  const isBits = bits / limits.bits[kind]! > packets / limits.packets[kind]!
  judge(measures, report, {
    vector,
    unit: isBits ? 'bits/s' : 'packets/s',
    now: isBits ? bits : packets,
    steady: steady[isBits ? column.bits + kind : kind]!,
    limit: (isBits ? limits.bits : limits.packets)[kind]!,
    share,
  })
}
