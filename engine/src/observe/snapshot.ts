import type { AttackDetector, BusyHost } from '../detect/attack-detector.ts'
import { nameAttack } from '../detect/describe-attack.ts'
import type { WindowCounters } from '../window/traffic-window.ts'
import type { Decoder, DomainReport } from '../wire/decoder.ts'
import type { DecoderCounters } from '../wire/wire-state.ts'

// The engine at a moment, as those who watch it need it: what Prometheus is told and what a terminal shows are made of it.

/** What a receiver tells (source/receiver.ts). */
export interface ReceivingState {
  method: string
  datagrams: number
  /** -1: it cannot be told. */
  droppedByKernel: number
  faults: number
  receiveBufferBytes: number
}

export interface ExporterState extends Omit<DomainReport, 'exporter'> {
  exporter: string
}

export interface RunningAttack {
  target: string
  owner: string
  name: string
  vectors: string[]
  startMs: number
  packetsPerSecond: number
  bitsPerSecond: number
  peakPacketsPerSecond: number
  peakBitsPerSecond: number
}

export interface DetectionState {
  counters: WindowCounters
  targets: number
  targetsEvicted: number
  flowsRefused: number
  hotTargets: number
  attacks: RunningAttack[]
  /** Since the start, by name. */
  attacksStarted: Readonly<Record<string, number>>
  scans: number
  busiest: BusyHost[]
}

export interface EngineSnapshot {
  atMs: number
  startedMs: number
  /** Between when a datagram came and when its flows were counted: the longest of the last seconds. */
  lagMs: number
  receiving: ReceivingState
  decoding: DecoderCounters
  waiting: { sets: number; bytes: number; dropped: number }
  exporters: ExporterState[]
  /** Of whom something was decoded. */
  exportersKnown: number
  /** Datagrams of exporters that found no room. */
  exportersRefused: number
  detection: DetectionState | undefined
}

export interface SnapshotSources {
  receiving: ReceivingState
  decoder: Decoder
  detection?: { detector: AttackDetector; attacksStarted: Readonly<Record<string, number>>; scans: number } | undefined
  startedMs: number
  lagMs: number
}

/** `hosts`: so many of the busiest are looked for. Its numbers stay as they are, so that a later snapshot can be compared; its lists grow on. */
export function takeSnapshot(
  { receiving, decoder, detection, startedMs, lagMs }: SnapshotSources,
  atMs: number,
  hosts: number,
): EngineSnapshot {
  const { exporters, counters, waiting } = decoder
  const { sets, bytes, dropped } = waiting
  return {
    atMs,
    startedMs,
    lagMs,
    receiving,
    decoding: { ...counters },
    waiting: { sets, bytes, dropped },
    exporters: decoder.listDomains().map(({ exporter, ...domain }) => Object.assign({ exporter: exporters.addressOf(exporter) }, domain)),
    exportersKnown: exporters.kept,
    exportersRefused: exporters.refused,
    detection: detection && describeDetection(detection, hosts),
  }
}

function describeDetection({ detector, attacksStarted, scans }: NonNullable<SnapshotSources['detection']>, hosts: number): DetectionState {
  const { window } = detector
  const { targets, evicted, refused } = window.targets.counters
  return {
    counters: { ...window.counters },
    targets,
    targetsEvicted: evicted,
    flowsRefused: refused,
    hotTargets: window.hot.size,
    attacks: detector.listAttacks().map(({ target, owner, scope, attack }) => ({
      target,
      owner,
      name: nameAttack(attack.vectors, scope),
      // Those that left are told at the end.
      vectors: attack.vectors.filter(({ untilMs }) => untilMs === undefined).map(({ name }) => name),
      startMs: attack.startMs,
      packetsPerSecond: attack.packetsPerSecond,
      bitsPerSecond: attack.bitsPerSecond,
      peakPacketsPerSecond: attack.peakPacketsPerSecond,
      peakBitsPerSecond: attack.peakBitsPerSecond,
    })),
    attacksStarted: { ...attacksStarted },
    scans,
    busiest: hosts > 0 ? detector.listBusiest(hosts) : [],
  }
}
