import { fragmentBit } from '../flow/flow-batch.ts'
import { protocolNumber } from '../packet/packet-headers.ts'
import { chooseRun, chooseRuns, termsOf } from './axis.ts'
import type { BitmaskTerm, FlowSpecMatch } from './flowspec-rule.ts'
import { fieldCount } from './flow-cells.ts'
import type { FlowCells } from './flow-cells.ts'
import type { Prefix } from './prefix.ts'
import { fragmentCode, otherCode } from './vocabulary.ts'
import type { SourceTree } from './source-tree.ts'
import type { Vocabulary } from './vocabulary.ts'

// A rule while it is sought: for each field the set of codes that it allows, as a mask of 32 bits. All bits set is a field that
// the rule does not name. Here is what sets a rule can say of a field, and how it says them.

/** A mask for each field, in the order of `fieldAt`. */
export type Box = Uint32Array

export const everything = 0xffff_ffff
export const createBox = (): Box => new Uint32Array(fieldCount).fill(everything)

export function holdsCell(box: Box, { codes }: Pick<FlowCells, 'codes'>, cell: number): boolean {
  for (let field = 0, at = cell * fieldCount; field < fieldCount; field++, at++) if (((box[field]! >>> codes[at]!) & 1) === 0) return false
  return true
}

/** What a rule costs beside what it hits, in shares of the attack: a field that it names, and each item of the field's list. */
export const cost = { field: 0.002, item: 0.002 } as const

export interface Choice {
  mask: number
  /** Sum of the values of the codes in the set, less the field's cost. */
  sum: number
}

/** For each field, in the order of `fieldAt`, the best set, when a code has this value; always one that a rule can say. */
export const choosers: readonly ((vocabulary: Vocabulary, values: Float64Array) => Choice)[] = [
  ({ protocols }, values) => chooseOne(values, protocols.length),
  ({ sources }, values) => chooseNetwork(sources, values),
  ({ sourcePorts }, values) => chooseStretches(values, sourcePorts.starts.length),
  ({ destinationPorts }, values) => chooseStretches(values, destinationPorts.starts.length),
  ({ kinds }, values) => {
    // A rule names TCP's flags or ICMP's types, not both.
    const flags = chooseItems(
      values,
      maskWhere(kinds, kind => kind < 256),
    )
    const types = chooseItems(
      values,
      maskWhere(kinds, kind => kind >= 256),
    )
    return flags.sum >= types.sum ? flags : types
  },
  ({ lengths }, values) => {
    // One range: with enough of them any attack can be told by its lengths alone, and such a rule says nothing of it.
    const { mask, sum } = chooseRun(values, lengths.starts.length)
    return { mask, sum: sum - cost.field - cost.item }
  },
  (_vocabulary, values) => best(fragmentSets.map(mask => ({ mask, sum: sumOf(values, mask) - cost.field })))!,
]

const maskWhere = (kinds: readonly number[], holds: (kind: number) => boolean): number =>
  kinds.reduce((mask, kind, code) => (holds(kind) ? mask | (1 << code) : mask), 0) >>> 0

const best = (choices: readonly Choice[]): Choice | undefined =>
  choices.reduce<Choice | undefined>((chosen, choice) => (chosen === undefined || choice.sum > chosen.sum ? choice : chosen), undefined)

function sumOf(values: Float64Array, mask: number): number {
  let sum = 0
  for (let code = 0; code < 32; code++) if (((mask >>> code) & 1) === 1) sum += values[code]!
  return sum
}

/** One code: a rule on two protocols is two rules that happen to share a field. */
function chooseOne(values: Float64Array, count: number): Choice {
  const choices = Array.from({ length: count }, (_, code) => ({ mask: (1 << code) >>> 0, sum: values[code]! - cost.field - cost.item }))
  return best(choices) ?? { mask: 0, sum: -Infinity }
}

