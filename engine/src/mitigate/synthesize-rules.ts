import type { FlowBatch } from '../flow/flow-batch.ts'
import { holdsCell, matchOf } from './box.ts'
import type { Box } from './box.ts'
import { chooseAction, enoughFlows } from './choose-action.ts'
import { compareRules } from './compare-rules.ts'
import { findBoxes } from './find-boxes.ts'
import type { CellValues } from './find-boxes.ts'
import { countCells } from './flow-cells.ts'
import type { FlowCells } from './flow-cells.ts'
import { blackholeCommunity } from './flowspec-rule.ts'
import type { BlackholeRoute, Expectation, FlowSpecMatch, FlowSpecRule, RuleReason } from './flowspec-rule.ts'
import { inferFragments, tellsFragments } from './infer-fragments.ts'
import { exemptionsFor } from './never-touch.ts'
import type { NeverTouch } from './never-touch.ts'
import { containsPrefix } from './prefix.ts'
import type { Prefix } from './prefix.ts'
import { splitConnections } from './split-connections.ts'
import { selectRows } from './target-rows.ts'
import type { Measure, TargetRows } from './target-rows.ts'
import { chooseVocabulary } from './vocabulary.ts'
import type { Vocabulary } from './vocabulary.ts'

// From the flows of an attack and the target's usual traffic to the fewest rules that stop the one and spare the other:
// fields become codes, flows become cells, boxes of cells become matches, and each match gets an action, a life and its numbers.

export interface SynthesisOptions {
  /** What the attack goes to: a host, or the network that a carpet bombing covers. Rules name it as their destination. */
  target: Prefix
  /** The owner's networks; the target must lie in one of them. */
  owned: readonly Prefix[]
  measure: Measure
  neverTouch?: NeverTouch
  /** Filters, 5 by default; rules that let pass what no filter may touch come beside them, 16 at most. */
  maxRules?: number
  fromMs: number
  /** Ten minutes by default; an attack that goes on renews its rules. */
  lifeMs?: number
  /** Whether lengths may be those of frames that were filled up to Ethernet's least: then nothing is said of lengths below it. */
  isPadded?: boolean
  /** Where nothing is known of the usual traffic and a rule is too wide to drop; 125,000 by default. */
  unknownLimitBytesPerSecond?: number
}

export interface Synthesis {
  /** In the order in which a router tries them; those that let pass what no filter may touch included. */
  rules: FlowSpecRule[]
  /** Of all rules together, shares of 1. Traffic that passes before the filters is not covered. */
  coverage: number
  collateral: number
  assumedCollateral: number
  /** Flows to the target that were looked at. */
  attackFlows: number
  usualFlows: number
  /** Why there are no rules, or fewer than were found. */
  withheld?: 'target-not-owned' | 'target-never-touch' | 'no-attack-flows' | 'nothing-separates' | 'too-many-exemptions'
  /** The last resort; not given for a target that is not the owner's, or holds what no rule may touch. */
  blackhole?: BlackholeRoute
}

const maxExemptions = 16
/** A share of good traffic weighs so many times a share of the attack; the others, where rules by the one before cover too little. */
const harmWeights = [8, 2] as const
/** Rules should cover so much of an attack, where they can and hurt no more of the good traffic than this, known or assumed. */
const enoughCoverage = 0.95
const bearableHarm = { known: 0.01, assumed: 0.05 } as const
/** What is assumed keeps this much weight, however much usual traffic is known: not everything usual was seen. */
const leastAssumedWeight = 0.1

/** Share of the attack below which a rule is not worth having; the less is known of good traffic, the more an attack may hide it. */
const leastWorth = { known: 0.01, unknown: 0.03 } as const

