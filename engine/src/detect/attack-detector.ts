import { formatAddress } from '../flow/addresses.ts'
import type { FlowBatch } from '../flow/flow-batch.ts'
import { kindCount, kind } from '../window/kinds.ts'
import { targetKind } from '../window/target-table.ts'
import { createTrafficWindow } from '../window/traffic-window.ts'
import type { TrafficWindow, WindowBounds } from '../window/traffic-window.ts'
import { createBaselineWatch } from './above-baseline.ts'
import { createLife, live } from './attack-life.ts'
import type { Attack, Change, Life, Look } from './attack-life.ts'
import { createBaselines } from './baselines.ts'
import type { Baselines } from './baselines.ts'
import { detectCarpetBombing } from './carpet-bombing.ts'
import { detectFloods } from './floods.ts'
import { detectManySources } from './many-sources.ts'
import { createMeasures } from './measures.ts'
import type { Detector, Finding, Measures } from './measures.ts'
import { findNearest } from './nearest-limit.ts'
import type { NearLimit } from './nearest-limit.ts'
import { barOf, limitsOf, ofSinglePackets, standardProfile } from './profiles.ts'
import type { Limits, Profile } from './profiles.ts'
import { everything } from './protected-networks.ts'
import type { ProtectedNetworks } from './protected-networks.ts'
import { detectReflection } from './reflection.ts'
import { createScanDetector } from './scanning.ts'
import type { ScanFinding } from './scanning.ts'
import { detectVolume } from './volume.ts'

// The front door to detection: flows in, attacks out. Counting costs what traffic-window.ts says; every 100 ms the targets
// with rich counters are looked at. Time comes from the caller: when a batch was received, never from the machine.

export interface AttackEvent {
  event: Exclude<Change, 'none'>
  /** When this was told. */
  atMs: number
  target: string
  scope: 'host' | 'net' | 'network'
  /** The protected network, its owner and profile. */
  network: string
  owner: string
  profile: string
  attack: Attack
  /** Different sources in the last one to two seconds. */
  sources: number
  /** Packets by mean length, in steps of 100 bytes. */
  packetLengths: number[]
}

export interface Scan extends Omit<ScanFinding, 'network'> {
  /** The scanning host's address, its network and that one's owner. */
  source: string
  network: string
  owner: string
}

export interface AttackDetectorOptions {
  networks?: ProtectedNetworks
  profiles?: readonly Profile[]
  bounds?: Partial<WindowBounds>
  /**
   * Flows are single packets, as they passed: then the first second can be judged by the part of it that passed. What
   * exporters send comes in bunches, so a part of a second says little.
   */
  isPacketByPacket?: boolean
  /** `nearest` is noted. */
  notesNearest?: boolean
  /** What was learned before; else it is learned from the beginning, and says nothing for a day. */
  baselines?: Baselines
  onAttack(event: AttackEvent): void
  /** Told of hosts in the protected networks that scan others. */
  onScan?(finding: Scan): void
}

export interface AttackDetector {
  /** Counts a batch that was received at `nowMs`, milliseconds since 1970, and looks if it is time to. */
  take(batch: FlowBatch, nowMs: number): void
  /** Looks if it is time to: to be called every 100 ms when no batches come. */
  advance(nowMs: number): void
  /** Says of every attack that goes on that it ends now, with the input. */
  close(): void
  readonly window: TrafficWindow
  readonly openAttacks: number
  /** Those that go on, the oldest first, as the last look saw them. */
  listAttacks(): AttackEvent[]
  /** Hosts that receive most bits, with or without an attack, the busiest first. */
  listBusiest(count: number): BusyHost[]
  /** What came nearest to a limit of all targets that ever received a quarter of one, by rates of one second. */
  readonly nearest: (NearLimit & { target: string; profile: string }) | undefined
}

export interface BusyHost {
  target: string
  packetsPerSecond: number
  bitsPerSecond: number
}

const lookEveryMs = 100
const hostDetectors: readonly Detector[] = [detectVolume, detectFloods, detectReflection, detectManySources]
const netDetectors: readonly Detector[] = [detectCarpetBombing]

