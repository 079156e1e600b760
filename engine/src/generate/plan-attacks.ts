import { formatAddress } from '../flow/addresses.ts'
import type { Address } from '../flow/addresses.ts'
import { attackShapes } from './attack-shapes.ts'
import type { AttackScenario } from './attack-scenarios.ts'
import type { OrdinaryNetwork } from './ordinary-traffic.ts'
import type { ScenarioAttack } from './scenario.ts'
import type { Upper } from './write-flow.ts'

// From named attacks to what a scenario is made of, and to labels: the truth, in the words in which the detector tells what it
// found (detect/describe-attack.ts), so that the two can be compared line by line.

export interface WantedAttack {
  scenario: AttackScenario
  target: Address
  startMs: number
  endMs: number
  /** Instead of the scenario's own. */
  packetsPerSecond?: number | undefined
}

export interface VectorLabel {
  name: string
  packetsPerSecond: number
  bitsPerSecond: number
}

export interface AttackLabel {
  type: 'label'
  of: 'attack'
  scenario: string
  target: string
  scope: 'host' | 'net'
  /** The vector by which the attack is called. */
  name: string
  vectors: VectorLabel[]
  startMs: number
  endMs: number
  /** Means over its time, bits of packets without their frames. */
  packetsPerSecond: number
  bitsPerSecond: number
  /** While a pulse lasts, and at the end of a ramp. */
  peak: { packetsPerSecond: number; bitsPerSecond: number }
}

export interface ScanLabel {
  type: 'label'
  of: 'scan'
  scenario: string
  source: string
  startMs: number
  endMs: number
  destinationsPerSecond: number
}

export type Label = AttackLabel | ScanLabel

const carpetHosts = 256

const upperOf = ({ family, words }: Address): Upper | undefined => (family === 6 ? [words[0], words[1], words[2]] : undefined)
const lastOf = ({ family, words }: Address): number => words[family === 4 ? 0 : 3]
/** First address of the /24 around it, or of the 256 hosts in the /64. */
const firstOf = (address: Address): number => (lastOf(address) & 0xffff_ff00) >>> 0

export function planAttack({ scenario, target, startMs, endMs, packetsPerSecond }: WantedAttack): ScenarioAttack[] {
  const rate = packetsPerSecond ?? scenario.packetsPerSecond
  const { isCarpet, pulses, isRamp } = scenario
  return scenario.parts.map(({ vector, share, shape }) => ({
    vector,
    ...(shape ? { shape } : {}),
    target: isCarpet ? firstOf(target) : lastOf(target),
    ...(isCarpet ? { hosts: carpetHosts } : {}),
    upper: upperOf(target),
    startMs,
    endMs,
    packetsPerSecond: rate * share,
    ...(pulses ? { pulses } : {}),
    ...(isRamp ? { isRamp } : {}),
  }))
}

/** Of its time an attack is active so much; a ramp is at half of its rate in the mean. */
function activeShare({ scenario: { pulses, isRamp }, startMs, endMs }: WantedAttack): number {
  if (isRamp) return 0.5
  if (!pulses || endMs <= startMs) return 1
  const [whole, left] = [Math.floor((endMs - startMs) / pulses.everyMs), (endMs - startMs) % pulses.everyMs]
  return (whole * pulses.onMs + Math.min(left, pulses.onMs)) / (endMs - startMs)
}

function nameTarget({ scenario, target }: WantedAttack): string {
  if (!scenario.isCarpet) return formatAddress(target.family, target.words)
  if (target.family === 6) return `${formatAddress(6, [target.words[0], target.words[1], 0, 0])}/64`
  return `${formatAddress(4, [firstOf(target)])}/24`
}

export function labelAttack(wanted: WantedAttack): Label {
  const { scenario, startMs, endMs } = wanted
  const peakRate = wanted.packetsPerSecond ?? scenario.packetsPerSecond
  const [first] = scenario.parts
  if (first?.vector === 'scan')
    return {
      type: 'label',
      of: 'scan',
      scenario: scenario.name,
      source: nameTarget(wanted),
      startMs,
      endMs,
      destinationsPerSecond: peakRate,
    }
  const share = activeShare(wanted)
  const vectors = new Map<string, VectorLabel>()
  for (const part of scenario.parts) {
    const { bytes } = { ...attackShapes[part.vector], ...part.shape }
    const packetsPerSecond = peakRate * part.share
    const known = vectors.get(part.vector) ?? { name: part.vector, packetsPerSecond: 0, bitsPerSecond: 0 }
    known.packetsPerSecond += packetsPerSecond
    known.bitsPerSecond += packetsPerSecond * bytes * 8
    vectors.set(part.vector, known)
  }
  const list = [...vectors.values()]
  const peakBits = list.reduce((sum, { bitsPerSecond }) => sum + bitsPerSecond, 0)
  const mean = ({ name, packetsPerSecond, bitsPerSecond }: VectorLabel): VectorLabel => ({
    name,
    packetsPerSecond: Math.round(packetsPerSecond * share),
    bitsPerSecond: Math.round(bitsPerSecond * share),
  })
  return {
    type: 'label',
    of: 'attack',
    scenario: scenario.name,
    target: nameTarget(wanted),
    scope: scenario.isCarpet ? 'net' : 'host',
    name: list[0]?.name ?? '',
    vectors: list.map(mean),
    startMs,
    endMs,
    packetsPerSecond: Math.round(peakRate * share),
    bitsPerSecond: Math.round(peakBits * share),
    peak: { packetsPerSecond: Math.round(peakRate), bitsPerSecond: Math.round(peakBits) },
  }
}

/** The targets' surroundings, whose hosts have ordinary traffic: of a target's /24 or /64 the hundred from the target on, or fewer. */
export function networksAround(targets: readonly Address[]): OrdinaryNetwork[] {
  const networks = new Map<string, OrdinaryNetwork>()
  for (const target of targets) {
    const last = lastOf(target)
    const hosts = Math.min(100, 256 - (last & 255))
    const key = [...(upperOf(target) ?? []), firstOf(target)].join()
    if (!networks.has(key)) networks.set(key, { firstHost: last, hosts, upper: upperOf(target) })
  }
  return [...networks.values()]
}