/** Pure and deterministic: the same flows give the same rules. `usual` may be empty. */
export function synthesizeRules(attack: FlowBatch, usual: FlowBatch, options: SynthesisOptions): Synthesis {
  const { target, owned, measure, neverTouch = {}, maxRules = 5, isPadded = false } = options
  const nothing = { rules: [], coverage: 0, collateral: 0, assumedCollateral: 0, attackFlows: 0, usualFlows: 0 }
  if (!owned.some(prefix => containsPrefix(prefix, target))) return { ...nothing, withheld: 'target-not-owned' }
  const destinations = neverTouch.destinations ?? []
  if (destinations.some(prefix => containsPrefix(prefix, target))) return { ...nothing, withheld: 'target-never-touch' }
  const isTold = tellsFragments([attack, usual])
  const asPackets = (batch: FlowBatch): FlowBatch => splitConnections(isTold ? batch : inferFragments(batch))
  const attackRows = selectRows(asPackets(attack), target, neverTouch)
  const usualRows = selectRows(asPackets(usual), target, neverTouch)
  const looked = { ...nothing, attackFlows: attackRows.rows.length, usualFlows: usualRows.rows.length }
  if (attackRows.rows.length === 0 || attackRows[measure] === 0) return { ...looked, withheld: 'no-attack-flows' }

  const vocabulary = chooseVocabulary(attackRows, usualRows, { measure, isPadded })
  const cells = countCells(vocabulary, attackRows, usualRows)
  const totals = { attack: attackRows, usual: usualRows, measure }
  const boxes = findEnough(cells, totals, vocabulary, maxRules)

  const found: { box: Box; match: FlowSpecMatch; exemptions: FlowSpecMatch[] }[] = []
  for (const box of boxes) {
    const match = matchOf(box, vocabulary, target)
    const exemptions = exemptionsFor(match, neverTouch)
    if (exemptions) found.push({ box, match, exemptions })
  }
  const exemptions = unique(found.flatMap(one => one.exemptions))
  const blackhole = blackholeOf(options, totals)
  const end = { ...looked, ...(blackhole ? { blackhole } : {}) }
  if (exemptions.length > maxExemptions) return { ...end, withheld: 'too-many-exemptions' }
  if (found.length === 0) return { ...end, withheld: 'nothing-separates' }

  found.sort((one, other) => compareRules(one.match, other.match))
  const life = { fromMs: options.fromMs, untilMs: options.fromMs + (options.lifeMs ?? 600_000) }
  const { unknownLimitBytesPerSecond = 125_000 } = options
  const filters = found.map(({ box, match }, index): FlowSpecRule => {
    const before = found.slice(0, index).map(other => other.box)
    const expected = expectationOf(cells, [box], totals, before)
    const { actions, actionKey } = chooseAction(match, expected, usualRows, unknownLimitBytesPerSecond)
    return { match, actions, ...life, expected, reason: { key: reasonOf(match), actionKey } }
  })
  const passing = exemptions.map((match): FlowSpecRule => {
    const expected = expectationOf(cells, [], totals)
    return { match, actions: [], ...life, expected, reason: { key: 'never-touch', actionKey: 'passes-before-filters' } }
  })
  const all = expectationOf(
    cells,
    found.map(one => one.box),
    totals,
  )
  return {
    ...end,
    rules: [...passing, ...filters].sort((one, other) => compareRules(one.match, other.match)),
    coverage: all.coverage,
    collateral: all.collateral,
    assumedCollateral: all.assumedCollateral,
  }
}

interface Totals {
  attack: TargetRows
  usual: TargetRows
  measure: Measure
}

/** Boxes by the first weight of harm; by the next, where those cover too little and these cover more and hurt bearably. */
function findEnough(cells: FlowCells, totals: Totals, vocabulary: Vocabulary, maxRules: number): Box[] {
  let found: Box[] = []
  let covered = -1
  for (const weight of harmWeights) {
    const boxes = findBoxes(cells, valuesOf(cells, totals, weight), vocabulary, maxRules)
    const { coverage, collateral, assumedCollateral } = expectationOf(cells, boxes, totals)
    if (covered < 0 || (coverage > covered && collateral <= bearableHarm.known && assumedCollateral <= bearableHarm.assumed)) {
      found = boxes
      covered = coverage
    }
    if (covered >= enoughCoverage) break
  }
  return found
}

