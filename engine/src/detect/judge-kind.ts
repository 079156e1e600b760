import { column } from '../window/hot-targets.ts'
import { judge } from './measures.ts'
import type { Measures, Report } from './measures.ts'
import { vectorOfKind } from './profiles.ts'
import type { Limits } from './profiles.ts'

/**
 * One kind of traffic against its limits in packets and in bits; the one that is nearer to its limit is told. What is `beside`, another
 * kind, counts as this one; -1 for none.
 */
export function judgeKind(measures: Measures, limits: Limits, report: Report, kind: number, beside = -1): void {
  const { now, steady } = measures
  let packets = now[kind]!
  let packetsSteady = steady[kind]!
  if (packets <= 0 && packetsSteady <= 0) return
  let bits = now[column.bits + kind]!
  let bitsSteady = steady[column.bits + kind]!
  if (beside >= 0) {
    packets += now[beside]!
    packetsSteady += steady[beside]!
    bits += now[column.bits + beside]!
    bitsSteady += steady[column.bits + beside]!
  }
  const share = measures.packetsNow > 0 ? packets / measures.packetsNow : 0
  const isBits = bits / limits.bits[kind]! > packets / limits.packets[kind]!
  judge(measures, report, {
    vector: vectorOfKind[kind]!,
    unit: isBits ? 'bits/s' : 'packets/s',
    now: isBits ? bits : packets,
    steady: isBits ? bitsSteady : packetsSteady,
    limit: (isBits ? limits.bits : limits.packets)[kind]!,
    share,
  })
}
