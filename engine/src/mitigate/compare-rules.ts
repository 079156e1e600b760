import { components } from './components.ts'
import { encodeComponent } from './encode-nlri.ts'
import type { FlowSpecMatch, MatchPrefix } from './flowspec-rule.ts'
import { maskOfWord } from './prefix.ts'

// The order in which a router tries rules: RFC 8955 §5.1, with offsets RFC 8956 §4. It is not the order of announcement, so
// whoever wants one rule to pass before another must see that this order says so.

/** Below 0 when `one` is tried before `other`, above 0 when after; 0 when they match the same. Both of one family. */
export function compareRules(one: FlowSpecMatch, other: FlowSpecMatch): number {
  for (const component of components) {
    const [mine, theirs] = [match(one, component.field), match(other, component.field)]
    if (mine === undefined && theirs === undefined) continue
    // Whoever has the lower type here comes first; so does whoever goes on where the other has ended.
    if (mine === undefined) return 1
    if (theirs === undefined) return -1
    const order =
      component.kind === 'prefix'
        ? comparePrefixes(one[component.field]!, other[component.field]!)
        : compareBytes(encodeComponent(one, component)!, encodeComponent(other, component)!)
    if (order !== 0) return order
  }
  return 0
}

const match = (rule: FlowSpecMatch, field: keyof FlowSpecMatch): unknown => rule[field]

/** The lower offset first; of two that overlap the longer, otherwise the lower. */
function comparePrefixes(one: MatchPrefix, other: MatchPrefix): number {
  if (one.offset !== other.offset) return one.offset - other.offset
  const common = Math.min(one.length, other.length)
  for (let index = 0; index < 4; index++) {
    const mask = maskOfWord(index, one.offset, common)
    const difference = ((one.words[index]! & mask) >>> 0) - ((other.words[index]! & mask) >>> 0)
    if (difference !== 0) return difference
  }
  return other.length - one.length
}

/** The lower first where they differ, else the longer. */
function compareBytes(one: readonly number[], other: readonly number[]): number {
  for (let index = 0; index < Math.min(one.length, other.length); index++)
    if (one[index] !== other[index]) return one[index]! - other[index]!
  return other.length - one.length
}
