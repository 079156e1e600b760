import { column } from '../window/hot-targets.ts'
import { firstServiceKind } from '../window/kinds.ts'
import { judgeKind } from './judge-kind.ts'
import type { Detector } from './measures.ts'

/** Floods of one kind: SYN, ACK and RST without a connection, UDP, ICMP, fragments, answers to SYNs that nobody sent. */
export const detectFloods: Detector = (measures, limits, report) => {
  for (let kind = column.packets; kind < firstServiceKind; kind++) judgeKind(measures, limits, report, kind)
}
