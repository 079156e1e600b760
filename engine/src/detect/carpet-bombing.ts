import { kindCount } from '../window/kinds.ts'
import { judgeKind } from './judge-kind.ts'
import { judge } from './measures.ts'
import type { Detector } from './measures.ts'

/** As many hosts as must share the traffic evenly, or nets of a wide network: one host under attack is no carpet. */
const leastHosts = 8
// Four nets, all that a /22 has, may fall into three parts of the count.
const leastNets = 2.5

/** A net or network that receives, spread over its hosts, more than it may, while each host stays below its own limit. */
export const detectCarpetBombing: Detector = (measures, limits, report) => {
  if (measures.isHost) return
  let isSpread: boolean | undefined
  const reportSpread: typeof report = finding => {
    isSpread ??= measures.spreadOverHosts() >= (measures.isWide ? leastNets : leastHosts)
    if (isSpread) report(finding)
  }
  const vector = 'carpet-bombing'
  const { packetsNow, packetsSteady, bitsNow, bitsSteady } = measures
  const share = 1
  judge(measures, reportSpread, { vector, unit: 'packets/s', now: packetsNow, steady: packetsSteady, limit: limits.totalPackets, share })
  judge(measures, reportSpread, { vector, unit: 'bits/s', now: bitsNow, steady: bitsSteady, limit: limits.totalBits, share })
  for (let kind = 0; kind < kindCount; kind++) judgeKind(measures, limits, reportSpread, kind)
}
