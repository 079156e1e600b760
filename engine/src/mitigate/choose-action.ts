import type { FlowBatch } from '../flow/flow-batch.ts'
import type { Expectation, FlowSpecMatch, RuleAction, RuleReason } from './flowspec-rule.ts'
import { matchFlow } from './match-flow.ts'
import type { Rows } from './target-rows.ts'

// What happens to what a rule matches. Dropping is for rules that hit nobody; all others let as much pass as was usual, so that
// whoever is hit by mistake is slowed down and not cut off.

/** Of so many flows of usual traffic on, what they show weighs as much as what is assumed. */
export const enoughFlows = 200
/** A rule that hits less of what it is judged by hits nobody. */
const none = { usual: 0.0005, assumed: 0.005 } as const
/** A packet of full size each second: less is no limit but a drop. */
const leastBytesPerSecond = 1500
/** Seconds that a flow's volume is spread over at most. */
const maxSpreadSeconds = 600

export interface ActionChoice {
  actions: readonly RuleAction[]
  actionKey: RuleReason['actionKey']
}

/** `unknownLimitBytesPerSecond` is what passes where a wide rule meets a target whose usual traffic nobody knows. */
export function chooseAction(match: FlowSpecMatch, expected: Expectation, usual: Rows, unknownLimitBytesPerSecond: number): ActionChoice {
  const isKnown = usual.rows.length >= enoughFlows
  if (expected.collateral <= none.usual && (isKnown || expected.assumedCollateral <= none.assumed))
    return { actions: [{ kind: 'drop' }], actionKey: isKnown ? 'no-collateral-seen' : 'no-collateral-assumed' }
  const peak = peakBytesPerSecond(match, usual)
  const bytesPerSecond = Math.fround(peak > 0 ? Math.max(leastBytesPerSecond, Math.ceil(peak)) : unknownLimitBytesPerSecond)
  return { actions: [{ kind: 'limit-bytes', bytesPerSecond }], actionKey: 'limited-to-usual-peak' }
}

/** The busiest second of what the rule matches, each flow's bytes spread evenly from its start to its end. */
export function peakBytesPerSecond(match: FlowSpecMatch, { batch, rows }: Rows): number {
  const bytesIn = new Map<number, number>()
  let peak = 0
  for (const row of rows) {
    if (!matchFlow(match, batch, row)) continue
    const { first, seconds } = secondsOf(batch, row)
    const bytes = batch.bytes[row]! / seconds
    for (let second = first; second < first + seconds; second++) {
      const sum = (bytesIn.get(second) ?? 0) + bytes
      bytesIn.set(second, sum)
      if (sum > peak) peak = sum
    }
  }
  return peak
}

function secondsOf(batch: FlowBatch, row: number): { first: number; seconds: number } {
  const first = Math.floor(batch.start[row]! / 1000)
  const seconds = Math.floor(batch.end[row]! / 1000) - first + 1
  return { first, seconds: Math.min(maxSpreadSeconds, Math.max(1, seconds)) }
}
