// Chance that repeats: the same seed gives the same numbers (the mulberry32 generator).

export interface Random {
  /** From 0 to below 1. */
  next(): number
  /** A whole number from 0 to below `bound`. */
  below(bound: number): number
  /** How many of the events that come `mean` times on average. */
  poisson(mean: number): number
  /** A heavy tail as flows have it: `scale` is about the median, and values ten thousand times as large are rare. */
  logNormal(scale: number, sigma: number): number
}

export function createRandom(seed: number): Random {
  let state = seed >>> 0
  const next = (): number => {
    state = (state + 0x6d2b_79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000
  }
  const normal = (): number => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next())
  return {
    next,
    below: bound => Math.floor(next() * bound),
    poisson(mean) {
      // Beyond thirty the normal distribution is as good.
      if (mean > 30) return Math.max(0, Math.round(mean + normal() * Math.sqrt(mean)))
      let count = 0
      for (let product = next(); product > Math.exp(-mean); product *= next()) count++
      return count
    },
    logNormal: (scale, sigma) => scale * Math.exp(sigma * normal()),
  }
}
