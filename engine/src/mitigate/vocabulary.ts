import { fragmentBit } from '../flow/flow-batch.ts'
import { protocolNumber } from '../packet/packet-headers.ts'
import { aloneCuts, createAxis } from './axis.ts'
import type { Axis } from './axis.ts'
import { hasPortsToSee, packetLengthOf } from './match-flow.ts'
import { createSourceTree } from './source-tree.ts'
import type { SourceTree } from './source-tree.ts'
import type { Measure, Rows } from './target-rows.ts'

// The words that rules may be made of, chosen from what stands out in the attack and in the usual traffic. Each field becomes a
// code below 32, and whatever a rule can say of a field is a set of its codes: so a rule is judged on kinds of flows instead of
// on flows, and the judgement is exact.

/** Codes of the fragment field. */
export const fragmentCode = { whole: 0, first: 1, later: 2 } as const
/** A field of which a rule cannot look at the value: ports of a fragment, flags of UDP. */
export const absentCode = 31
/** A value that does not stand out. */
export const otherCode = 30

export interface Vocabulary {
  /** Protocols by code. */
  readonly protocols: readonly number[]
  readonly protocolCodeOf: Uint8Array
  readonly sources: SourceTree
  readonly sourcePorts: Axis
  readonly destinationPorts: Axis
  readonly lengths: Axis
  /** TCP flags (below 256) and ICMP types (256 more) by code. */
  readonly kinds: readonly number[]
  readonly kindCodeOf: Uint8Array
}

interface Histograms {
  protocols: Float64Array
  sourcePorts: Float64Array
  destinationPorts: Float64Array
  lengths: Float64Array
  /** Of packets that are in one piece. */
  wholeLengths: Float64Array
  kinds: Float64Array
  /** Rows, not weights, by port. */
  sourcePortRows: Uint16Array
  destinationPortRows: Uint16Array
  total: number
}

/** TCP's flags, or ICMP's type; -1 when a rule could see neither. */
export function kindOf(protocol: number, tcpFlags: number, icmpType: number, isLater: boolean): number {
  if (isLater) return -1
  if (protocol === protocolNumber.tcp) return tcpFlags & 0xff
  return protocol === protocolNumber.icmp || protocol === protocolNumber.icmp6 ? 256 + icmpType : -1
}

/** What stands out does so in any sample, evenly taken; fewer than 65536, which a count of rows can hold. */
const sampleRows = 20_000

function countValues({ batch, rows }: Rows, measure: Measure): Histograms {
  const counts: Histograms = {
    protocols: new Float64Array(256),
    sourcePorts: new Float64Array(65_536),
    destinationPorts: new Float64Array(65_536),
    lengths: new Float64Array(65_536),
    wholeLengths: new Float64Array(65_536),
    kinds: new Float64Array(512),
    sourcePortRows: new Uint16Array(65_536),
    destinationPortRows: new Uint16Array(65_536),
    total: 0,
  }
  const weights = batch[measure]
  const step = Math.max(1, Math.floor(rows.length / sampleRows))
  for (let index = 0; index < rows.length; index += step) {
    const row = rows[index]!
    const weight = weights[row]!
    const protocol = batch.protocol[row]!
    const fragment = batch.fragment[row]!
    counts.total += weight
    counts.protocols[protocol]! += weight
    const length = packetLengthOf(batch, row)
    counts.lengths[length]! += weight
    if ((fragment & (fragmentBit.isFragment | fragmentBit.firstFragment)) === 0) counts.wholeLengths[length]! += weight
    if (hasPortsToSee(protocol, fragment)) {
      const [from, to] = [batch.sourcePort[row]!, batch.destinationPort[row]!]
      counts.sourcePorts[from]! += weight
      counts.destinationPorts[to]! += weight
      counts.sourcePortRows[from]!++
      counts.destinationPortRows[to]!++
    }
    const kind = kindOf(protocol, batch.tcpFlags[row]!, batch.icmpType[row]!, (fragment & fragmentBit.isFragment) !== 0)
    if (kind >= 0) counts.kinds[kind]! += weight
  }
  return counts
}

/** The heaviest values with at least this share, heaviest first; of equal ones the lower. */
function heaviest(counts: Float64Array, total: number, { share, count }: { share: number; count: number }): number[] {
  const found: number[] = []
  const least = Math.max(total * share, Number.MIN_VALUE)
  for (let value = 0; value < counts.length; value++) if (counts[value]! >= least) found.push(value)
  return found.sort((one, other) => counts[other]! - counts[one]! || one - other).slice(0, count)
}

/** Values at these shares of the weight. */
function quantiles(counts: Float64Array, total: number, shares: readonly number[]): number[] {
  const found: number[] = []
  for (const share of shares) {
    let [value, sum] = [0, counts[0]!]
    while (sum < total * share && value < 65_535) sum += counts[++value]!
    found.push(value)
  }
  return found
}

