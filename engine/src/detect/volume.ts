import { column } from '../window/hot-targets.ts'
import { judge } from './measures.ts'
import type { Detector } from './measures.ts'

/** More bits, packets or flows than a host may receive, of whatever kind. */
export const detectVolume: Detector = (measures, limits, report) => {
  const { now, steady, packetsNow, bitsNow, packetsSteady, bitsSteady } = measures
  const share = 1
  judge(measures, report, { vector: 'bandwidth', unit: 'bits/s', now: bitsNow, steady: bitsSteady, limit: limits.totalBits, share })
  judge(measures, report, {
    vector: 'packet-rate',
    unit: 'packets/s',
    now: packetsNow,
    steady: packetsSteady,
    limit: limits.totalPackets,
    share,
  })
  judge(measures, report, {
    vector: 'flow-rate',
    unit: 'flows/s',
    now: now[column.flows]!,
    steady: steady[column.flows]!,
    limit: limits.totalFlows,
    share,
  })
}
