import type { NumericTerm } from './flowspec-rule.ts'

// A 16-bit field (a port, a length) cut into at most 31 stretches, such that whatever a rule may say of it is a set of
// stretches: values that stand out are stretches of their own. Sets are masks of 32 bits.

export const maxStretches = 31

export interface Axis {
  /** First value of each stretch, rising from 0; the last reaches to 65535. */
  readonly starts: readonly number[]
  /** Stretch of each value. */
  readonly codeOf: Uint8Array
}

/** Cuts before each of these values; the first ones count when there are too many. */
export function createAxis(cuts: readonly number[]): Axis {
  const wanted = new Set([0])
  for (const cut of cuts) if (wanted.size < maxStretches && cut > 0 && cut <= 65_535) wanted.add(cut)
  const starts = [...wanted].sort((one, other) => one - other)
  const codeOf = new Uint8Array(65_536)
  for (const [code, start] of starts.entries()) codeOf.fill(code, start)
  return { starts, codeOf }
}

/** A stretch of its own for each of these values. */
export const aloneCuts = (values: readonly number[]): number[] => values.flatMap(value => [value, value + 1])

/** The set of stretches as comparisons, neighbours joined. */
export function termsOf({ starts }: Axis, mask: number): NumericTerm[] {
  const terms: NumericTerm[] = []
  for (let code = 0; code < starts.length; code++) {
    if (((mask >>> code) & 1) === 0) continue
    const from = starts[code]!
    while (code + 1 < starts.length && ((mask >>> (code + 1)) & 1) === 1) code++
    const to = (starts[code + 1] ?? 65_536) - 1
    if (from === to) terms.push({ and: false, compare: '=', value: from })
    else if (from === 0) terms.push({ and: false, compare: '<=', value: to })
    else if (to === 65_535) terms.push({ and: false, compare: '>=', value: from })
    else terms.push({ and: false, compare: '>=', value: from }, { and: true, compare: '<=', value: to })
  }
  return terms
}

/**
 * The set of stretches with the highest sum of values when each run of neighbours costs `runCost`: a walk along the axis that
 * keeps the best sum with the last stretch in the set, and with it out.
 */
export function chooseRuns(values: ArrayLike<number>, count: number, runCost: number): { mask: number; sum: number } {
  let [sumOut, maskOut] = [0, 0]
  let [sumIn, maskIn] = [-Infinity, 0]
  for (let code = 0; code < count; code++) {
    // Of sets that are as good, the narrower.
    const begins = sumOut - runCost >= sumIn
    const nextIn = (begins ? sumOut - runCost : sumIn) + values[code]!
    const nextMask = ((begins ? maskOut : maskIn) | (1 << code)) >>> 0
    if (sumIn > sumOut) [sumOut, maskOut] = [sumIn, maskIn]
    ;[sumIn, maskIn] = [nextIn, nextMask]
  }
  return sumIn > sumOut ? { mask: maskIn, sum: sumIn } : { mask: maskOut, sum: sumOut }
}

/** The run of neighbours with the highest sum of values. */
export function chooseRun(values: ArrayLike<number>, count: number): { mask: number; sum: number } {
  let best = { mask: 0, sum: -Infinity }
  let [sum, mask] = [0, 0]
  for (let code = 0; code < count; code++) {
    if (sum <= 0) [sum, mask] = [0, 0]
    sum += values[code]!
    mask = (mask | (1 << code)) >>> 0
    if (sum > best.sum) best = { mask, sum }
  }
  return best
}