export function createAttackDetector({
  networks = everything(),
  profiles = [standardProfile],
  bounds,
  isPacketByPacket = false,
  notesNearest = false,
  baselines = createBaselines(),
  onAttack,
  onScan,
}: AttackDetectorOptions): AttackDetector {
  const { list } = networks
  const watched = list.map(({ prefix, profile: name, name: network }) => {
    const given = profiles.find(one => one.name === name)
    if (!given) throw new Error(`${network} has the profile "${name}", which is not given`)
    const profile = isPacketByPacket ? ofSinglePackets(given) : given
    const hosts = limitsOf(profile)
    const nets = limitsOf(profile, profile.netFactor)
    // What arrives at many nets evens out: a network of n nets may receive √n times as much as one.
    const netBits = prefix.family === 4 ? 24 : 64
    const whole = limitsOf(profile, profile.netFactor * Math.sqrt(2 ** Math.max(0, netBits - prefix.length)))
    return { family: prefix.family, length: prefix.length, hosts, nets, whole, hostBar: barOf(hosts), netBar: barOf(nets) }
  })
  const scans =
    onScan &&
    createScanDetector({
      networks: networks.table,
      onScan(finding) {
        const { name, owner } = list[finding.network]!
        onScan({ ...finding, source: formatAddress(finding.family, finding.words), network: name, owner })
      },
    })
  const window = createTrafficWindow({
    networks: { table: networks.table, list: watched },
    ...(bounds ? { bounds } : {}),
    onCooled: forget,
    ...(scans ? { onElsewhere: scans.take } : {}),
  })
  const { hot, targets } = window
  const { read } = createMeasures(hot)
  /** Of targets that are or were near a limit; at most as many as have rich counters. */
  const lives = new Map<number, Life>()
  const findings: Finding[] = []
  const report = (finding: Finding): void => void findings.push(finding)
  let nextLookMs = -Infinity
  let lastLookMs = -Infinity
  let lastMs = NaN
  let ids = 0
  let open = 0
  let nearest: AttackDetector['nearest']

  function nameOf(one: number): string {
    const slot = hot.slotOf(one)
    if (targets.kindOf(slot) === targetKind.network) return list[window.networkOf(one)]!.name
    return nameSlot(slot)
  }

  /** Of a host or a net. */
  function nameSlot(slot: number): string {
    const kindOfTarget = targets.kindOf(slot)
    const family = kindOfTarget === targetKind.host4 || kindOfTarget === targetKind.net4 ? 4 : 6
    const address = formatAddress(family, targets.words, slot * 16)
    return targets.isHost(slot) ? address : `${address}/${family === 4 ? 24 : 64}`
  }
  const watch = createBaselineWatch(window, baselines, nameOf)

  function describe(one: number, event: AttackEvent['event'], attack: Attack, atMs: number): AttackEvent {
    const { name, owner, profile } = list[window.networkOf(one)]!
    const slot = hot.slotOf(one)
    return {
      event,
      atMs,
      target: nameOf(one),
      scope: targets.isHost(slot) ? 'host' : targets.kindOf(slot) === targetKind.network ? 'network' : 'net',
      network: name,
      owner,
      profile,
      attack,
      sources: Math.round(hot.countSources(one)),
      packetLengths: hot.readPacketLengths(one),
    }
  }

  function limitsFor(one: number, isHost: boolean): Limits {
    const limits = watched[window.networkOf(one)]!
    if (isHost) return limits.hosts
    return targets.kindOf(hot.slotOf(one)) === targetKind.network ? limits.whole : limits.nets
  }

  const isUnderAttack = (one: number): boolean => lives.get(one)?.attack !== undefined
  const limitsOfHot = (one: number): Limits => limitsFor(one, targets.isHost(hot.slotOf(one)))

  /** Share of the packets that the strongest kind has, which names the attack; what is left over names none. */
  function purityOf(now: Float64Array, packets: number): number {
    let most = 0
    for (let index = 0; index < kindCount; index++) if (index !== kind['tcp-other'] && now[index]! > most) most = now[index]!
    return packets > 0 ? most / packets : 0
  }

  /** A target loses its rich counters; an attack on it, which keeps them unless the table finds no place for it, ends. */
  function forget(one: number): void {
    const life = lives.get(one)
    lives.delete(one)
    if (!life?.attack || life.lastSeen.size === 0) return
    open--
    onAttack(describe(one, 'end', life.attack, lastLookMs))
  }

  function note(one: number, measures: Measures, limits: Limits): void {
    const level = nearest ? nearest.rate / nearest.limit : 0
    // No kind can be nearer.
    if (Math.max(measures.packetsNow / limits.leastPackets, measures.bitsNow / limits.leastBits) <= level) return
    const found = findNearest(measures, limits)
    if (found.rate / found.limit > level) nearest = { ...found, target: nameOf(one), profile: list[window.networkOf(one)]!.profile }
  }

  function lookAt(one: number, nowMs: number): void {
    const slot = hot.slotOf(one)
    const isHost = targets.isHost(slot)
    const limits = limitsFor(one, isHost)
    let life = lives.get(one)
    const measures = read(one, window.fraction, isPacketByPacket ? window.countedMs : Infinity)
    if (notesNearest) note(one, measures, limits)
    const half = 0.5
    const isNear =
      measures.packetsNow >= limits.leastPackets * half ||
      measures.packetsSteady >= limits.leastPackets * half ||
      measures.bitsNow >= limits.leastBits * half ||
      measures.bitsSteady >= limits.leastBits * half
    const unusual = watch.findingOf(one)
    if (!life && !isNear && !unusual) return
    measures.isHost = isHost
    measures.isWide = window.isWide(one)
    measures.watchedMs = window.hotMs(one)
    findings.length = 0
    if (isNear) for (const detect of isHost ? hostDetectors : netDetectors) detect(measures, limits, report)
    if (unusual) report(unusual)
    if (!life) {
      if (findings.length === 0) return
      life = createLife()
      lives.set(one, life)
    }
    const seen: Look = {
      nowMs,
      findings,
      packetsPerSecond: measures.packetsNow,
      bitsPerSecond: measures.bitsNow,
      purity: purityOf(measures.now, measures.packetsNow),
      newShare: () =>
        measures.watchedMs < 60_000 ? undefined : Math.min(1, measures.countNewSources() / Math.max(1, hot.countSources(one))),
    }
    const change = live(life, seen, () => ++ids)
    const { attack } = life
    if (change === 'start') {
      open++
      window.pin(one, true)
    }
    if (change !== 'none' && attack) onAttack(describe(one, change, attack, nowMs))
    if (change === 'end') {
      open--
      window.pin(one, false)
    }
    if (change === 'end' || (!attack && findings.length === 0)) lives.delete(one)
  }

  function look(nowMs: number): void {
    if (nowMs < nextLookMs && nowMs >= lastLookMs) return
    // After a silence: what came before it is looked at before it slides out of the windows.
    if (nowMs > nextLookMs + lookEveryMs && Number.isFinite(nextLookMs)) lookAtAll(nextLookMs)
    lookAtAll(nowMs)
  }

  function lookAtAll(nowMs: number): void {
    nextLookMs = nowMs + lookEveryMs
    lastLookMs = nowMs
    window.advance(nowMs)
    watch.observe(nowMs, isUnderAttack, limitsOfHot)
    for (let one = 0; one < hot.end; one++) if (hot.slotOf(one) >= 0) lookAt(one, nowMs)
  }

  return {
    window,
    get openAttacks() {
      return open
    },
    get nearest() {
      return nearest
    },
    listAttacks: () =>
      [...lives]
        .flatMap(([one, { attack, lastSeen }]) => (attack && lastSeen.size > 0 ? [describe(one, 'update', attack, lastMs)] : []))
        .toSorted((one, other) => one.attack.id - other.attack.id),
    listBusiest: count =>
      window.busiestHosts(count).map(slot => ({
        target: nameSlot(slot),
        packetsPerSecond: targets.packetsPerSecond(slot),
        bitsPerSecond: targets.bitsPerSecond(slot),
      })),
    take(batch, nowMs) {
      // What came before is looked at before time passes over it.
      look(nowMs)
      lastMs = nowMs
      window.count(batch, nowMs)
    },
    advance(nowMs) {
      lastMs = nowMs
      look(nowMs)
    },
    close() {
      if (!Number.isNaN(lastMs)) lookAtAll(lastMs)
      for (const [one, { attack, lastSeen }] of lives) {
        if (attack && lastSeen.size > 0) onAttack(describe(one, 'end', attack, lastLookMs))
        window.pin(one, false)
      }
      lives.clear()
      open = 0
    },
  }
}
