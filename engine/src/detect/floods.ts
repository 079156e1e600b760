import { column } from '../window/hot-targets.ts'
import { firstServiceKind, kind as kinds } from '../window/kinds.ts'
import { judgeKind } from './judge-kind.ts'
import { judge } from './measures.ts'
import type { Detector } from './measures.ts'
import { vectorOfKind } from './profiles.ts'

/** What begins, answers or refuses a connection; together it may be so many times as much as the one of which most comes. */
const handshakes = [kinds['tcp-syn'], kinds['tcp-syn-ack'], kinds['tcp-rst']]
const handshakeFactor = 1.5

/** Floods of one kind: SYN, ACK and RST without a connection, UDP, ICMP, fragments, answers to SYNs that nobody sent. */
export const detectFloods: Detector = (measures, limits, report) => {
  for (let kind = column.packets; kind < firstServiceKind; kind++) judgeKind(measures, limits, report, kind)
  const { now: rates, steady: steadyRates } = measures
  let [now, steady, most] = [0, 0, handshakes[0]!]
  for (const kind of handshakes) {
    now += rates[kind]!
    steady += steadyRates[kind]!
    if (rates[kind]! > rates[most]!) most = kind
  }
  // One that is too much by itself was told above.
  if (rates[most]! >= limits.packets[most]!) return
  const limit = limits.packets[most]! * handshakeFactor
  const share = measures.packetsNow > 0 ? now / measures.packetsNow : 0
  judge(measures, report, { vector: vectorOfKind[most]!, unit: 'packets/s', now, steady, limit, share })
}