/** Where ranges of ports begin by custom: registered ones, those of calls, ephemeral ones of this system and that. */
const usualBorders = [1024, 32_768, 49_152, 16_384, 20_480, 24_576, 61_000, 8192]

/**
 * Ports that stand out. Of the usual traffic only those of services: the ephemeral port of a long connection would be a
 * coincidence, and a rule must not be made of one.
 */
function portAxis(attack: Float64Array, usual: Float64Array, usualRows: Uint16Array, totals: { attack: number; usual: number }): Axis {
  const usualServices = heaviest(usual, totals.usual, { share: 0.01, count: 40 }).filter(port => port < 32_768 && usualRows[port]! >= 3)
  const ports = [...new Set([...heaviest(attack, totals.attack, { share: 0.005, count: 9 }), ...usualServices.slice(0, 5)])]
  return createAxis([...aloneCuts(ports), ...usualBorders])
}

/** Stretches of values with no wider gap than this between them are one heap. */
const widestGap = 16

/** The heaviest heaps of values, as first value and the one after the last. */
function heaps(counts: Float64Array, count: number): { from: number; to: number }[] {
  const found: { from: number; to: number; weight: number }[] = []
  for (let value = 0; value < counts.length; value++) {
    if (counts[value] === 0) continue
    const last = found.at(-1)
    if (last && value - last.to < widestGap) {
      last.to = value + 1
      last.weight += counts[value]!
    } else found.push({ from: value, to: value + 1, weight: counts[value]! })
  }
  return found.sort((one, other) => other.weight - one.weight || one.from - other.from).slice(0, count)
}

/** What is longer than a SYN with options, and than an answer of DNS without EDNS (RFC 1035 §2.3.4). */
const usualLengthBorders = [65, 541]

/** Ethernet's frames carry at least 46 bytes (IEEE 802.3 §3.2.7): a shorter packet looks as long where frames are counted. */
const leastPayload = 46

/** Heaps and single lengths of the attack first, then what sets the usual traffic apart, then shares of the attack. */
function lengthAxis(attack: Histograms, usual: Histograms, leastCut: number): Axis {
  const alone = heaviest(attack.lengths, attack.total, { share: 0.02, count: 5 })
  const usualAlone = heaviest(usual.lengths, usual.total, { share: 0.05, count: 3 })
  const least = attack.lengths.findIndex(weight => weight > 0)
  const most = attack.lengths.findLastIndex(weight => weight > 0)
  const cuts = [
    least,
    most + 1,
    ...heaps(attack.wholeLengths, 3).flatMap(({ from, to }) => [from, to]),
    ...usualLengthBorders,
    ...heaps(attack.lengths, 4).flatMap(({ from, to }) => [from, to]),
    ...aloneCuts(alone),
    ...aloneCuts(usualAlone),
    ...quantiles(attack.lengths, attack.total, [0.5, 0.25, 0.75, 0.1, 0.9]),
    ...quantiles(usual.lengths, usual.total, [0.5, 0.25, 0.75]),
  ]
  return createAxis(cuts.filter(cut => cut > leastCut))
}

const codesOf = (values: readonly number[], size: number): Uint8Array => {
  const codes = new Uint8Array(size).fill(otherCode)
  for (const [code, value] of values.entries()) codes[value] = code
  return codes
}

/** Reads both batches once; about 3 MB for the time of the call. */
export function chooseVocabulary(attack: Rows, usual: Rows, { measure, isPadded }: { measure: Measure; isPadded: boolean }): Vocabulary {
  const [inAttack, inUsual] = [countValues(attack, measure), countValues(usual, measure)]
  const totals = { attack: inAttack.total, usual: inUsual.total }
  const both = (field: 'protocols' | 'kinds', count: number): number[] => [
    ...new Set([
      ...heaviest(inAttack[field], totals.attack, { share: 0.001, count }),
      ...heaviest(inUsual[field], totals.usual, { share: 0.001, count }),
    ]),
  ]
  const protocols = both('protocols', 12)
  const kinds = both('kinds', 15)
  return {
    protocols,
    protocolCodeOf: codesOf(protocols, 256),
    sources: createSourceTree(attack, measure),
    sourcePorts: portAxis(inAttack.sourcePorts, inUsual.sourcePorts, inUsual.sourcePortRows, totals),
    destinationPorts: portAxis(inAttack.destinationPorts, inUsual.destinationPorts, inUsual.destinationPortRows, totals),
    lengths: lengthAxis(inAttack, inUsual, isPadded ? leastPayload : 0),
    kinds,
    kindCodeOf: codesOf(kinds, 512),
  }
}
