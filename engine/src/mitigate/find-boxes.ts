import { choosers, cost, createBox, everything, holdsCell } from './box.ts'
import type { Box } from './box.ts'
import { fieldAt, fieldCount } from './flow-cells.ts'
import type { FlowCells } from './flow-cells.ts'
import { fragmentCode } from './vocabulary.ts'
import type { Vocabulary } from './vocabulary.ts'

// The smallest set of boxes that covers the attack and little else. A cell has a value: its share of the attack less what its
// share of good traffic weighs; a box is worth the cells in it that no other box covers, less what it costs to say. One box is
// found by ascent: of all fields, the one is set anew whose best set, the others as they are, gains most; from several starts.
// Boxes are found one after the other, then each once more beside the others, until nothing is gained. Nothing is left to chance.

/** Cells with the greatest values that are searched; all are counted in the end. */
const maxSearched = 2048
/** Starts of an ascent beside the box of everything. */
const maxSeeds = 14
/** Steps of one ascent, and rounds of setting boxes anew. */
const maxSteps = 24
const maxRounds = 3

interface Search {
  readonly vocabulary: Vocabulary
  readonly leastWorth: number
  readonly count: number
  readonly codes: Uint8Array
  readonly values: Float64Array
  /** How many of the boxes hold each cell, but the one being set. */
  readonly held: Uint8Array
}

interface Found {
  box: Box
  worth: number
}

/** By cell: what it is worth to stop it, and its share of the attack alone. */
export interface CellValues {
  values: Float64Array
  attack: Float64Array
  /** What a rule must be worth beside what it costs to say. */
  leastWorth: number
}

/** At most `maxBoxes`. */
export function findBoxes(cells: FlowCells, { values, attack, leastWorth }: CellValues, vocabulary: Vocabulary, maxBoxes: number): Box[] {
  const search = prepare(cells, values, vocabulary, leastWorth)
  const boxes: Box[] = []
  const hold = (box: Box, by: 1 | -1): void => {
    for (let cell = 0; cell < search.count; cell++) if (holdsCell(box, search, cell)) search.held[cell]! += by
  }
  while (boxes.length < maxBoxes) {
    const found = findBox(search)
    if (found.worth <= 0) break
    boxes.push(found.box)
    hold(found.box, 1)
  }
  for (let round = 0; round < maxRounds; round++) {
    let isBetter = false
    for (let index = boxes.length - 1; index >= 0; index--) {
      const box = boxes[index]!
      hold(box, -1)
      const again = ascend(search, box)
      if (again.worth <= 0) boxes.splice(index, 1)
      else {
        boxes[index] = again.box
        hold(again.box, 1)
      }
      if (again.worth <= 0 || again.box.some((mask, field) => mask !== box[field])) isBetter = true
    }
    if (!isBetter) break
  }
  for (const box of boxes) {
    hold(box, -1)
    tighten(cells, attack, vocabulary, box)
    hold(box, 1)
  }
  return boxes
}

/** What a code may carry, of 1, and still be left out of a list that is made narrower. */
const negligible = 0.0001
const tightened = [fieldAt.protocol, fieldAt.fragment, fieldAt.kind, fieldAt.destinationPort, fieldAt.sourcePort, fieldAt.length]
/** A list that is made only to be narrow has no more items. */
const maxTightItems = 4

/**
 * Names what is constant in the attack that the box covers, field by field, though nothing known is spared by it: good traffic
 * that nobody has seen is.
 */
function tighten({ count, codes }: FlowCells, attack: Float64Array, vocabulary: Vocabulary, box: Box): void {
  const cells = { codes }
  let inside: number[] = []
  for (let cell = 0; cell < count; cell++) if (attack[cell]! > 0 && holdsCell(box, cells, cell)) inside.push(cell)
  for (const field of tightened) {
    const shares = new Float64Array(32)
    for (const cell of inside) shares[codes[cell * fieldCount + field]!]! += attack[cell]!
    let mask = 0
    for (const [code, share] of shares.entries()) if (share > negligible) mask = (mask | (1 << code)) >>> 0
    if (!isConstant(vocabulary, field, mask)) continue
    box[field] = mask
    inside = inside.filter(cell => holdsCell(box, cells, cell))
  }
}

/** Whether a rule can say this set, and it is a few values; of lengths also one stretch. */
function isConstant({ protocols, kinds, sourcePorts, destinationPorts, lengths }: Vocabulary, field: number, mask: number): boolean {
  const codes = Array.from({ length: 32 }, (_, code) => code).filter(code => ((mask >>> code) & 1) === 1)
  const [first, last] = [codes[0], codes.at(-1)]
  if (first === undefined || last === undefined) return false
  const isRun = codes.length - 1 === last - first
  if (field === fieldAt.protocol) return first === last && first < protocols.length
  // That a packet is no fragment goes without saying.
  if (field === fieldAt.fragment) return first === fragmentCode.later
  if (field === fieldAt.kind) {
    const named = codes.map(code => kinds[code] ?? -1)
    return codes.length <= maxTightItems && (named.every(kind => kind >= 0 && kind < 256) || named.every(kind => kind >= 256))
  }
  const { starts } = field === fieldAt.sourcePort ? sourcePorts : field === fieldAt.destinationPort ? destinationPorts : lengths
  const isWhole = codes.length === starts.length
  if (last >= starts.length || isWhole) return false
  const isSingle = (code: number): boolean => starts[code]! + 1 === (starts[code + 1] ?? 65_536)
  if (field === fieldAt.length) return isRun
  return codes.length <= maxTightItems && codes.every(isSingle)
}