/** What it is worth to stop each cell: its share of the attack, less what its share of good traffic weighs. */
function valuesOf(cells: FlowCells, { attack, usual, measure }: Totals, harmWeight: number): CellValues {
  const [inAttack, inUsual] = measure === 'packets' ? [cells.attackPackets, cells.usualPackets] : [cells.attackBytes, cells.usualBytes]
  const known = usual.rows.length / (usual.rows.length + enoughFlows)
  const assumedWeight = Math.max(1 - known, leastAssumedWeight)
  const values = new Float64Array(cells.count)
  const shares = new Float64Array(cells.count)
  for (let cell = 0; cell < cells.count; cell++) {
    const harm = (usual[measure] > 0 ? (known * inUsual[cell]!) / usual[measure] : 0) + assumedWeight * cells.assumed[cell]!
    shares[cell] = inAttack[cell]! / attack[measure]
    values[cell] = shares[cell]! - harmWeight * harm
  }
  return { values, attack: shares, leastWorth: leastWorth.known * known + leastWorth.unknown * (1 - known) }
}

/** What the boxes hold together; new is what none of those `before` holds. */
function expectationOf(
  cells: FlowCells,
  boxes: readonly Box[],
  { attack, usual, measure }: Totals,
  before: readonly Box[] = [],
): Expectation {
  const sums = { attackPackets: 0, attackBytes: 0, usualPackets: 0, usualBytes: 0 }
  let [assumedCollateral, fresh] = [0, 0]
  const inAttack = measure === 'packets' ? cells.attackPackets : cells.attackBytes
  for (let cell = 0; cell < cells.count; cell++) {
    if (!boxes.some(box => holdsCell(box, cells, cell))) continue
    sums.attackPackets += cells.attackPackets[cell]!
    sums.attackBytes += cells.attackBytes[cell]!
    sums.usualPackets += cells.usualPackets[cell]!
    sums.usualBytes += cells.usualBytes[cell]!
    assumedCollateral += cells.assumed[cell]!
    if (!before.some(box => holdsCell(box, cells, cell))) fresh += inAttack[cell]!
  }
  const [hit, hurt] = measure === 'packets' ? [sums.attackPackets, sums.usualPackets] : [sums.attackBytes, sums.usualBytes]
  const share = (part: number, of: number): number => (of > 0 ? part / of : 0)
  return {
    ...sums,
    coverage: share(hit, attack[measure]),
    newCoverage: share(fresh, attack[measure]),
    collateral: share(hurt, usual[measure]),
    assumedCollateral,
  }
}

function unique(matches: readonly FlowSpecMatch[]): FlowSpecMatch[] {
  const sorted = [...matches].sort(compareRules)
  return sorted.filter((match, index) => index === 0 || compareRules(sorted[index - 1]!, match) !== 0)
}

/** The field that says most of why the rule is what it is. */
function reasonOf(match: FlowSpecMatch): RuleReason['key'] {
  if (match.sourcePorts?.every(term => term.compare === '=')) return 'amplification-ports'
  if (match.fragment?.some(term => !term.not)) return 'later-fragments'
  if (match.tcpFlags) return 'tcp-flags'
  if (match.icmpTypes) return 'icmp-type'
  if (match.source) return 'source-network'
  if (match.destinationPorts) return 'service-ports'
  if (match.packetLengths) return 'packet-length'
  return match.protocols ? 'protocol' : 'all-traffic'
}

/** Everything to the target goes, also what is good: its whole usual traffic. */
function blackholeOf(
  { target, neverTouch = {}, fromMs, lifeMs = 600_000 }: SynthesisOptions,
  { attack, usual }: Totals,
): BlackholeRoute | undefined {
  const { sources = [], destinations = [], ports = [] } = neverTouch
  if (destinations.some(prefix => containsPrefix(target, prefix))) return undefined
  return {
    prefix: target,
    community: blackholeCommunity,
    breaksNeverTouch: sources.length + ports.length > 0,
    fromMs,
    untilMs: fromMs + lifeMs,
    expected: {
      coverage: 1,
      newCoverage: 1,
      collateral: 1,
      assumedCollateral: 1,
      attackPackets: attack.packets,
      attackBytes: attack.bytes,
      usualPackets: usual.packets,
      usualBytes: usual.bytes,
    },
    reason: { key: 'last-resort', actionKey: 'everything-is-lost' },
  }
}
