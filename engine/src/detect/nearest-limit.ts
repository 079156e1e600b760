import { column } from '../window/hot-targets.ts'
import { kindCount, kindNames } from '../window/kinds.ts'
import type { Measures } from './measures.ts'
import type { Limits } from './profiles.ts'

/** What came nearest to its limit, of everything or of one kind. */
export interface NearLimit {
  /** `total`, or a kind. */
  of: string
  unit: 'packets/s' | 'bits/s'
  rate: number
  limit: number
}

/** What of a target is nearest to its limit now. */
export function findNearest({ now, packetsNow, bitsNow }: Measures, limits: Limits): NearLimit {
  let nearest: NearLimit = { of: 'total', unit: 'packets/s', rate: packetsNow, limit: limits.totalPackets }
  const offer = (of: string, unit: NearLimit['unit'], rate: number, limit: number): void => {
    if (rate / limit > nearest.rate / nearest.limit) nearest = { of, unit, rate, limit }
  }
  offer('total', 'bits/s', bitsNow, limits.totalBits)
  for (let kind = 0; kind < kindCount; kind++) {
    offer(kindNames[kind]!, 'packets/s', now[kind]!, limits.packets[kind]!)
    offer(kindNames[kind]!, 'bits/s', now[column.bits + kind]!, limits.bits[kind]!)
  }
  return nearest
}