function prepare(cells: FlowCells, values: Float64Array, vocabulary: Vocabulary, leastWorth: number): Search {
  const order = Array.from({ length: cells.count }, (_, cell) => cell).filter(cell => values[cell] !== 0)
  if (order.length > maxSearched) order.sort((one, other) => Math.abs(values[other]!) - Math.abs(values[one]!) || one - other)
  const count = Math.min(order.length, maxSearched)
  const search = {
    vocabulary,
    leastWorth,
    count,
    codes: new Uint8Array(count * fieldCount),
    values: new Float64Array(count),
    held: new Uint8Array(count),
  }
  for (let index = 0; index < count; index++) {
    const cell = order[index]!
    search.codes.set(cells.codes.subarray(cell * fieldCount, (cell + 1) * fieldCount), index * fieldCount)
    search.values[index] = values[cell]!
  }
  return search
}

function findBox(search: Search): Found {
  let found = ascend(search, createBox())
  for (const seed of seedsOf(search)) {
    const other = ascend(search, seed)
    if (other.worth > found.worth + 1e-9) found = other
  }
  return found
}

/** Boxes of one field with one code: those of which most of the attack is left. */
function seedsOf(search: Search): Box[] {
  const left = new Float64Array(fieldCount * 32)
  for (let cell = 0; cell < search.count; cell++) {
    if (search.held[cell] !== 0 || search.values[cell]! <= 0) continue
    for (let field = 0; field < fieldCount; field++) left[field * 32 + search.codes[cell * fieldCount + field]!]! += search.values[cell]!
  }
  const only = new Float64Array(32)
  const seeds: { box: Box; value: number }[] = []
  for (let index = 0; index < left.length; index++) {
    if (left[index]! <= search.leastWorth) continue
    const field = index >>> 5
    only.fill(-1)
    only[index & 31] = left[index]!
    // Not every code can be said: none that is "any other value", for one.
    const { mask, sum } = choosers[field]!(search.vocabulary, only)
    if (sum <= 0 || mask === 0) continue
    const box = createBox()
    box[field] = mask
    seeds.push({ box, value: left[index]! })
  }
  return seeds
    .sort((one, other) => other.value - one.value)
    .slice(0, maxSeeds)
    .map(({ box }) => box)
}

function ascend(search: Search, start: Box): Found {
  const box = start.slice()
  // What each code of each field would add, the other fields as they are.
  const sums = new Float64Array(fieldCount * 32)
  let worth = -Infinity
  for (let step = 0; step < maxSteps; step++) {
    sumByCode(search, box, sums)
    const now = fieldWorths(search, box, sums)
    worth = now.worth
    if (now.gain <= 1e-9) break
    box[now.field] = now.mask
    worth += now.gain
  }
  return { box, worth }
}

/**
 * For each field and code the values of the free cells that would be in the box if the field allowed just that code: those
 * that no field keeps out, or this one alone.
 */
function sumByCode({ count, codes, values, held }: Search, box: Box, sums: Float64Array): void {
  sums.fill(0)
  for (let cell = 0, at = 0; cell < count; cell++, at += fieldCount) {
    if (held[cell] !== 0) continue
    let outside = -1
    let field = 0
    for (; field < fieldCount; field++) {
      if (((box[field]! >>> codes[at + field]!) & 1) === 1) continue
      if (outside >= 0) break
      outside = field
    }
    if (field < fieldCount) continue
    const value = values[cell]!
    if (outside >= 0) sums[outside * 32 + codes[at + outside]!]! += value
    else for (field = 0; field < fieldCount; field++) sums[field * 32 + codes[at + field]!]! += value
  }
}

/** What the box is worth, and the one field that gains most by being set anew. */
function fieldWorths(
  { vocabulary, leastWorth }: Search,
  box: Box,
  sums: Float64Array,
): { worth: number; field: number; mask: number; gain: number } {
  let inside = 0
  for (let code = 0; code < 32; code++) if (((box[0]! >>> code) & 1) === 1) inside += sums[code]!
  let costs = leastWorth
  const best = { field: 0, mask: box[0]!, gain: 0 }
  for (let field = 0; field < fieldCount; field++) {
    const values = sums.subarray(field * 32, field * 32 + 32)
    let all = 0
    for (const value of values) all += value
    const paid = costOf(vocabulary, field, box[field]!)
    costs += paid
    const chosen = choosers[field]!(vocabulary, values)
    const [mask, sum] = all >= chosen.sum ? [everything, all] : [chosen.mask, chosen.sum]
    const gain = sum - (inside - paid)
    if (mask !== 0 && gain > best.gain) Object.assign(best, { field, mask, gain })
  }
  return { worth: inside - costs, ...best }
}

/** What it costs to say a field: its list has an item for each run of stretches, protocol, flags or type. */
function costOf({ sources }: Vocabulary, field: number, mask: number): number {
  if (mask === everything) return 0
  if (field === fieldAt.fragment) return cost.field
  if (field === fieldAt.source) return cost.field + cost.item + sources.costOf[sources.maskOf.indexOf(mask)]!
  const isRun = field === fieldAt.sourcePort || field === fieldAt.destinationPort || field === fieldAt.length
  // Of a run only its first stretch counts.
  let rest = isRun ? mask & ~(mask << 1) : mask
  let items = 0
  for (; rest !== 0; rest &= rest - 1) items++
  return cost.field + cost.item * items
}