/** Codes of a list, each at its cost. */
function chooseItems(values: Float64Array, allowed: number): Choice {
  const choice = { mask: 0, sum: -cost.field }
  for (let code = 0; code < otherCode; code++) {
    if (((allowed >>> code) & 1) === 0 || values[code]! <= cost.item) continue
    choice.mask = (choice.mask | (1 << code)) >>> 0
    choice.sum += values[code]! - cost.item
  }
  return choice
}

function chooseStretches(values: Float64Array, count: number): Choice {
  const { mask, sum } = chooseRuns(values, count, cost.item)
  return { mask, sum: sum - cost.field }
}

/** A rule has one source network. */
function chooseNetwork({ maskOf, costOf: costs }: SourceTree, values: Float64Array): Choice {
  const choices = maskOf.map((mask, code) => ({ mask, sum: sumOf(values, mask) - cost.field - cost.item - costs[code]! })).slice(1)
  return best(choices) ?? { mask: 0, sum: -Infinity }
}

const whole = 1 << fragmentCode.whole
const first = 1 << fragmentCode.first
const later = 1 << fragmentCode.later
const { isFragment, firstFragment } = fragmentBit
const bitTerm = (test: 'all' | 'any', bits: number, { not = false, and = false } = {}): BitmaskTerm => ({ and, not, test, bits })
/** What can be said of fragments: later ones, all, none, first ones, all but later ones. */
const fragmentTerms = new Map<number, readonly BitmaskTerm[]>([
  [later, [bitTerm('all', isFragment)]],
  [later | first, [bitTerm('any', isFragment | firstFragment)]],
  [whole, [bitTerm('any', isFragment | firstFragment, { not: true })]],
  [first, [bitTerm('all', firstFragment), bitTerm('all', isFragment, { and: true, not: true })]],
  [whole | first, [bitTerm('all', isFragment, { not: true })]],
])
const fragmentSets = [...fragmentTerms.keys()]

const codesIn = (mask: number, count: number): number[] =>
  Array.from({ length: count }, (_, code) => code).filter(code => ((mask >>> code) & 1) === 1)

/** Just these flags: all of them set, none of the others. */
function exactFlags(flags: number): BitmaskTerm[] {
  const others = ~flags & 0xff
  return [
    ...(flags === 0 ? [] : [bitTerm('all', flags)]),
    ...(others === 0 ? [] : [bitTerm('any', others, { not: true, and: flags !== 0 })]),
  ]
}

/** The box as a match on flows to the target. */
export function matchOf(box: Box, vocabulary: Vocabulary, target: Prefix): FlowSpecMatch {
  const match: FlowSpecMatch = { family: target.family, destination: { ...target, offset: 0 } }
  const [protocol, source, sourcePort, destinationPort, kind, length, fragment] = box
  const { protocols, sources, sourcePorts, destinationPorts, kinds, lengths } = vocabulary
  if (source !== everything) match.source = { ...sources.networks[sources.maskOf.indexOf(source!) - 1]!, offset: 0 }
  if (protocol !== everything) match.protocols = equals(codesIn(protocol!, protocols.length).map(code => protocols[code]!))
  if (destinationPort !== everything) match.destinationPorts = termsOf(destinationPorts, destinationPort!)
  if (sourcePort !== everything) match.sourcePorts = termsOf(sourcePorts, sourcePort!)
  if (kind !== everything) {
    const named = codesIn(kind!, kinds.length).map(code => kinds[code]!)
    // Naming flags or types says the protocol too; routers want it said.
    if (named[0]! < 256) match.tcpFlags = named.sort((one, other) => one - other).flatMap(exactFlags)
    else match.icmpTypes = equals(named.map(type => type - 256))
    match.protocols ??= equals([named[0]! < 256 ? protocolNumber.tcp : target.family === 4 ? protocolNumber.icmp : protocolNumber.icmp6])
  }
  if (length !== everything) match.packetLengths = termsOf(lengths, length!)
  if (fragment !== everything) match.fragment = fragmentTerms.get(fragment!)!
  return match
}

const equals = (values: readonly number[]): { and: boolean; compare: '='; value: number }[] =>
  values.toSorted((one, other) => one - other).map(value => ({ and: false, compare: '=', value }))
