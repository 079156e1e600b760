import { createAttackDetector } from '../detect/attack-detector.ts'
import type { AttackDetector, Scan } from '../detect/attack-detector.ts'
import type { Baselines } from '../detect/baselines.ts'
import { describeAttack } from '../detect/describe-attack.ts'
import type { AttackRecord } from '../detect/describe-attack.ts'
import { readNetworks } from '../detect/read-networks.ts'
import type { NetworksFile } from '../detect/read-networks.ts'
import { kindNames } from '../window/kinds.ts'
import type { CreateConsumer, FlowConsumer } from './flow-pipeline.ts'

// Detection as what a collector does with flows (flow-pipeline.ts): attacks and scans are told as they come, and at the end
// what was counted, each as a JSON value as engine/README.md has them. A worker of its own detects what its exporters see:
// where several see parts of one attack, one worker takes them all.

export interface ScanRecord {
  type: 'scan'
  timeMs: number
  source: string
  network: string
  owner: string
  destinations: number
  limit: number
  sinceMs: number
}

export type DetectionSummary = { type: 'summary' } & ReturnType<typeof describeCounting>
export type DetectionRecord = AttackRecord | ScanRecord | DetectionSummary

export const describeScan = ({ source, network, owner, atMs, sinceMs, destinations, limit }: Scan): ScanRecord => ({
  type: 'scan',
  timeMs: Math.round(atMs),
  source,
  network,
  owner,
  destinations,
  limit,
  sinceMs: Math.round(sinceMs),
})

/** What was counted, and what the bounds gave up. */
export function describeCounting({ window }: AttackDetector) {
  const { packetsByKind: packets, bitsByKind: _bits, bits, ...counters } = window.counters
  const { targets, evicted, refused } = window.targets.counters
  const packetsByKind = Object.fromEntries(kindNames.map((name, kind) => [name, packets[kind]!] as const).filter(([, count]) => count > 0))
  return { ...counters, bytes: bits / 8, packetsByKind, targets, targetsEvicted: evicted, flowsRefused: refused }
}

export function createDetectingConsumer(
  { networks, profiles }: NetworksFile,
  tell: (record: DetectionRecord) => void,
  baselines?: Baselines,
): FlowConsumer & { readonly detector: AttackDetector } {
  const detector = createAttackDetector({
    networks,
    profiles,
    ...(baselines ? { baselines } : {}),
    onAttack: event => tell(describeAttack(event)),
    onScan: scan => tell(describeScan(scan)),
  })
  return {
    detector,
    take: detector.take,
    tick: detector.advance,
    stop() {
      detector.close()
      tell({ type: 'summary', ...describeCounting(detector) })
    },
  }
}

/** For a collector's worker. Its options: what the operator's file of networks says (read-networks.ts); every host without it. */
export const createConsumer: CreateConsumer = ({ options, post }) => createDetectingConsumer(readNetworks(options ?? {}, []), post)
